from . import test_billing, test_indexation, test_periods, test_proration, test_usage
from . import test_journal, test_matrix, test_paper, test_portal
