from . import (
    test_indexation,
    test_notices,
    test_periods,
    test_proration,
    test_renewal,
    test_renewal_cockpit,
    test_terms,
    test_usage,
)
