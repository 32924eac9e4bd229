"""Closings while others work, and after a crash (issue 4; rows 2-60, 2-61, 3-22).

Two people validate while a month is being closed, on a real server: every document that was
validated is in exactly one closing, and none is dated in a closed month.
"""

import xmlrpc.client

import pytest
from calls import code_of_fault, run_together
from conftest import XmlRpc

from setup.process import CommandFailed

MONTHS = 4
INVOICES = 6

# A French company of its own, so that no other test meets its closings.
NEW_COMPANY = """
import json
france = env.ref("base.fr")
company = env["res.company"].create({{"name": {name!r}, "country_id": france.id}})
env.ref("base.user_root").company_ids += company
env["account.chart.template"].try_loading("fr", company=company, install_demo=False)
env.cr.commit()
print(json.dumps(company.id))
"""

NEW_DRAFTS = """
import json
company = env["res.company"].browse({company})
env = env(context=dict(env.context, allowed_company_ids=company.ids))
partner = env["res.partner"].create({{"name": "Boulangerie Moreau"}})
line = {{"name": "Réglage", "quantity": 1, "price_unit": 100.0}}
values = [
    {{
        "move_type": "out_invoice",
        "partner_id": partner.id,
        "invoice_date": date,
        "invoice_line_ids": [(0, 0, line)],
    }}
    for date in {dates!r}
]
moves = env["account.move"].create(values)
if {post}:
    moves.action_post()
env.cr.commit()
print(json.dumps(moves.ids))
"""

# Killed in the transaction of the third closing, once its totals are written.
CATCH_UP = """
import json, os, signal
from odoo.addons.koban_closing.models.koban_closing import KobanClosing
company = env["res.company"].browse({company})
lock, made = KobanClosing._lock_company, []
def dying(closing):
    made.append(closing)
    if len(made) == {killed}:
        env.flush_all()
        os.kill(os.getpid(), signal.SIGKILL)
    return lock(closing)
KobanClosing._lock_company = dying
env["koban.closing"]._close_due_months(company)
print(json.dumps(len(made)))
"""

CLOSINGS = """SELECT id, number, date_from::text, date_to::text, invoice_count, untaxed,
                     perpetual_untaxed
                FROM koban_closing WHERE company_id = %s AND kind = 'month' ORDER BY date_from"""


@pytest.fixture
def company(server, odoo_shell, request) -> int:
    """A new French company without documents."""
    company = odoo_shell(NEW_COMPANY.format(name=request.node.name))
    # By the server, which remembers the companies of a user.
    client = XmlRpc(server, "admin", "admin")
    client("res.users", "write", [client.uid], {"company_ids": [[4, company]]})
    return company


def make_moves(odoo_shell, company: int, dates: list[str], post: bool = False) -> list[int]:
    """Create invoices of 100 € without tax at these dates."""
    return odoo_shell(NEW_DRAFTS.format(company=company, dates=dates, post=post))


def test_validations_while_a_month_closes(server, odoo_shell, snapshot, company) -> None:
    """Issue 4, faults: two users posting at once and a closing running meanwhile."""
    context = {"allowed_company_ids": [company]}
    clients = [XmlRpc(server, "admin", "admin") for _ in range(3)]
    make_moves(odoo_shell, company, ["2023-12-31"], post=True)
    dates = [f"2024-0{month + 1}-15" for month in range(MONTHS) for _ in range(2 * INVOICES)]
    drafts = make_moves(odoo_shell, company, dates)
    clients[0]("koban.closing", "close_month", company)
    refused: list[str] = []

    def post(client: XmlRpc, ids: list[int]) -> None:
        for id_ in ids:
            try:
                client("account.move", "action_post", [id_], context=context)
            except xmlrpc.client.Fault as fault:
                refused.append(code_of_fault(fault))

    for month in range(MONTHS):
        ids = drafts[month * 2 * INVOICES : (month + 1) * 2 * INVOICES]
        post(clients[0], ids[:1])
        run_together(
            lambda ids=ids: post(clients[0], ids[1::2]),
            lambda ids=ids: post(clients[1], ids[2::2]),
            lambda: clients[2]("koban.closing", "close_month", company),
        )
    assert set(refused) <= {"period_closed"}
    rows = snapshot.sql(CLOSINGS, company)
    assert len(rows) == MONTHS + 1
    total = 0
    for _id, _number, date_from, date_to, count, untaxed, perpetual in rows:
        ((posted, amount),) = snapshot.sql(
            """SELECT count(*), sum(amount_untaxed_signed) FROM account_move
                WHERE company_id = %s AND state = 'posted' AND move_type = 'out_invoice'
                  AND invoice_date BETWEEN %s AND %s""",
            company,
            date_from,
            date_to,
        )
        assert (count, untaxed) == (posted, amount), (date_from, refused)
        total += amount
        assert perpetual == total
    ((posted,),) = snapshot.sql(
        "SELECT count(*) FROM account_move WHERE company_id = %s AND state = 'posted'", company
    )
    assert posted + len(refused) == len(drafts) + 1


def test_two_closings_at_once(server, odoo_shell, snapshot, company) -> None:
    """Row 2-60: two people close at the same moment: no month twice, numbers without gap."""
    make_moves(odoo_shell, company, ["2024-01-15", "2024-02-15"], post=True)
    clients = [XmlRpc(server, "admin", "admin") for _ in range(3)]
    faults: list[str] = []

    def close(client: XmlRpc) -> None:
        try:
            client("koban.closing", "close_month", company)
        except xmlrpc.client.Fault as fault:
            faults.append(code_of_fault(fault))

    run_together(*(lambda client=client: close(client) for client in clients))
    assert set(faults) <= {"closing_order"}
    rows = snapshot.sql(CLOSINGS, company)
    assert len(rows) == len(clients) - len(faults)
    assert [row[1] for row in rows] == list(range(1, len(rows) + 1))


