"""Customer invoices of a French company with the French chart of accounts."""

from odoo.fields import Command
from odoo.tests import Form

from odoo.addons.koban_document.tests.common import PrintedCase
from odoo.addons.koban_document.tests.paper import load_french
from odoo.addons.koban_guard.tests import common as guard
from odoo.addons.koban_guard.tests.common import Masters, set_values
from odoo.addons.koban_seal.tools.signing import get_signer

# Whom several classes make, each for itself, beside those of InvoiceCase.
PEOPLE = (
    ("koban_reader", "account.group_account_readonly", {}),
    ("koban_auditor", "koban_seal.group_auditor", {}),
    ("paper_seller", "", {"name": "Camille Roche", "email": False}),
)


def make_masters(env) -> Masters:
    """Make all that the tests of this addon share, in a database that is to be copied."""
    masters = find_masters(env)
    load_french(masters.env)
    for login, groups, values in PEOPLE:
        masters.find_or_make_user(login, groups, **values)
    # Its file comes with the commit, which a test never makes: several requests share one key.
    get_signer(env)
    return masters.save()


def find_masters(env) -> Masters:
    """Find, or make where the database lacks them, what invoices and payments need."""
    masters = guard.find_masters(env)
    env, company = masters.env, masters.env.company
    assert company.chart_template, "the company needs its French chart"
    set_values(company, tax_exigibility=False)
    tax = company.account_sale_tax_id
    masters.find_or_make("other_tax", lambda: tax.copy({"name": "Other tax", "amount": 5.5}))
    masters.find_or_make("product", lambda: make_product(env, "Survey"))
    _make_customers(masters)
    masters.find_or_create(
        "terms",
        "account.payment.term",
        name="30 % now, 70 % in 30 days",
        line_ids=[
            Command.create({"value": "percent", "value_amount": 30, "nb_days": 0}),
            Command.create({"value": "percent", "value_amount": 70, "nb_days": 30}),
        ],
    )
    masters.find_or_create("process", "koban.process", name="Shop")
    masters.find_or_create("other_process", "koban.process", name="Delivery")
    masters.find_or_make_user("koban_billing", "account.group_account_invoice")
    masters.find_or_make_user("koban_manager", "koban_guard.group_manager")
    return masters.save()


def _make_customers(masters):
    france = masters.env.ref("base.fr").id
    customer = masters.find_or_create(
        "customer",
        "res.partner",
        name="Boulangerie Martin",
        is_company=True,
        country_id=france,
        street="1 rue du Four",
        city="Lyon",
        zip="69001",
        email="martin@example.com",
    )
    masters.find_or_create(
        "contact",
        "res.partner",
        name="Claire Martin",
        parent_id=customer.id,
        email="claire@example.com",
    )
    masters.find_or_create(
        "other_contact", "res.partner", name="Paul Martin", parent_id=customer.id
    )
    masters.find_or_create(
        "other_customer", "res.partner", name="Garage Petit", is_company=True, country_id=france
    )


def make_product(env, name, **values):
    """Create a service of 100 €, with the tax of the company."""
    return env["product.product"].create(
        {
            "name": name,
            "type": "service",
            "list_price": 100.0,
            "taxes_id": [Command.set(env.company.account_sale_tax_id.ids)],
            **values,
        }
    )


class InvoiceCase(PrintedCase):
    """Invoices, payments and the profiles of accounting."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        masters = find_masters(cls.env)
        cls.tax = cls.company.account_sale_tax_id
        cls.other_tax = masters["other_tax"]
        cls.product = masters["product"]
        cls.customer = masters["customer"]
        cls.contact = masters["contact"]
        cls.other_contact = masters["other_contact"]
        cls.other_customer = masters["other_customer"]
        cls.terms = masters["terms"]
        cls.process = masters["process"]
        cls.other_process = masters["other_process"]
        cls.billing_user = masters["koban_billing"]
        cls.manager = masters["koban_manager"]
        cls.bank_journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "bank")], limit=1
        )
        cls.payment_method_line = cls.bank_journal.inbound_payment_method_line_ids[:1]
        cls.sale_journal = cls.env["account.journal"].search(
            [("company_id", "=", cls.company.id), ("type", "=", "sale")], limit=1
        )

    @classmethod
    def make_product(cls, name, **values):
        return make_product(cls.env, name, **values)

    @classmethod
    def make_line(cls, **values):
        return Command.create(
            {
                "product_id": cls.product.id,
                "quantity": 2,
                "price_unit": 100.0,
                "tax_ids": [Command.set(cls.tax.ids)],
                **values,
            }
        )

    @classmethod
    def make_invoice(cls, post=True, lines=None, **values):
        """Create a customer invoice of 2 × 100 + 1 × 50, two rates of tax not mixed."""
        lines = lines or [
            Command.create({"display_type": "line_section", "name": "Works"}),
            cls.make_line(),
            cls.make_line(quantity=1, price_unit=50.0, name="Travel", discount=10.0),
            Command.create({"display_type": "line_note", "name": "Thank you"}),
        ]
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": cls.customer.id,
                "invoice_date": "2026-03-10",
                "invoice_payment_term_id": cls.terms.id,
                "preferred_payment_method_line_id": cls.payment_method_line.id,
                "process_id": cls.process.id,
                "contact_id": cls.contact.id,
                "header": "<p>Head</p>",
                "footer": "<p>Foot</p>",
                "comment": "<p>Comment</p>",
                "narration": "<p>Terms</p>",
                "invoice_line_ids": lines,
                **values,
            }
        )
        if post:
            invoice.action_post()
        return invoice

    @classmethod
    def get_product_lines(cls, move):
        return move.invoice_line_ids.filtered(lambda line: line.display_type == "product")

    @classmethod
    def get_receivable_lines(cls, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    @classmethod
    def pay(cls, moves, user=None, **values):
        """Register a payment through the host's wizard."""
        user = user or cls.billing_user
        form = Form(
            cls.env["account.payment.register"]
            .with_user(user)
            .with_context(active_model="account.move", active_ids=moves.ids)
        )
        for name, value in values.items():
            form[name] = value
        payments = form.save()._create_payments()
        cls.env.flush_all()
        return payments

    @classmethod
    def keep_entries(cls, journal):
        """Have the payments of a journal wait on an account, each with an entry of its own."""
        account = cls.env["account.account"].search(
            [("account_type", "=", "asset_current"), ("company_ids", "in", journal.company_id.ids)],
            limit=1,
        )
        account.reconcile = True
        journal.inbound_payment_method_line_ids.payment_account_id = account

    def get_events(self, *kinds, records=None, chain="main"):
        """Write what the transaction has queued, and return events, the oldest first."""
        self.env.cr.flush()
        domain = [("kind", "in", kinds), ("chain", "=", chain)]
        if records is not None:
            domain += [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        return self.env["koban.event"].search(domain, order="id")
