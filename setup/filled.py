"""Install, upgrade, uninstall by the command line where documents are, as an administrator does."""

import json
import os
import signal
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import addons, alone, release, rows
from .console import Failure, one_line, say
from .jobs import Outcome, Workshop
from .paths import CHECKOUT
from .process import CommandFailed, spawn
from .template import Templates
from .warm import WarmShell

SCRIPTS = CHECKOUT / "setup" / "scripts"
# The lowest of our addons: all the others depend on them.
LOWEST = ("koban_guard", "koban_report")
# As docs/administrator.md says.
UPGRADE = ("-u", ",".join(("koban_document", *LOWEST)), "--stop-after-init", "--no-http")
# Tables none of whose rows may come, go or change, as patterns of SQL.
DOCUMENTS = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_full_reconcile",
    "account_payment",
    "purchase_order",
    "purchase_order_line",
    "sale_order",
    "sale_order_line",
    "stock_move",
    "stock_move_line",
    "stock_picking",
)
# Tables whose rows stay as they are, others may come: masters, settings, numbers, events.
MASTERS = (
    "account_account",
    "account_journal",
    "account_payment_term%",
    "ir_sequence%",
    r"koban\_%",
    "mail_message",
    r"product\_%",
    r"res\_company%",
    "res_partner",
)
# Saving a record again is no change of it, nor is invoicing a customer.
IGNORED = {"write_date", "write_uid", "customer_rank"}
# What an earlier version left empty and an upgrade may fill in.
LEFT_EMPTY = {("account_move_line", "name")}
ALL = sorted(set(addons.every()) - {addons.DEMO})
# Before any addon of ours looks at them.
ALL_IN_BELGIUM = """
companies = env["res.company"].search([])
for company in companies:
    company.country_id = company.account_fiscal_country_id = env.ref("base.be")
# The host does so only when a fiscal position changes: it would be taken for our doing.
env.add_to_compute(companies._fields["domestic_fiscal_position_id"], companies)
env.cr.commit()
"""
ONE_INVOICE = """
partner = env["res.partner"].create({"name": "Boulangerie Martin"})
line = (0, 0, {"name": "Travaux", "quantity": 1, "price_unit": 100.0})
values = {"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [line]}
env["account.move"].create(values).action_post()
env.cr.commit()
"""
# What the seals must hold: the customers' posted documents of the guarded companies.
SEALED = """
SELECT m.company_id, count(*) FROM account_move m JOIN res_company c ON c.id = m.company_id
JOIN res_country f ON f.id = c.account_fiscal_country_id
WHERE f.code = 'FR' AND m.state = 'posted' AND m.move_type LIKE 'out\\_%' GROUP BY 1 ORDER BY 1
"""
UNGUARDED = """
SELECT count(*) FROM koban_event e JOIN res_company c ON c.id = e.company_id
WHERE NOT c.document_guard
"""
# Taxes move with their company, as those of a chart of its country.
THEIR_COUNTRY = """
UPDATE {} SET country_id = c.account_fiscal_country_id FROM res_company c WHERE c.id = company_id
"""
AMOUNTS = """
SELECT name, state, amount_total FROM sale_order
UNION ALL SELECT name, state, amount_total FROM account_move
UNION ALL SELECT name, state, amount FROM account_payment ORDER BY 1, 2, 3
"""
# What users and settings refer to; where it moves to another addon, it stays the same record.
RECORDS = r"""
SELECT name, model, res_id FROM ir_model_data
WHERE module LIKE 'koban\_%' AND model NOT LIKE 'ir.model%' ORDER BY 1, 2, 3
"""
INSTALLED = "SELECT name FROM ir_module_module WHERE state = 'installed' ORDER BY 1"


def run(shop: Workshop, outcome: Outcome) -> None:
    """Try each filled database by itself; what fails in one leaves the others their turn."""
    for work in (_one_invoice, _french, _belgian, _released):
        label = f"filled{work.__name__}"
        case = Case(shop, shop.databases.scratch(label), label)
        try:
            work(case)
            outcome.passed += 1
        except release.MissingRelease as missing:
            say(f"not tried: {missing}")
            outcome.skipped += 1
        except Failure as failure:
            outcome.problem(label, str(failure))
        except CommandFailed as failure:
            outcome.problem(label, failure.output)
        finally:
            case.shell.close()
            shop.databases.drop(case.database)


