from . import test_journal
from . import test_traced
