from . import test_groupings
from . import test_test_mode
