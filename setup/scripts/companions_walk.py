"""Run in an Odoo shell, beside the companions: an order to its paid invoice, with all of theirs.

The company is French and guarded. Prints a line for each step: "done: …", or "failed: …" and why.
Nothing is committed.
"""

import inspect
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError

# What follows a validated document up, and is no content of it: an administrator opens these.
OPENED = (
    ("sale.order", "active"),
    ("sale.order", "current_revision_id"),
    ("account.move", "credit_policy_id"),
)
OPENER = "koban.opened.field"
GROUPS = (
    "base_exception.group_exception_rule_manager",
    "account_credit_control.group_account_credit_control_manager",
    "sales_team.group_sale_manager",
    "account.group_account_manager",
)


class Walk:
    """The steps, in order; each may use what those before it made."""

    def __init__(self, env):
        admin = env.ref("base.user_admin")
        admin.group_ids += env["res.groups"].union(*(env.ref(name) for name in GROUPS))
        # A reviewer is a person: not the superuser of the shell.
        self.env = env(user=admin, context={**env.context, "lang": "en_US"})
        self.company = self.env.company
        assert self.company.document_guard, "the guard is off"
        self.today = fields.Date.today()
        self.make_masters()

    def make_masters(self):
        """Make a customer, an article, and what the companions have to be told."""
        new = {name: self.env[name].create for name in self.env}
        self.partner = new["res.partner"](
            {
                "name": "Boulangerie Martin",
                "is_company": True,
                "street": "1 rue du Four",
                "zip": "69001",
                "city": "Lyon",
                "country_id": self.env.ref("base.fr").id,
                "company_registry": "732 829 320 00074",
                "email": "martin@example.com",
            }
        )
        self.article = new["product.product"](
            {"name": "Entretien", "type": "service", "list_price": 100, "must_have_dates": True}
        )
        self.terms = self.env.ref("account.account_payment_term_30days")
        self.type = new["sale.order.type"]({"name": "Entretien", "payment_term_id": self.terms.id})
        self.company.sale_exception_show_popup = True
        new["exception.rule"](
            {
                "name": "Too dear",
                "model": "sale.order",
                "code": "failed = self.amount_untaxed > 500",
            }
        )
        new["tier.definition"](
            {
                "model_id": self.env["ir.model"]._get_id("account.move"),
                "definition_domain": "[('move_type', 'in', ('out_invoice', 'out_refund'))]",
                "reviewer_id": self.env.user.id,
            }
        )
        self.policy = self.env.ref("account_credit_control.credit_control_3_time")
        accounts = self.partner.property_account_receivable_id
        self.policy.write({"account_ids": accounts.ids, "company_id": self.company.id})
        self.partner.credit_policy_id = self.policy

    def make_quote(self, price):
        """Return a quote of one line."""
        line = {"product_id": self.article.id, "product_uom_qty": 1, "price_unit": price}
        values = {"partner_id": self.partner.id, "type_id": self.type.id}
        return self.env["sale.order"].create({**values, "order_line": [Command.create(line)]})

    def accept(self, moves):
        """Ask for the validation of invoices, and give it."""
        moves.request_validation()
        self.env.invalidate_all()
        moves.validate_tier()
        self.env.invalidate_all()
        assert set(moves.mapped("validation_status")) == {"validated"}, "not accepted"

    def once_opened(self, function):
        """Call what writes an opened field; where none can be opened, it must be refused whole.

        :return: whether it was done
        """
        if OPENER in self.env:
            function()
            return True
        try:
            with self.env.cr.savepoint():
                function()
        except UserError as error:
            self.env.invalidate_all()
            assert "[document_validated]" in str(error), str(error)
            return False
        raise AssertionError("a field that nobody opened was written")

    def take_photo(self, order):
        """Return the stored columns of an order, but those of the exception itself."""
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM sale_order WHERE id = %s", [order.id])
        [row] = self.env.cr.dictfetchall()
        own = ("main_exception_id", "write_date", "write_uid")
        return {name: value for name, value in row.items() if name not in own}

    def step_order_type(self):
        """sale_order_type: a quote takes what its type says."""
        self.dear, self.cheap = self.make_quote(1000), self.make_quote(100)
        assert self.cheap.payment_term_id == self.terms, self.cheap.payment_term_id.name

    def step_exception(self):
        """sale_exception: a confirmation that its wizard stops leaves no trace."""
        before = self.take_photo(self.dear)
        wizard = self.dear.action_confirm()
        assert wizard["res_model"] == "sale.exception.confirm", wizard
        after = self.take_photo(self.dear)
        changed = {name: value for name, value in after.items() if before[name] != value}
        assert not changed, changed
        self.wizard = wizard

    def step_corrected(self):
        """sale_exception: a quote that it stopped is corrected and confirmed."""
        corrected = self.make_quote(1000)
        corrected.action_confirm()
        corrected.order_line.price_unit = 50
        corrected.action_confirm()
        assert corrected.state == "sale", corrected.state
        self.corrected = corrected

    def step_ignored(self):
        """sale_exception: its wizard ignores the exception; the numbers have no gap."""
        context = self.wizard["context"]
        wizard = self.env["sale.exception.confirm"].with_context(**context)
        wizard.create({"ignore": True}).action_confirm()
        self.cheap.action_confirm()
        orders = self.corrected | self.dear | self.cheap
        assert set(orders.mapped("state")) == {"sale"}, orders.mapped("state")
        ranks = [int(name[-5:]) for name in orders.mapped("name")]
        assert ranks == [ranks[0], ranks[0] + 1, ranks[0] + 2], orders.mapped("name")

    def step_revision(self):
        """sale_order_revision: of a quote."""
        quote = self.make_quote(60)
        quote.action_quotation_sent()
        quote.create_revision()
        assert quote.current_revision_id and not quote.active, "no revision"

    def step_revision_of_cancelled(self):
        """sale_order_revision: of an order that was confirmed, then cancelled."""
        self.corrected.action_cancel()
        assert self.corrected.state == "cancel", self.corrected.state
        if self.once_opened(self.corrected.create_revision):
            assert self.corrected.current_revision_id.state == "draft", "no revision"

    def step_tiers(self):
        """account_move_tier_validation, account_invoice_start_end_dates: posted once accepted."""
        self.invoice = self.cheap._create_invoices()
        assert self.invoice.sale_type_id == self.type, "no type"
        self.accept(self.invoice)
        try:
            with self.env.cr.savepoint():
                self.invoice.action_post()
            raise AssertionError("posted without the dates of its line")
        except ValidationError:
            self.env.invalidate_all()
        line = self.invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        self.invoice.review_ids.unlink()
        self.env.invalidate_all()
        line.write({"start_date": self.today, "end_date": self.today})
        self.accept(self.invoice)
        self.invoice.action_post()
        assert self.invoice.state == "posted", self.invoice.state

    def step_credit_control(self):
        """account_credit_control: a run, its letters."""
        run = self.env["credit.control.run"].create(
            {"date": self.today + timedelta(90), "policy_ids": self.policy.ids}
        )
        run.generate_credit_lines()
        assert self.invoice in run.line_ids.invoice_id, "not reminded"
        run.set_to_ready_lines()
        run.run_channel_action()

    def step_credit_policy(self):
        """account_credit_control: another policy for a posted invoice, by its wizard.

        account_move_tier_validation too keeps what was accepted, and is told of the field.
        """
        field = self.env["ir.model.fields"]._get("account.move", "credit_policy_id")
        self.env["tier.validation.exception"].create(
            {"model_id": field.model_id.id, "field_ids": field.ids}
        )
        levels = self.policy.level_ids
        changer = self.env["credit.control.policy.changer"].with_context(
            active_ids=self.invoice.ids
        )
        wizard = changer.create(
            {"new_policy_id": self.policy.id, "new_policy_level_id": levels[1].id}
        )
        if self.once_opened(wizard.set_new_policy):
            assert self.invoice.credit_policy_id == self.policy, "no policy"

    def step_payment(self):
        """The customer pays."""
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.invoice.ids
        )
        register.create({})._create_payments()
        assert self.invoice.payment_state in ("paid", "in_payment"), self.invoice.payment_state

    def step_credit_note(self):
        """account_move_tier_validation: the credit note of another invoice."""
        invoice = self.dear._create_invoices()
        line = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        line.write({"start_date": self.today, "end_date": self.today})
        self.accept(invoice)
        invoice.action_post()
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        action = reversal.create({"journal_id": invoice.journal_id.id}).refund_moves()
        credit_note = self.env["account.move"].browse(action["res_id"])
        self.accept(credit_note)
        credit_note.action_post()
        assert credit_note.reversed_entry_id == invoice, "no credit note"

    def step_contract(self):
        """contract: one of theirs is invoiced, and one of ours is another thing."""
        line = {
            "product_id": self.article.id,
            "name": "Entretien",
            "quantity": 1,
            "price_unit": 30,
            "recurring_rule_type": "monthly",
            "recurring_interval": 1,
            "date_start": self.today,
            "recurring_next_date": self.today,
        }
        contract = self.env["contract.contract"].create(
            {
                "name": "Entretien",
                "partner_id": self.partner.id,
                "line_recurrence": True,
                "contract_line_ids": [Command.create(line)],
            }
        )
        invoice = contract.recurring_create_invoice()
        product = invoice.invoice_line_ids.filtered(lambda line: line.product_id)
        product.write({"start_date": self.today, "end_date": self.today})
        self.accept(invoice)
        invoice.action_post()
        assert invoice.state == "posted", invoice.state
        assert self.partner.contract_ids == contract, "theirs is not found"
        assert not self.partner.koban_contract_ids, "theirs is taken for ours"

    def step_siret(self):
        """l10n_fr_siret: spaces leave a SIRET, a wrong one is refused."""
        assert self.partner.company_registry == "73282932000074", self.partner.company_registry
        try:
            with self.env.cr.savepoint():
                self.partner.company_registry = "73282932000075"
            raise AssertionError("a wrong SIRET passed")
        except ValidationError:
            self.env.invalidate_all()

    def step_names(self):
        """No field, method or page of ours has the name of one of theirs."""
        found = find_collisions(self.env)
        assert not found, "; ".join(found)