@dataclass
class Case:
    """One filled database, and what an administrator does with it.

    :param label: begins the names of its logs.
    """

    shop: Workshop
    database: str
    label: str

    def __post_init__(self) -> None:
        self.templates = Templates(self.shop.odoo)
        # For what goes on between two commands: a command changes the addons.
        self.shell = WarmShell(self.shop.odoo, self.database)
        self.steps = 0

    def start(self, template: str) -> None:
        """Copy a template."""
        self.shop.databases.clone(template, self.database)

    def command(self, what: str, *arguments: object) -> Path:
        """Run a command of the host; a warning in its log is a failure.

        :return: the log
        """
        self.shell.rest()
        self.steps += 1
        log = self.shop.logs / f"{self.label}-{self.steps}.log"
        self.shop.odoo.run(f"{self.label}: {what}", log, *arguments)
        return log

    def module(self, verb: str, *names: str) -> None:
        """Install or uninstall addons."""
        self.command(f"{verb} {', '.join(names)}", "module", verb, "-d", self.database, *names)

    def upgrade(self) -> None:
        """Upgrade every addon, as docs/administrator.md says."""
        self.command("upgrade", "-d", self.database, *UPGRADE)

    def upgrade_killed(self, addon: str) -> None:
        """Begin the upgrade, and kill it while it is at an addon."""
        self.shell.rest()
        log = self.shop.logs / f"{self.label}-killed.log"
        with log.open("wb") as output:
            command = self.shop.odoo.command("-d", self.database, *UPGRADE)
            process = spawn(command, self.shop.odoo.variables(), stdout=output)
            try:
                while process.poll() is None and f"Loading module {addon} " not in log.read_text():
                    time.sleep(0.05)
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        told = f"the upgrade was over before it was killed at {addon}: {log}"
        self.check(process.returncode == -signal.SIGKILL, told)

    def sql(self, query: str) -> list[str]:
        """Return the rows of a query as text."""
        return self.shop.odoo.connection.sql(query, self.database).splitlines()

    def check(self, holds: object, told: str) -> None:
        """Fail unless something holds."""
        if not holds:
            raise Failure(told)

    def photo(self) -> rows.Rows:
        """Return all stored values of documents, masters and settings."""
        return rows.read(self.shop.odoo.connection, self.database, (*DOCUMENTS, *MASTERS))

    def check_same(self, before: rows.Rows, growing: Iterable[str] = MASTERS) -> None:
        """Fail where a stored value is not what it was.

        :param growing: tables that may get rows, as patterns of SQL.
        """
        changes = [
            change
            for change in rows.compare(before, self.photo())
            if change.column not in IGNORED
            and not (change.came and rows.matches(change.table, growing))
            and not (change.filled and (change.table, change.column) in LEFT_EMPTY)
        ]
        told = "; ".join(map(str, changes[:5]))
        self.check(not changes, f"{len(changes)} stored values changed: {one_line(told, 1500)}")

    def verify(self, sealed: Sequence[str] = ()) -> None:
        """Run the verification; fail unless each company's holds.

        :param sealed: ``company|documents``: at least what must have been read.
        """
        answers = self.shell.command("koban_verify", "-d", self.database, "--log-level=critical")
        read = {}
        for answer in map(json.loads, answers.splitlines()):
            self.check(answer["state"] == "holds", f"the verification: {answer}")
            read[str(answer["company_id"])] = answer["documents"]
        for company, count in (row.split("|") for row in sealed):
            self.check(read.get(company, 0) >= int(count), f"{read} read, not {sealed}")
        told = "events of a company that is not guarded"
        self.check(self.sql(UNGUARDED) == ["0"], told)

    def check_kept(self, name: str) -> None:
        """Uninstall an addon that must stay: refused, and nothing is lost."""
        before, installed = self.photo(), self.sql(INSTALLED)
        try:
            self.module("uninstall", name)
        except Failure:
            log = self.shop.logs / f"{self.label}-{self.steps}.log"
            told = f"uninstalling {name} failed, but was not refused: {log}"
            self.check("[sealed_documents]" in log.read_text(), told)
        else:
            raise Failure(f"{name} was uninstalled, and its sealed documents with it")
        self.check(self.sql(INSTALLED) == installed, "addons went although it was refused")
        self.check_same(before, ())

    def script(self, *names: str) -> None:
        """Run scripts as one, in a shell of the database."""
        self.shell.script("\n".join((SCRIPTS / name).read_text() for name in names))


def _one_invoice(case: Case) -> None:
    """One posted invoice of a French company: koban_document alone, then koban_compliance."""
    case.start(case.templates.host())
    case.shell.script(ONE_INVOICE)
    before = case.photo()
    for name in ("koban_document", "koban_compliance"):
        case.module("install", name)
        case.check_same(before)
    case.script("filled_goes_on.py")
    case.verify(case.sql(SEALED))
    case.check_kept("koban_invoice")
    case.check_kept("koban_archive")


def _french(case: Case) -> None:
    """The host's demo data, of two French companies, a Belgian and an American one."""
    case.start(case.templates.host_demo_mixed())
    before = case.photo()
    case.module("install", *ALL)
    case.check_same(before)
    case.script("filled_goes_on.py")
    case.module("uninstall", "koban_sales_stock")
    case.verify(case.sql(SEALED))
    case.check_kept("koban_contract")
    case.check_kept("koban_sales")


def _belgian(case: Case) -> None:
    """The host's demo data as Belgian companies: nothing is sealed, so that all may go again."""
    case.start(case.templates.host_demo())
    case.shell.script(ALL_IN_BELGIUM)
    before = case.photo()
    case.module("install", *ALL)
    case.check_same(before)
    case.script("filled_goes_on.py")
    case.verify()
    documents = case.sql(AMOUNTS)
    case.module("uninstall", *LOWEST)
    alone.check_gone(case.shop, case.database)
    case.check_same(before, (*DOCUMENTS, *MASTERS))
    case.check(case.sql(AMOUNTS) == documents, "documents changed when the addons went")
    case.script("filled_goes_on.py")
    for table in ("account_tax", "account_tax_group"):
        case.sql(THEIR_COUNTRY.format(table))
    alone.host_works(case.shop, case.database, case.label, case.shell)


def _released(case: Case) -> None:
    """A French and a Belgian company's documents of the last release: upgraded, gone on with."""
    case.start(case.templates.release_filled())
    before, records = case.photo(), case.sql(RECORDS)
    # With what was cut out of it, the middle of the upgrade.
    case.upgrade_killed("koban_compliance")
    case.upgrade()
    case.check_same(before)
    lost = set(records) - set(case.sql(RECORDS))
    case.check(not lost, f"records of the addons that another one replaced: {sorted(lost)[:5]}")
    case.verify(case.sql(SEALED))
    case.script("filled_goes_on.py", "filled_after.py")
    case.verify(case.sql(SEALED))
