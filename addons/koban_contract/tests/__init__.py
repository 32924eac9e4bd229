from . import test_indexation, test_periods, test_proration, test_usage
from . import test_amendments, test_bad_input, test_no_gap, test_usage_lines
