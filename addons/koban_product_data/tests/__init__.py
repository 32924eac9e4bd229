from . import (
    test_data,
    test_kept,
    test_keywords,
    test_lines,
    test_search,
    test_sets,
    test_sheet,
    test_two_at_once,
    test_values,
)
