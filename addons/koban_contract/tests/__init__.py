from . import (
    test_billing,
    test_forecast,
    test_from_order,
    test_indexation,
    test_periods,
    test_proration,
    test_revenue,
    test_seeing,
    test_usage,
)
