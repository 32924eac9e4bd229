"""Bad input from outside (issue 10): over both APIs a fault with a stable code, no traceback."""

import pytest
from calls import PROTOCOLS, Api, refusal

UNKNOWN = 2**31 - 2
CALLS = (
    ("account.move", "action_cancel_document", [UNKNOWN], {}, "unknown_record"),
    ("account.move", "action_cancel_document", ["x"], {}, "unknown_record"),
    ("koban.archive", "create_archive", None, {"date_from": "2026-13-45", "date_to": "2026-06-30"},
     "wrong_date"),
    ("koban.archive.verify", "verify_file", None, {"content": "é"}, "wrong_file"),
    ("koban.closing", "close_month", None, {"company_id": UNKNOWN}, "unknown_record"),
    ("koban.closing", "close_month", None, {"company_id": "x"}, "wrong_argument"),
    ("koban.document.model", "action_open_prints", [], {}, "one_record"),
    ("sale.order", "write", [UNKNOWN], {"vals": {"date_order": "2026-13-45"}}, "wrong_date"),
)  # fmt: skip


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize(("model", "method", "ids", "arguments", "code"), CALLS)
def test_bad_input_ends_in_a_code(people, protocol, model, method, ids, arguments, code) -> None:
    """Neither API answers with a traceback to what cannot be."""
    call = Api(people["admin"], protocol)
    assert refusal(lambda: call(model, method, ids, **arguments)) == code
