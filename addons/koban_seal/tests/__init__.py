from . import test_columns
from . import test_databases
from . import test_journal
from . import test_lock_dates
from . import test_traced
from . import test_triggers
