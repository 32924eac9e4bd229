from . import test_groupings
from . import test_leak
from . import test_test_mode
from . import test_validation
