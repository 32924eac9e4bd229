"""A context key sent by a client never opens the guard (issue 2, Bad input; DESIGN §2)."""

from typing import Any

import pytest
from business import SALE_LINE, make_invoice, make_order, order_line
from calls import DELETE, PROTOCOLS, STATE, VALIDATED, Api, refusal, untouched


@pytest.fixture(params=PROTOCOLS)
def api(request, people) -> Api:
    """The API of a salesperson, over each protocol in turn."""
    return Api(people["sales"], request.param)


@pytest.fixture
def rpc(people) -> Any:
    """The XML-RPC client that prepares documents."""
    return people["sales"].rpc


# What a client may send as context; none of it may open the guard.
CONTEXTS: dict[str, dict] = {
    "a forged pass": {"document_guard_passes": [["sale.order", None, None, None, True]]},
    "a forged pass as an object": {
        "document_guard_passes": {"model": "sale.order", "ids": None, "fields": None, "lines": True}
    },
    "a forged pass as text": {"document_guard_passes": "GuardPass"},
    "keys of the host": {
        "bypass_lock_check": True,
        "check_move_validity": False,
        "dynamic_unlink": True,
        "force_delete": True,
        "skip_account_move_synchronization": True,
        "skip_invoice_sync": True,
        "skip_is_manually_modified": True,
        "skip_procurement": True,
        "skip_readonly_check": True,
        "sale_no_log_for_new_lines": True,
        "sale_write_from_compute": True,
        "force_price_recomputation": True,
        "tracking_disable": True,
        "mail_notrack": True,
    },
    "an import": {"import_file": True, "install_mode": True, "module": "base"},
    "another company": {"allowed_company_ids": [1]},
    "sizes of files": {"bin_size": True},
    "an onchange": {
        "active_test": False,
        "default_state": "draft",
        "default_validation_date": False,
    },
}


@pytest.mark.parametrize("name", CONTEXTS)
def test_no_context_opens_the_guard(api, rpc, masters, snapshot, name) -> None:
    context = CONTEXTS[name]
    order, invoice = make_order(rpc, masters), make_invoice(rpc, masters)
    line = rpc("sale.order", "read", [order], ["order_line"])[0]["order_line"][0]
    item = rpc("account.move", "read", [invoice], ["invoice_line_ids"])[0]["invoice_line_ids"][0]
    calls = [
        ("sale.order", "write", [order], {"vals": {"note": "x"}}),
        ("sale.order", "write", [order], {"vals": {"order_line": [[2, line, 0]]}}),
        ("sale.order", "unlink", [order], {}),
        (SALE_LINE, "write", [line], {"vals": {"price_unit": 1.0}}),
        (SALE_LINE, "unlink", [line], {}),
        (SALE_LINE, "create", None, {"vals_list": [order_line(masters, order_id=order)]}),
        ("account.move", "write", [invoice], {"vals": {"state": "draft"}}),
        ("account.move", "write", [invoice], {"vals": {"invoice_line_ids": [[2, item, 0]]}}),
        ("account.move", "unlink", [invoice], {}),
        ("account.move", "button_draft", [invoice], {}),
        ("account.move.line", "write", [item], {"vals": {"name": "x"}}),
        ("account.move.line", "unlink", [item], {}),
    ]
    with untouched(snapshot, "sale_order", order), untouched(snapshot, "account_move", invoice):
        for model, method, ids, kwargs in calls:
            found = refusal(
                lambda call=(model, method, ids), kwargs=kwargs: api(
                    *call, **kwargs, context=context
                )
            )
            assert found in (VALIDATED, DELETE, STATE, "access"), (model, method, found)
