"""Billing against crashes and several workers (issue 5): nothing twice, nothing skipped."""

import time

from place import Place

from setup.warm import Running

CONTRACTS = 200
MAKE = f"""
partner = env["res.partner"].create({{"name": "Client", "country_id": env.ref("base.fr").id}})
partners = partner.create([{{"name": f"Client {{n}}"}} for n in range({CONTRACTS})])
product = env["product.product"].create(
    {{"name": "Maintenance", "type": "service", "contract_ok": True}}
)
contracts = env["koban.contract"].create(
    [
        {{
            "title": "Maintenance",
            "partner_id": customer.id,
            "date_start": "2026-01-01",
            "line_ids": [
                (0, 0, {{"product_id": product.id, "price_unit": 10.0 * n}}) for n in (1, 2)
            ],
        }}
        for customer in partners
    ]
)
contracts.action_validate()
env.cr.commit()
"""
# What the scheduled job does, without its lock: two of them run at once here.
BILL = """
Run = env["koban.billing.run"]
run = Run.browse(Run.create_run("2026-03-15")["id"])
env.cr.commit()
run._process(lambda left: env.cr.commit() or True)
env.cr.commit()
"""


def start(place: Place, script: str) -> Running:
    """Start a script in a process of the host."""
    return place.shell.start("script", script)


def count_drafts(place: Place) -> int:
    [[count]] = place.sql("SELECT count(*) FROM account_move WHERE billing_run_id IS NOT NULL")
    return count


def check_all_billed_once(place: Place) -> None:
    """Each line has its three periods, each on one line of one draft, of the right amount."""
    ledger = place.sql(
        "SELECT p.line_id, count(*), count(DISTINCT p.date_from), count(l.id), sum(p.amount), "
        "sum(l.price_subtotal) FROM koban_contract_period p "
        "LEFT JOIN account_move_line l ON l.contract_period_id = p.id GROUP BY p.line_id"
    )
    assert len(ledger) == 2 * CONTRACTS
    assert {row[1:4] for row in ledger} == {(3, 3, 3)}
    assert all(row[4] == row[5] for row in ledger)
    assert count_drafts(place) == CONTRACTS
    assert place.sql(
        "SELECT DISTINCT next_invoice_date::text FROM koban_contract WHERE state = 'running'"
    ) == [("2026-04-01",)]
    assert place.sql("SELECT count(*) FROM koban_billing_failure") == [(0,)]


def test_killed_and_two_workers(place) -> None:
    """Killed in the middle, then taken up by two workers at once, and run once more."""
    assert start(place, MAKE).wait() == 0
    killed = start(place, BILL)
    deadline = time.monotonic() + 300
    while not count_drafts(place) and time.monotonic() < deadline:
        time.sleep(0.1)
    killed.kill()
    killed.wait()
    done = count_drafts(place)
    assert 0 < done < CONTRACTS, "not killed in the middle"
    workers = [start(place, BILL) for _rank in range(2)]
    assert [worker.wait() for worker in workers] == [0, 0]
    check_all_billed_once(place)
    assert start(place, BILL).wait() == 0
    check_all_billed_once(place)


def test_suspended_meanwhile(place, tmp_path) -> None:
    """Suspended after a run looked and before it bills: not billed."""
    assert start(place, MAKE).wait() == 0
    ready, go = tmp_path / "ready", tmp_path / "go"
    waiting = f"""
import pathlib, time
Run = env["koban.billing.run"]
run = Run.browse(Run.create_run("2026-01-01")["id"])
env.cr.commit()
env.cr.execute("SELECT 1")  # from here on the transaction sees the database as it is now
pathlib.Path({str(ready)!r}).touch()
while not pathlib.Path({str(go)!r}).exists():
    time.sleep(0.1)
run._process(lambda left: env.cr.commit() or True)
env.cr.commit()
"""
    suspend = """
for contract in env["koban.contract"].search([("state", "=", "running")], limit=3):
    contract.suspend("2026-01-01", "2026-01-31")
env.cr.commit()
"""
    worker = start(place, waiting)
    deadline = time.monotonic() + 300
    while not ready.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert start(place, suspend).wait() == 0
    go.touch()
    assert worker.wait() == 0
    counts = place.sql("SELECT state, count(*) FROM koban_contract_period GROUP BY state")
    assert dict(counts) == {"billed": 2 * CONTRACTS - 6, "suspended": 6}
    assert count_drafts(place) == CONTRACTS - 3
