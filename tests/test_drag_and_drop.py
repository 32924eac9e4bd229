"""Rows 4-02, 4-03: lines of a quote dragged from one group to another with the mouse."""

import json

import pytest
from business import make_quote, order_line, product_values
from screen import Screen, get_cookies
from test_print_workers import log_in

LINES = ("Ligne libre", "Matériel", "Article A", "Travaux", "Article B")
ROWS = "[...document.querySelectorAll('[name=order_line] .o_data_row')]"
TITLES = ("Matériel", "Travaux")
# The title of a group, which stands in a text box, or the article of a line.
TEXT = """[row.textContent, ...[...row.querySelectorAll('input, textarea')].map(box => box.value)]
    .join(' ')"""
NAMES = f"""JSON.stringify({ROWS}.map(row =>
    {json.dumps(LINES)}.find(name => {TEXT}.includes(name))))"""


@pytest.fixture
def quote(rpc, masters) -> int:
    client = rpc()

    def line(name):
        if name in TITLES:
            return {"display_type": "line_section", "name": name}
        product = client("product.product", "create", product_values(name, masters.tax))
        return order_line(masters, product_id=product, name=name)

    lines = [{**line(name), "sequence": rank} for rank, name in enumerate(LINES, 1)]
    return make_quote(client, masters, *lines)


@pytest.fixture
def screen(server, quote):
    with Screen(server.url, get_cookies(log_in(server.url))) as screen:
        screen.open(f"/odoo/sales/{quote}", "[name=order_line] .o_data_row")
        wait_for(screen, *LINES)
        yield screen


def wait_for(screen: Screen, *names: str) -> None:
    screen.wait(f"{NAMES} === JSON.stringify({json.dumps(names)})")


def handle(name: str) -> str:
    row = f"{ROWS}.find(row => {TEXT}.includes({json.dumps(name)}))"
    return f"{row}.querySelector('.o_row_handle')"


def get_groups(client, quote: int) -> dict[str, str]:
    """Return the group of each line of the order."""
    domain = [("order_id", "=", quote), ("display_type", "=", False)]
    lines = client("sale.order.line", "search_read", domain, ["name", "parent_id"])
    return {line["name"]: (line["parent_id"] or [0, ""])[1].split(" - ")[-1] for line in lines}


def test_a_line_goes_to_another_group(screen, quote, rpc):
    """4-03: dropped below the last line of a group, a line belongs to it once saved."""
    screen.drag(handle("Article A"), handle("Article B"))
    moved = ("Ligne libre", "Matériel", "Travaux", "Article B", "Article A")
    wait_for(screen, *moved)
    screen.click(".o_form_button_save")
    screen.wait(
        "document.querySelector('.o_form_button_save:not(:disabled)') === null"
        " || document.querySelector('.o_form_status_indicator_buttons.invisible') !== null"
    )
    wait_for(screen, *moved)
    assert "Travaux" in get_groups(rpc(), quote)["Article A"]
    assert get_groups(rpc(), quote)["Ligne libre"] == ""


def test_discarding_puts_it_back(screen, quote, rpc):
    """4-03: nothing is stored before the document is saved."""
    screen.drag(handle("Ligne libre"), handle("Article B"))
    wait_for(screen, "Matériel", "Article A", "Travaux", "Article B", "Ligne libre")
    screen.click(".o_form_button_cancel")
    wait_for(screen, *LINES)
    assert get_groups(rpc(), quote)["Ligne libre"] == ""
