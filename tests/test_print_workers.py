"""PDFs from a server of several workers: each has its own browser, and none outlives it."""

import re
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar

import psutil

from setup import odoo as hosting
from setup import server as serving

WORKERS = 2
PRINTS = 8
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def log_in(url: str) -> urllib.request.OpenerDirector:
    """Return a client of the web pages, logged in as the administrator."""
    client = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = client.open(f"{url}/web/login").read().decode()
    form = {"login": "admin", "password": "admin", "csrf_token": TOKEN.search(page)[1]}
    client.open(f"{url}/web/login", urllib.parse.urlencode(form).encode()).read()
    return client


def browsers() -> dict[psutil.Process, int]:
    """Return the browsers of the servers that this process runs, with the worker of each."""
    found = {}
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name() and "chrom" not in process.parent().name():
                found[process] = process.ppid()
        except (psutil.NoSuchProcess, AttributeError):
            continue  # it ended meanwhile
    return found


def test_workers_print_at_once_and_leave_nothing(odoo, database, logs, rpc, masters):
    values = {
        "move_type": "out_invoice",
        "partner_id": masters.customer,
        "invoice_line_ids": [[0, 0, {"product_id": masters.service, "quantity": 2}]],
    }
    invoices = rpc()("account.move", "create", [values] * PRINTS)
    earlier = set(browsers())
    log = logs / "tests-workers.log"
    settings = {"workers": WORKERS, "gevent_port": serving.free_port(), "max_cron_threads": 0}
    with serving.served(odoo, database, log, **settings) as url:
        client = log_in(url)

        def print_one(invoice: int) -> bytes:
            with client.open(f"{url}/report/pdf/account.report_invoice/{invoice}") as answer:
                return answer.read()

        with ThreadPoolExecutor(4) as pool:
            pdfs = list(pool.map(print_one, invoices))
        assert all(pdf.startswith(b"%PDF") and b"%%EOF" in pdf[-10:] for pdf in pdfs)
        started = {browser: pid for browser, pid in browsers().items() if browser not in earlier}
        assert 1 <= len(started) <= WORKERS
        assert len(set(started.values())) == len(started), "two browsers in one worker"
    _gone, left = psutil.wait_procs(list(started), timeout=60)
    assert not left
    bad = hosting.bad_lines(log, hosting.ALLOWED + hosting.ALLOWED_IN_TESTS)
    assert not bad, f"the server logged: {bad}"
