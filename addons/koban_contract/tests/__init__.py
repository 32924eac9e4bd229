from . import test_billing, test_indexation, test_periods, test_proration, test_ready_invoices, test_usage
