from . import closing_exception
from . import closing_run
from . import period_totals