def find_collisions(env):
    """Return what both sides define on a model or as a page, and the host does not."""
    ours, theirs = set(), set()
    for module in env["ir.module.module"]._installed():
        if module.startswith("koban_"):
            ours.add(module)
        elif "(OCA)" in env["ir.module.module"].get_module_info(module)["author"]:
            theirs.add(module)
    defined = {}
    for model in env.registry.values():
        for part in model.__mro__:
            for name in names_of(part):
                defined.setdefault(f"{model._name}.{name}", set()).add(module_of(part))
    for rule in env["ir.http"].routing_map().iter_rules():
        defined.setdefault(f"page {rule.rule}", set()).add(module_of(rule.endpoint.func))
    return [
        f"{name} of {', '.join(sorted(modules))}"
        for name, modules in defined.items()
        if modules & ours and modules & theirs and modules <= ours | theirs
    ]


def names_of(part):
    """Return the fields and methods that a class of a model defines."""
    yield from (field.name for field in getattr(part, "_field_definitions", ()))
    for name, value in vars(part).items():
        if inspect.isfunction(value) and not name.startswith("__"):
            yield name


def module_of(thing):
    """Return the addon that a class or function is of; empty for the framework's."""
    parts = thing.__module__.split(".")
    return parts[2] if parts[:2] == ["odoo", "addons"] else ""


def open_fields(env):
    """Open the fields of the companions that follow a document up."""
    for model, name in OPENED:
        env[OPENER].create(
            {"field_id": env["ir.model.fields"]._get(model, name).id, "reason": "Follow-up"}
        )


walk = Walk(env)  # noqa: F821
if OPENER in env:  # noqa: F821
    open_fields(walk.env)
for name in [name for name in vars(Walk) if name.startswith("step_")]:
    title = " ".join(getattr(Walk, name).__doc__.split())
    try:
        with walk.env.cr.savepoint():
            getattr(walk, name)()
            walk.env.flush_all()
        print(f"done: {title}")
    except (AssertionError, UserError, AttributeError, KeyError) as error:
        walk.env.invalidate_all()
        print(f"failed: {title}: {type(error).__name__}: {' '.join(str(error).split())}")
env.cr.rollback()  # noqa: F821
