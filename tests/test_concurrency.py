"""Two clients at once (issue 2, item 6; rows 3-01, 3-02, 3-14, 3-15).

Each race runs many rounds against the real server: two threads start a call at the
same moment. What PostgreSQL makes wait or retry must never end in a document that
differs from what was validated, nor in a number left out or given twice.
"""

import re
import threading
import xmlrpc.client
from collections.abc import Callable
from typing import Any

import pytest
from business import make_draft, make_quote, order_line
from calls import VALIDATED, refusal, untouched
from conftest import Server, XmlRpc

ROUNDS = 9
CLIENTS = 2
PEOPLE = 10
BATCH = 40
TIMESTAMPS = ("write_date", "write_uid")


@pytest.fixture(scope="module")
def clients(server: Server, people) -> list[XmlRpc]:
    """Clients that share nothing: one connection each."""
    return [XmlRpc(server, "sales", "sales") for _ in range(CLIENTS)]


def together(*calls: Callable[[], Any]) -> list[Any]:
    """Start the calls at the same moment; return what each answers, or its fault."""
    barrier = threading.Barrier(len(calls))
    answers: list[Any] = [None] * len(calls)

    def run(index: int) -> None:
        barrier.wait()
        try:
            answers[index] = calls[index]()
        except xmlrpc.client.Fault as fault:
            answers[index] = fault

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def numbers(rpc: XmlRpc, model: str, ids: list[int]) -> list[int]:
    """Return the counters at the end of the numbers of documents, in order."""
    names = [row["name"] for row in rpc(model, "read", ids, ["name"])]
    assert all(re.search(r"\d+$", name) for name in names), names
    return sorted(int(re.search(r"\d+$", name).group()) for name in names)


EDITS: dict[str, Callable[[XmlRpc, int, list[int]], Any]] = {
    "line price": lambda rpc, order, lines: rpc(
        "sale.order.line", "write", lines[:1], {"price_unit": 1.0}
    ),
    "line taxes": lambda rpc, order, lines: rpc(
        "sale.order.line", "write", lines[:1], {"tax_ids": [[5, 0, 0]]}
    ),
    "line removed": lambda rpc, order, lines: rpc("sale.order.line", "unlink", lines[:1]),
    "line added": lambda rpc, order, lines: rpc(
        "sale.order.line", "create", {"order_id": order, "name": "x", "display_type": "line_note"}
    ),
    "header": lambda rpc, order, lines: rpc(
        "sale.order", "write", [order], {"client_order_ref": "x"}
    ),
    "deletion": lambda rpc, order, lines: rpc("sale.order", "unlink", [order]),
    "cancellation": lambda rpc, order, lines: rpc("sale.order", "action_cancel", [order]),
}


