"""Ten people at work through JSON-2 at the same time, on a server with two workers."""

import atexit
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from tempfile import mkdtemp

LAUNCHER = Path(__file__).parents[1] / "setup" / "launcher.py"
PEOPLE = 10
WORKERS = 2
# What the host logs when another transaction came before one.
RETRIED = "tries left, try again in"


class Server:
    """The host on one database, as it is served in production: workers, and a log."""

    def __init__(self, database: str, port: int):
        self.database, self.url = database, f"http://127.0.0.1:{port}"
        self.log = Path(mkdtemp()) / "server.log"
        command = [
            sys.executable, LAUNCHER, "server", "-d", database, "--http-interface", "127.0.0.1",
            "--http-port", str(port), "--gevent-port", str(port + 1), "--workers", str(WORKERS),
            "--max-cron-threads", "0", "--logfile", str(self.log),
        ]  # fmt: skip
        self.process = subprocess.Popen(command)
        atexit.register(self.process.terminate)
        self._wait()

    def _wait(self):
        for _attempt in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/web/login", timeout=60).read()
            except urllib.error.HTTPError:
                raise
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise TimeoutError(self.url)

    def count_retries(self) -> int:
        """Return how many calls the host tried again, so far."""
        return self.log.read_text().count(RETRIED)


class Person:
    """Who sells, bills, cashes and prints, one document after the other."""

    def __init__(self, server: Server, login: str, key: str, sold: tuple[int, int], number: int):
        self.server, self.key, self.number = server, key, number
        self.customer, self.product = sold
        # Papers ask for a session; a key opens JSON-2 alone.
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
        params = {"db": server.database, "login": login, "password": login}
        self.browser.open(
            urllib.request.Request(
                f"{server.url}/web/session/authenticate",
                json.dumps({"jsonrpc": "2.0", "method": "call", "params": params}).encode(),
                {"Content-Type": "application/json"},
            )
        ).read()

    def call(self, model: str, method: str, ids=(), **arguments):
        """Call a method by JSON-2; anything but an answer is an error of the benchmark."""
        request = urllib.request.Request(
            f"{self.server.url}/json/2/{model}/{method}",
            json.dumps({"ids": list(ids), **arguments}).encode(),
            {"Content-Type": "application/json", "Authorization": f"bearer {self.key}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def sell(self, rank: int) -> None:
        """Take one document from the quote to its end; a third are paid, a quarter printed."""
        line = [0, 0, {"product_id": self.product, "product_uom_qty": 2}]
        values = {"partner_id": self.customer, "order_line": [line] * 3}
        [order] = self.call("sale.order", "create", vals_list=[values])
        self.call("sale.order", "action_confirm", [order])
        context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
        [wizard] = self.call(
            "sale.advance.payment.inv",
            "create",
            vals_list=[
                {"advance_payment_method": "delivered", "sale_order_ids": [[6, 0, [order]]]}
            ],
            context=context,
        )
        self.call("sale.advance.payment.inv", "create_invoices", [wizard], context=context)
        [found] = self.call("sale.order", "read", [order], fields=["invoice_ids"])
        [invoice] = found["invoice_ids"]
        self.call("account.move", "action_post", [invoice])
        if (rank + self.number) % 3 == 0:
            self.pay(invoice)
        if (rank + self.number) % 4 == 0:
            self.print(invoice)

    def pay(self, invoice: int) -> None:
        """Register the whole payment of an invoice."""
        context = {"active_model": "account.move", "active_ids": [invoice]}
        [wizard] = self.call("account.payment.register", "create", vals_list=[{}], context=context)
        self.call("account.payment.register", "action_create_payments", [wizard], context=context)

    def print(self, invoice: int) -> None:
        """Have the host prepare the print of an invoice, down to its page."""
        url = f"{self.server.url}/report/html/account.report_invoice/{invoice}"
        with self.browser.open(url, timeout=120) as answer:
            answer.read()


def work_together(people: list[Person], loops: int) -> list[str]:
    """Have all work at once; return what went wrong."""
    errors: list[str] = []

    def work(person):
        for rank in range(loops):
            try:
                person.sell(rank)
            except urllib.error.HTTPError as error:
                errors.append(f"{error.code} {error.url}: {error.read()[:500]!r}")

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors
