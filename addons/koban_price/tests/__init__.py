from . import (
    test_changes,
    test_conditions,
    test_cost,
    test_minimum,
    test_paper,
    test_rights,
    test_rounding,
    test_tiers,
)
