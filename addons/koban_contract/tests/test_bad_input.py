"""What is refused, with the reason (issue 5, bad input)."""

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .test_usage_lines import UsageCase


@tagged("post_install", "-at_install")
class TestBadInput(UsageCase):
    """Contracts, lines and suspensions."""

    def check_refused(self, code, function, *args, **kwargs):
        """The call is refused and changes nothing."""
        with self.assert_refused(code) as caught, self.cr.savepoint():
            function(*args, **kwargs)
        return str(caught.exception)

    def test_dates(self):
        """End before start, of the commitment, a line, a suspension; through RPC."""
        contract = self.make_contract(validate=False)
        line = contract.line_ids
        Suspension = self.env["koban.contract.suspension"]
        calls = [
            (contract, "write", {"date_end": "2025-12-31"}),
            (line, "write", {"date_start": "2026-05-01", "date_end": "2026-04-30"}),
            (
                Suspension,
                "create",
                {"contract_id": contract.id, "date_from": "2026-05-02", "date_to": "2026-05-01"},
            ),
        ]
        for records, method, values in calls:
            with (
                self.subTest(model=records._name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation) as caught,
                self.cr.savepoint(),
            ):
                self.rpc(self.seller, records, method, values)
            message = records._sql_error_to_message(caught.exception)
            self.assertIn("before its", message)

    def test_periodicity(self):
        """A periodicity of zero, on a contract and on a type."""
        values = {"title": "None", "partner_id": self.customer.id, "interval_count": 0}
        calls = [
            ("koban.contract", values),
            ("koban.contract.type", {"name": "T", "interval_count": 0}),
        ]
        for model, values in calls:
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.errors.CheckViolation) as caught,
                self.cr.savepoint(),
            ):
                self.env[model].with_user(self.env.user).create(values)
            message = self.env[model]._sql_error_to_message(caught.exception)
            self.assertIn("at least one unit", message)

    def test_line_dates(self):
        """A line that would never bill, of a draft and when the contract's dates change."""
        for values in ({"date_end": "2025-12-31"}, {"date_start": "2027-01-01"}):
            text = self.check_refused(
                "contract_line_dates",
                self.make_contract,
                lines=[self.make_line(**values)],
                date_end="2026-12-31",
            )
            self.assertIn("Maintenance", text)
        contract = self.make_contract(
            validate=False, lines=[self.make_line(date_start="2026-06-01")], date_end="2026-12-31"
        )
        with self.assert_refused("contract_line_dates"), self.cr.savepoint():
            form = Form(contract.with_user(self.seller))
            form.date_end = "2026-05-31"
            form.save()

    def test_overlap(self):
        """The same line twice for the same days; lines told apart may run side by side."""
        twice = [self.make_line(), self.make_line(quantity=1)]
        text = self.check_refused("contract_overlap", self.make_contract, lines=twice)
        self.assertIn("Maintenance", text)
        self.make_contract(
            lines=[
                self.make_line(date_end="2026-03-31"),
                self.make_line(date_start="2026-04-01"),
                self.make_line(name="Other machine"),
                self.make_line(price_unit=50.0, quantity=-1),
                self.make_line(charge="once"),
            ]
        )
        groups = [
            self.make_line(display_type="line_section", name="Lyon", product_id=False, sequence=1),
            self.make_line(sequence=2),
            self.make_line(display_type="line_section", name="Paris", product_id=False, sequence=3),
            self.make_line(sequence=4),
        ]
        self.make_contract(lines=groups)
        contract = self.make_contract(validate=False)
        line = contract.line_ids
        values = {"contract_id": contract.id, **line.copy_data()[0]}
        self.check_refused(
            "contract_overlap", self.rpc, self.seller, line.browse(), "create", values
        )

    def test_other_company(self):
        """What belongs to another company, in the contract and in its lines."""
        other = self.make_company("Other SARL")
        user = self.seller
        user.company_ids |= other
        product = self.make_product("Theirs", company_id=other.id, contract_ok=True)
        partner = self.env["res.partner"].create({"name": "Theirs", "company_id": other.id})
        pricelist = self.env["product.pricelist"].create({"name": "Theirs", "company_id": other.id})
        journal = self.env["account.journal"].create(
            {"name": "Theirs", "code": "THE", "type": "sale", "company_id": other.id}
        )
        ours = self.make_product("Ours", company_id=self.company.id, contract_ok=True)
        contract = self.make_contract(validate=False, lines=[self.make_line(product_id=ours.id)])
        for values in (
            {"partner_id": partner.id},
            {"invoice_partner_id": partner.id},
            {"pricelist_id": pricelist.id},
            {"journal_id": journal.id},
            {"line_ids": [Command.update(contract.line_ids.id, {"product_id": product.id})]},
            {"company_id": other.id},  # its article is of ours
        ):
            with self.subTest(values=values), self.assertRaises(UserError), self.cr.savepoint():
                # One company of the two is chosen in the browser or both: the same.
                self.rpc(user, contract, "write", values)
            self.env.invalidate_all()

    def test_contract_of_other_company(self):
        """Lines, readings, suspensions and amendments of a contract of another company."""
        other = self.make_company("Other SARL")
        contract = self.env["koban.contract"].create(
            {"title": "Theirs", "partner_id": self.customer.id, "company_id": other.id}
        )
        line = self.env["koban.contract.line"].create(
            {"contract_id": contract.id, "name": "Copies", "charge": "usage"}
        )
        calls = [
            ("koban.contract.line", {"contract_id": contract.id, "name": "Mine"}),
            ("koban.meter.reading", {"line_id": line.id, "value": 1}),
            ("koban.contract.tier", {"line_id": line.id, "price": 1}),
            (
                "koban.contract.suspension",
                {"contract_id": contract.id, "date_from": "2026-01-01", "date_to": "2026-01-31"},
            ),
        ]
        for model, values in calls:
            with self.subTest(model=model), self.assertRaises(AccessError), self.cr.savepoint():
                self.rpc(self.seller, self.env[model], "create", values)
        with self.assertRaises(AccessError):
            self.rpc(self.seller, contract, "amend", "2026-02-01", {})
        own = self.make_contract(validate=False)
        self.check_refused(
            "contract_moved",
            self.rpc, self.seller, own.line_ids, "write", {"contract_id": contract.id},
        )  # fmt: skip

    def test_currency(self):
        """A pricelist in another currency than the contract's."""
        dollar = self.env.ref("base.USD")
        euro = self.env.ref("base.EUR")
        (dollar | euro).active = True
        pricelist = self.env["product.pricelist"].create({"name": "US", "currency_id": dollar.id})
        text = self.check_refused(
            "contract_currency", self.make_contract, pricelist_id=pricelist.id, currency_id=euro.id
        )
        self.assertIn("USD", text)

    def test_negative_quantity(self):
        """A line may be negative: what is taken back."""
        contract = self.make_contract(
            lines=[self.make_line(), self.make_line(name="R", quantity=-1)]
        )
        billed = self.bill(contract, "2026-01-01")
        self.assertEqual(billed.mapped("price_subtotal"), [200.0, -100.0])


