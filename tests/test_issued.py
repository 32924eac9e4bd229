"""First prints at once, from a server of two workers: one original, each number once (row 2-53)."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

from pypdf import PdfReader
from test_print_workers import log_in

from setup import odoo as hosting
from setup import server as serving

WORKERS = 2
PRINTS = 5
DUPLICATE = re.compile(r"DUPLICATA n°\s(\d+)|DUPLICATE no\. (\d+)")
RETRIED = re.compile(r"bad query: |Error while generating report")


def number(pdf: bytes) -> int:
    """Return the number of a duplicate; 0 for the original."""
    found = DUPLICATE.search(PdfReader(io.BytesIO(pdf)).pages[0].extract_text())
    return int(found[1] or found[2]) if found else 0


def test_prints_at_once_give_one_original(odoo, database, logs, rpc, masters):
    admin = rpc()
    values = {
        "move_type": "out_invoice",
        "partner_id": masters.customer,
        "invoice_line_ids": [[0, 0, {"product_id": masters.service, "quantity": 2}]],
    }
    invoices = admin("account.move", "create", [values] * 3)
    admin("account.move", "action_post", invoices)
    log = logs / "tests-issued.log"
    settings = {"workers": WORKERS, "gevent_port": serving.free_port(), "max_cron_threads": 0}
    with serving.served(odoo, database, log, **settings) as url:
        clients = [log_in(url) for _print in range(PRINTS)]

        def print_one(client, ids: list[int]) -> bytes:
            path = ",".join(map(str, ids))
            with client.open(f"{url}/report/pdf/account.report_invoice/{path}") as answer:
                return answer.read()

        with ThreadPoolExecutor(PRINTS) as pool:
            pdfs = list(pool.map(print_one, clients, [invoices[:1]] * PRINTS))
            both = list(pool.map(print_one, clients[:2], [invoices[1:], invoices[:0:-1]]))
    assert sorted(map(number, pdfs)) == list(range(PRINTS))
    original = next(pdf for pdf in pdfs if not number(pdf))
    assert all(pdf.startswith(original) for pdf in pdfs)
    assert sorted(map(number, both)) == [0, 1], "two prints of the same documents, turned round"
    issued = admin(
        "koban.issued.document",
        "search_read",
        [("res_model", "=", "account.move"), ("res_id", "in", invoices)],
        ["res_id", "copies"],
    )
    assert sorted((row["res_id"], row["copies"]) for row in issued) == [
        (invoices[0], PRINTS - 1),
        (invoices[1], 1),
        (invoices[2], 1),
    ]
    bad = hosting.bad_lines(log, (*hosting.ALLOWED, *hosting.ALLOWED_IN_TESTS, RETRIED))
    assert not bad, f"the server logged: {bad}"