def test_killed_while_catching_up(warm_shell, odoo_shell, snapshot, company) -> None:
    """Issue 4, faults: killed in mid catch-up, run again: none twice, none skipped."""
    months = [f"2026-0{month}-10" for month in range(3, 8)]
    make_moves(odoo_shell, company, months, post=True)
    with pytest.raises(CommandFailed):
        warm_shell.script(CATCH_UP.format(company=company, killed=3))
    assert [row[2] for row in snapshot.sql(CLOSINGS, company)] == ["2026-03-01", "2026-04-01"]
    ((lock,),) = snapshot.sql("SELECT sale_lock_date::text FROM res_company WHERE id = %s", company)
    assert lock == "2026-04-30"
    odoo_shell(CATCH_UP.format(company=company, killed=0))
    rows = snapshot.sql(CLOSINGS, company)
    assert [row[2][:7] for row in rows][:5] == [date[:7] for date in months]
    assert len({row[2] for row in rows}) == len(rows)
    assert [row[1] for row in rows] == list(range(1, len(rows) + 1))
    assert [float(row[6]) for row in rows[:5]] == [100.0, 200.0, 300.0, 400.0, 500.0]
    ((sealed,),) = snapshot.sql(
        "SELECT count(*) FROM koban_event WHERE company_id = %s AND kind = 'closing'", company
    )
    assert sealed == len(rows)
    odoo_shell(CATCH_UP.format(company=company, killed=0))
    assert snapshot.sql(CLOSINGS, company) == rows


# Two real cursors: a validation under way when the closing begins, then one that began before
# the closing and goes on after it.
MEETING = """
import json, threading
from psycopg2.errors import SerializationFailure
from odoo.addons.koban_guard.exceptions import DocumentError
registry, company, answer = env.registry, {company}, {{}}
def moves(cr, ids):
    return env(cr=cr)["account.move"].browse(ids)
def close():
    with registry.cursor() as cr:
        answer["closing"] = env(cr=cr)["koban.closing"].close_month(company)["closing_id"]
first, second = {first}, {second}
env.cr.commit()
with registry.cursor() as cr:
    moves(cr, first).action_post()
    closing = threading.Thread(target=close)
    closing.start()
    closing.join(3)
    answer["waited"] = closing.is_alive()
closing.join()
with registry.cursor() as early:
    early.execute("SELECT 1")
    close()
    try:
        moves(early, second).action_post()
        answer["second"] = "validated"
        early.commit()
    except SerializationFailure:
        answer["second"] = "turned back"
        early.rollback()
    except DocumentError as error:
        answer["second"] = error.code
        early.rollback()
print(json.dumps(answer))
"""


def test_validation_meets_closing(server, odoo_shell, snapshot, company) -> None:
    """Issue 4, faults: a closing waits for a validation, and turns back an older one."""
    make_moves(odoo_shell, company, ["2024-01-05"], post=True)
    january, february = make_moves(odoo_shell, company, ["2024-01-15", "2024-02-15"])
    answer = odoo_shell(MEETING.format(company=company, first=[january], second=[february]))
    assert answer["waited"], "the closing did not wait for the validation under way"
    assert answer["second"] == "turned back"
    rows = snapshot.sql(CLOSINGS, company)
    assert [(row[2], row[4]) for row in rows] == [("2024-01-01", 2), ("2024-02-01", 0)]


# An exception that lets a late invoice in ends while that invoice is being validated.
ENDING = """
import json
from psycopg2.errors import SerializationFailure
from odoo.addons.koban_guard.exceptions import DocumentError
registry, answer = env.registry, {{}}
company = env["res.company"].browse({company})
env = env(context=dict(env.context, allowed_company_ids=company.ids))
wizard = env["koban.closing.exception"].create(
    {{
        "company_id": company.id,
        "date_from": "2024-01-01",
        "reason": "Forgotten by the workshop",
        "user_ids": [(6, 0, env.user.ids)],
    }}
)
opened = env["account.lock_exception"].search(wizard.action_open_exception()["domain"])
env.cr.commit()
def post(cr, ids):
    env(cr=cr)["account.move"].browse(ids).action_post()
with registry.cursor() as cr:
    post(cr, {first})
    with registry.cursor() as other:
        env(cr=other)["account.lock_exception"].browse(opened.ids).action_revoke()
with registry.cursor() as cr:
    try:
        post(cr, {second})
        answer["second"] = "validated"
    except DocumentError as error:
        answer["second"] = error.code
        cr.rollback()
env.cr.rollback()
answer["found"] = env["koban.verification"].verify(company.ids)[0]["state"]
print(json.dumps([answer, opened.ids]))
"""


def test_exception_ended_while_a_document_comes_in(odoo_shell, snapshot, company) -> None:
    """Issue 12, faults: what was let in is told with its exception; nothing comes in after it."""
    make_moves(odoo_shell, company, ["2024-01-05"], post=True)
    first, second = make_moves(odoo_shell, company, ["2024-01-15", "2024-01-20"])
    odoo_shell(f"import json; print(env['koban.closing'].close_month({company})['closing_id'])")
    answer, opened = odoo_shell(ENDING.format(company=company, first=[first], second=[second]))
    assert answer == {"second": "period_closed", "found": "holds"}
    late = snapshot.sql(
        "SELECT res_id, exception_id FROM koban_closing_late WHERE company_id = %s", company
    )
    assert late == [(first, opened[0])]
    kinds = snapshot.sql(
        "SELECT kind FROM koban_event WHERE company_id = %s AND res_id = %s "
        "AND res_model = 'account.move'",
        company,
        first,
    )
    assert ("validation",) in kinds
