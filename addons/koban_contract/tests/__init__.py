from . import test_billing, test_indexation, test_periods, test_proration, test_usage
