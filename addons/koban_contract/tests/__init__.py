    test_billing,
    test_forecast,
    test_from_order,
    test_index,
    test_indexation,
    test_notices,
    test_periods,
    test_price_revision,
    test_price_settlement,
    test_proration,
    test_renewal,
    test_renewal_cockpit,
    test_revenue,
    test_seeing,
    test_terms,
    test_usage,
)
from . import (
from . import test_amendments, test_bad_input, test_no_gap, test_usage_lines
from . import test_billing, test_indexation, test_periods, test_proration, test_ready_invoices, test_usage
from . import test_billing, test_indexation, test_periods, test_proration, test_usage
from . import test_indexation, test_periods, test_proration, test_usage
from . import test_journal, test_matrix, test_paper, test_portal
