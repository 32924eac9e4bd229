"""Ways found to move a series of numbers from elsewhere, kept closed (rows 3-02, 3-03, 3-15)."""

from typing import Any

import pytest
from business import invoice_line, make_order
from calls import NUMBER, STATE, refusal


@pytest.fixture
def admin(people) -> Any:
    """The XML-RPC client of the administrator."""
    return people["admin"].rpc


@pytest.fixture(scope="module")
def abroad(people) -> int:
    """A Belgian company, where the guard is off."""
    admin = people["admin"].rpc
    (belgium,) = admin("res.country", "search", [("code", "=", "BE")])
    company = admin("res.company", "create", {"name": "Filiale", "country_id": belgium})
    (user,) = admin("res.users", "search", [("login", "=", "admin")])
    admin("res.users", "write", [user], {"company_ids": [[4, company, 0]]})
    assert not admin("res.company", "read", [company], ["document_guard"])[0]["document_guard"]
    return company


def french_company(admin: Any, masters: Any) -> int:
    order = make_order(admin, masters)
    return admin("sale.order", "read", [order], ["company_id"])[0]["company_id"][0]


ABROAD = {
    "validated": {"state": "sale", "name": "CDE-2026-00900"},
    "numbered": {"validation_date": "2026-01-01 00:00:00", "name": "CDE-2026-00901"},
}


@pytest.mark.parametrize("kind", ABROAD)
def test_order_made_abroad_does_not_come_in(admin, masters, abroad, snapshot, kind) -> None:
    """Moving a document to a guarded company is like creating it there (row 3-03)."""
    france = french_company(admin, masters)
    context = {"allowed_company_ids": [abroad, france]}
    values = {
        "partner_id": masters.customer,
        "company_id": abroad,
        "fiscal_position_id": False,
        **ABROAD[kind],
    }
    order = admin("sale.order", "create", values, context=context)
    warehouse = admin("stock.warehouse", "search", [("company_id", "=", france)], limit=1)[0]
    moved = {"company_id": france, "team_id": False, "warehouse_id": warehouse}
    found = refusal(lambda: admin("sale.order", "write", [order], moved, context=context))
    assert found in (STATE, NUMBER)
    ((company,),) = snapshot.sql("SELECT company_id FROM sale_order WHERE id = %s", order)
    assert company == abroad


def post_number(person: Any, masters: Any, journal: int) -> str:
    """Validate an invoice in a journal; return its number."""
    values = {
        "move_type": "out_invoice",
        "partner_id": masters.customer,
        "journal_id": journal,
        "invoice_line_ids": [[0, 0, invoice_line(masters)]],
    }
    invoice = person.rpc("account.move", "create", values)
    person.rpc("account.move", "action_post", [invoice])
    return person.rpc("account.move", "read", [invoice], ["name"])[0]["name"]


@pytest.mark.parametrize("login", ["manager", "admin"])
def test_entry_typed_before_the_journal_sells(people, masters, login) -> None:
    """A number typed in a general journal is not followed by an invoice."""
    rpc = people[login].rpc
    code = f"J{login[:2].upper()}"
    journal = rpc("account.journal", "create", {"name": code, "code": code, "type": "general"})
    year = post_number(people[login], masters, masters.journal).split("/")[1]
    typed = {"move_type": "entry", "journal_id": journal, "name": f"{code}/{year}/00500"}
    rpc("account.move", "create", typed)
    assert refusal(lambda: rpc("account.journal", "write", [journal], {"type": "sale"})) == NUMBER


@pytest.mark.parametrize("login", ["manager", "admin"])
@pytest.mark.parametrize(
    "values",
    [{"type": "general"}, {"sequence_override_regex": r"^(?P<prefix1>Z)(?P<seq>\d*)(?P<suffix>)$"}],
)
def test_journal_of_validated_invoices_keeps_its_series(people, masters, login, values) -> None:
    rpc = people[login].rpc
    number = post_number(people[login], masters, masters.journal)
    names = list(values)
    before = rpc("account.journal", "read", [masters.journal], names)
    try:
        found = refusal(lambda: rpc("account.journal", "write", [masters.journal], values))
        assert found == NUMBER
    finally:
        kept = {name: before[0][name] for name in names}
        rpc("account.journal", "write", [masters.journal], kept)
    following = post_number(people[login], masters, masters.journal)
    assert int(following.split("/")[-1]) == int(number.split("/")[-1]) + 1