@pytest.mark.parametrize("kind", EDITS)
def test_order_is_validated_while_it_is_edited(clients, masters, snapshot, kind) -> None:
    """Whichever comes second, the order is never altered after its validation."""
    one, two = clients
    for _ in range(ROUNDS // 3):
        order = make_quote(one, masters, order_line(masters), order_line(masters, name="Bis"))
        lines = one("sale.order", "read", [order], ["order_line"])[0]["order_line"]
        confirmed, edited = together(
            lambda order=order: one("sale.order", "action_confirm", [order]),
            lambda order=order, lines=lines: EDITS[kind](two, order, lines),
        )
        left = one("sale.order", "search_read", [("id", "=", order)], fields=["state", "name"])
        if isinstance(confirmed, xmlrpc.client.Fault):
            # The edition came first and made the validation impossible, or both gave way.
            assert not left or left[0]["state"] in ("draft", "cancel"), confirmed.faultString
            continue
        assert left and left[0]["state"] in ("sale", "cancel")
        check_consistent(snapshot, order)
        if left[0]["state"] == "sale":
            with untouched(snapshot, "sale_order", order):
                assert (
                    refusal(
                        lambda lines=lines: two(
                            "sale.order.line", "write", lines[1:], {"price_unit": 2.0}
                        )
                    )
                    == VALIDATED
                )
        assert edited is not None


def check_consistent(snapshot, order: int) -> None:
    """Check that the totals are those of the lines, and that validation saw them."""
    ((total, lines_total),) = snapshot.sql(
        """SELECT o.amount_untaxed, coalesce(sum(l.price_unit * l.product_uom_qty), 0)
             FROM sale_order o LEFT JOIN sale_order_line l ON l.order_id = o.id
            WHERE o.id = %s GROUP BY o.id""",
        order,
    )
    assert float(total) == pytest.approx(float(lines_total))
    late = snapshot.sql(
        """SELECT l.id FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id
            WHERE o.id = %s AND l.create_date > o.validation_date + interval '30 seconds'""",
        order,
    )
    assert not late


def test_edit_that_passed_is_in_the_validated_order(clients, masters) -> None:
    """An edition that was answered with success is never lost silently."""
    one, two = clients
    for _ in range(ROUNDS):
        order = make_quote(one, masters, order_line(masters))
        (line,) = one("sale.order", "read", [order], ["order_line"])[0]["order_line"]
        _confirmed, edited = together(
            lambda order=order: one("sale.order", "action_confirm", [order]),
            lambda line=line: two("sale.order.line", "write", [line], {"price_unit": 7.0}),
        )
        row = one("sale.order.line", "read", [line], ["price_unit", "price_subtotal"])[0]
        expected = 7.0 if edited is True else 100.0
        assert (row["price_unit"], row["price_subtotal"]) == (expected, expected * 3)


def test_orders_validated_at_once_are_numbered_without_gap(clients, masters) -> None:
    orders = [make_quote(clients[0], masters) for _ in range(ROUNDS * CLIENTS)]
    answers = []
    for start in range(0, len(orders), CLIENTS):
        answers += together(
            *(
                lambda client=client, order=order: client("sale.order", "action_confirm", [order])
                for client, order in zip(clients, orders[start : start + CLIENTS], strict=True)
            )
        )
    assert answers == [True] * len(orders)
    found = numbers(clients[0], "sale.order", orders)
    assert found == list(range(found[0], found[0] + len(orders)))


def test_ten_people_validate_beside_a_batch(server, people, masters) -> None:
    """All wait for each other: none is refused, no number is left out, nothing is logged."""
    rpcs = [XmlRpc(server, "sales", "sales") for _ in range(PEOPLE)]
    # Goods would also meet in the stock, which is the host's.
    line = order_line(masters, product_id=masters.service)
    singles = [make_quote(rpcs[0], masters, line) for _ in rpcs]
    batch = [make_quote(rpcs[0], masters, line) for _ in range(BATCH)]
    start = server.log.stat().st_size
    answers = together(
        lambda: people["sales"].rpc("sale.order", "action_confirm", batch),
        *(
            lambda rpc=rpc, order=order: rpc("sale.order", "action_confirm", [order])
            for rpc, order in zip(rpcs, singles, strict=True)
        ),
    )
    assert answers == [True] * (PEOPLE + 1)
    found = numbers(rpcs[0], "sale.order", singles + batch)
    assert found == list(range(found[0], found[0] + PEOPLE + BATCH))
    logged = server.log.read_bytes()[start:].decode(errors="replace")
    assert " ERROR " not in logged, logged


def test_same_order_validated_twice_takes_one_number(clients, masters) -> None:
    orders = [make_quote(clients[0], masters) for _ in range(ROUNDS // 2)]
    for order in orders:
        answers = together(
            *(
                lambda client=client, order=order: client("sale.order", "action_confirm", [order])
                for client in clients
            )
        )
        assert answers.count(True) == 1, answers
    found = numbers(clients[0], "sale.order", orders)
    assert found == list(range(found[0], found[0] + len(orders)))


def test_refused_validation_takes_no_number(clients, masters) -> None:
    """A validation that fails beside one that passes leaves no gap."""
    one, two = clients
    good = [make_quote(one, masters) for _ in range(ROUNDS // 2)]
    bad = make_quote(one, masters, order_line(masters))
    one("sale.order", "action_cancel", [bad])
    for order in good:
        answers = together(
            lambda order=order: one("sale.order", "action_confirm", [order]),
            lambda: two("sale.order", "action_confirm", [bad]),
        )
        assert answers[0] is True
        assert isinstance(answers[1], xmlrpc.client.Fault)
    found = numbers(one, "sale.order", good)
    assert found == list(range(found[0], found[0] + len(good)))


def test_invoices_validated_at_once_are_numbered_without_gap(clients, masters) -> None:
    drafts = [make_draft(clients[0], masters) for _ in range(ROUNDS * CLIENTS)]
    for start in range(0, len(drafts), CLIENTS):
        together(
            *(
                lambda client=client, draft=draft: client("account.move", "action_post", [draft])
                for client, draft in zip(clients, drafts[start : start + CLIENTS], strict=True)
            )
        )
    rows = clients[0]("account.move", "read", drafts, ["state"])
    assert {row["state"] for row in rows} == {"posted"}
    found = numbers(clients[0], "account.move", drafts)
    assert found == list(range(found[0], found[0] + len(drafts)))


def test_invoice_is_validated_while_it_is_edited(clients, masters, snapshot) -> None:
    one, two = clients
    for _ in range(ROUNDS):
        draft = make_draft(one, masters)
        lines = one("account.move", "read", [draft], ["invoice_line_ids"])[0]["invoice_line_ids"]
        posted, edited = together(
            lambda draft=draft: one("account.move", "action_post", [draft]),
            lambda lines=lines: two("account.move.line", "write", lines[:1], {"price_unit": 7.0}),
        )
        rows = snapshot.sql(
            """SELECT m.state, m.amount_untaxed, sum(l.price_subtotal), -sum(l.balance),
                      sum(l.price_unit * l.quantity), min(l.price_unit)
                 FROM account_move m JOIN account_move_line l ON l.move_id = m.id
                WHERE m.id = %s AND l.display_type = 'product' GROUP BY m.id""",
            draft,
        )
        state, total, subtotals, balance, product, price = rows[0]
        assert total == subtotals == balance
        assert float(total) == pytest.approx(float(product))
        assert float(price) == (7.0 if edited is True else 100.0)
        assert state == "posted" or isinstance(posted, xmlrpc.client.Fault)
