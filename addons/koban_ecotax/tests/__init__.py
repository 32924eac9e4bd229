from . import (
    test_amounts,
    test_bad_input,
    test_credit_notes,
    test_dates,
    test_declaration,
    test_einvoice,
    test_entry,
    test_lines,
    test_paper,
    test_prices,
    test_rights,
    test_seal,
)
