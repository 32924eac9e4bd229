from . import test_groupings
