from . import (
    test_index,
    test_indexation,
    test_periods,
    test_price_revision,
    test_price_settlement,
    test_proration,
    test_usage,
)