@tagged("post_install", "-at_install")
class TestSuspensions(UsageCase):
    """Days not billed of a running contract."""

    def suspend(self, contract, *args):
        return self.rpc(self.seller, contract, "suspend", *args)

    def test_screen(self):
        """Issue 5: days ahead are suspended on the screen, noted, and not billed."""
        contract = self.make_contract()
        self.bill(contract, "2026-01-01")
        Wizard = self.env["koban.contract.suspend"].with_user(self.seller)
        form = Form(Wizard.with_context(default_contract_id=contract.id))
        form.date_from = "2026-02-15"
        form.date_to = "2026-03-31"
        form.reason = "Works"
        form.save().action_suspend()
        self.assertIn("Works", contract.message_ids[0].body)
        billed = self.bill(contract, "2026-04-01")
        self.assertEqual(billed.mapped("price_subtotal"), [100.0, 200.0])
        rows = contract.period_ids.sorted("date_from")
        self.assertEqual(rows.mapped("state"), ["billed", "billed", "suspended", "billed"])

    def test_overlap(self):
        """Issue 5, bad input: a suspension that overlaps another one."""
        contract = self.make_contract()
        self.suspend(contract, "2026-02-01", "2026-02-28")
        with self.assert_refused("contract_suspension_overlap"), self.cr.savepoint():
            self.suspend(contract, "2026-02-28", "2026-03-31")
        self.suspend(contract, "2026-03-01", "2026-03-31")

    def test_billed(self):
        """Issue 5, bad input: billed days, whichever way; the first possible one is told."""
        contract = self.make_contract()
        result = self.suspend(contract, "2026-02-01", "2026-02-28")
        suspension = self.env["koban.contract.suspension"].browse(result["id"])
        self.bill(contract, "2026-03-01")
        code = "contract_suspension_billed"
        with self.assert_refused(code) as caught, self.cr.savepoint():
            self.suspend(contract, "2026-03-20", "2026-05-31")
        self.assertEqual(caught.exception.context["date"], "2026-04-01")
        with self.assert_refused(code), self.cr.savepoint():
            self.rpc(self.seller, suspension, "write", {"date_to": "2026-02-27"})
        with self.assert_refused(code), self.cr.savepoint():
            self.rpc(self.seller, suspension, "unlink")
        with self.assert_refused(), self.cr.savepoint():
            commands = [Command.create({"date_from": "2026-06-01", "date_to": "2026-06-30"})]
            self.rpc(self.seller, contract, "write", {"suspension_ids": commands})
        self.rpc(self.seller, suspension, "write", {"reason": "Fire"})
        self.suspend(contract, "2026-04-01", "2026-04-30")

    def test_reopened(self):
        """Issue 5: once the draft is deleted its days can be suspended; they are billed less."""
        contract = self.make_contract()
        self.bill(contract, "2026-01-01")
        billed = self.bill(contract, "2026-02-01")
        billed.move_id.unlink()
        with self.assert_refused("contract_suspension_billed"), self.cr.savepoint():
            self.suspend(contract, "2026-01-31", "2026-02-14")
        self.suspend(contract, "2026-02-01", "2026-02-14")
        [billed] = self.bill(contract, "2026-02-01")
        self.assertEqual(billed.price_subtotal, 100.0)
        row = contract.period_ids.sorted("date_from")[-1]
        self.assertEqual((row.amount, row.share, row.state), (100.0, 0.5, "billed"))

    def test_reopened_whole(self):
        """Issue 5: a period suspended as a whole since is not billed again."""
        contract = self.make_contract()
        billed = self.bill(contract, "2026-01-01")
        billed.move_id.unlink()
        self.suspend(contract, "2026-01-01", "2026-01-31")
        self.assertFalse(self.bill(contract, "2026-01-01"))
        self.assertEqual(contract.period_ids.state, "suspended")
        self.assertFalse(contract.has_open_periods)

    def test_state(self):
        """Issue 5, bad input: only a running contract is suspended."""
        contract = self.make_contract(validate=False)
        self.refusal("contract_state", self.suspend, contract, "2026-02-01", "2026-02-28")
