"""Amendments of running contracts (issue 5)."""

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .test_usage_lines import UsageCase


@tagged("post_install", "-at_install")
class TestAmendments(UsageCase):
    """What changes from a day on, and what stays."""

    def amend(self, contract, date, reason="", /, **changes):
        return self.rpc(self.seller, contract, "amend", date, changes, reason)

    def test_change(self):
        """Issue 5, amendments: one line ends, another takes over; days are billed once each."""
        contract = self.make_contract(timing="arrears")
        line = contract.line_ids
        result = self.amend(
            contract,
            "2026-01-16",
            "One machine more",
            lines=[{"id": line.id, "quantity": 3, "price_unit": 110.0, "name": "Maintenance"}],
        )
        self.assertEqual(result["number"], 1)
        new = contract.line_ids - line
        self.assertEqual(new.ids, result["line_ids"])
        self.assertEqual((str(line.date_end), str(new.date_start)), ("2026-01-15", "2026-01-16"))
        self.assertEqual((new.replaces_id, new.quantity, new.price_unit), (line, 3.0, 110.0))
        self.assertEqual((new.tax_ids, new.product_id), (line.tax_ids, line.product_id))
        self.assertEqual((line.quantity, line.price_unit), (2.0, 100.0))
        billed = self.bill(contract, "2026-02-01")
        # 15 days of 31 of 200, 16 of 330.
        self.assertEqual(billed.mapped("price_subtotal"), [96.77, 170.32])
        self.assertEqual(str(contract.next_invoice_date), "2026-03-01")
        amendment = contract.amendment_ids
        self.assertEqual(amendment.reason, "One machine more")
        self.assertEqual(amendment.user_id, self.seller)
        for text in ("Quantity: 2 → 3", "Unit Price: 100 → 110"):
            self.assertIn(text, amendment.description)
        self.assertNotIn("Description", amendment.description)
        self.assertIn("One machine more", contract.message_ids[0].body)

    def test_billed(self):
        """Issue 5: days that were billed are not amended; the first possible one is told."""
        contract = self.make_contract()
        line = contract.line_ids
        self.bill(contract, "2026-01-01")
        changes = {"lines": [{"id": line.id, "quantity": 3}]}
        error = self.refusal(
            "contract_amendment_billed", self.amend, contract, "2026-01-16", **changes
        )
        self.assertEqual(error.context["date"], "2026-02-01")
        self.assertIn(self.show("2026-02-01"), str(error))
        self.assertFalse(contract.amendment_ids)
        self.assertEqual(len(contract.line_ids), 1)
        self.refusal("contract_amendment_billed", self.amend, contract, "2026-01-16", end=line.ids)
        self.amend(contract, "2026-02-01", **changes)
        self.bill(contract, "2026-03-01")
        rows = contract.period_ids.sorted("date_from")
        self.assertEqual(rows.mapped("amount"), [200.0, 300.0, 300.0])

    def test_add_and_end(self):
        """Issue 5: lines come and go, in one amendment; missed days of a new one are caught up."""
        contract = self.make_contract(
            lines=[self.make_line(), self.make_line(name="Cleaning", quantity=1)]
        )
        kept, ended = contract.line_ids
        self.bill(contract, "2026-01-01")
        values = {"product_id": self.product.id, "name": "Watch", "price_unit": 31.0}
        result = self.amend(contract, "2026-02-10", end=ended.ids, add=[values])
        new = contract.line_ids - kept - ended
        self.assertEqual(new.ids, result["line_ids"])
        self.assertEqual(str(ended.date_end), "2026-02-09")
        billed = self.bill(contract, "2026-03-01")
        amounts = {
            (line.name.split("\n")[0], str(line.contract_period_id.date_from)): line.price_subtotal
            for line in billed
        }
        self.assertEqual(
            amounts,
            {
                ("Maintenance", "2026-02-01"): 200.0,
                ("Maintenance", "2026-03-01"): 200.0,
                ("Cleaning", "2026-02-01"): 32.14,
                ("Watch", "2026-02-10"): 21.04,
                ("Watch", "2026-03-01"): 31.0,
            },
        )

    def test_once_added(self):
        """Issue 5: a fee that an amendment adds is billed once."""
        contract = self.make_contract()
        self.amend(
            contract,
            "2026-02-10",
            add=[{"name": "Training", "charge": "once", "price_unit": 500.0, "tax_ids": []}],
        )
        self.bill(contract, "2026-03-01")
        rows = contract.period_ids.filtered(lambda row: row.line_id.name == "Training")
        self.assertEqual((rows.amount, str(rows.date_from)), (500.0, "2026-02-10"))

    def test_header(self):
        """Issue 5: the conditions that may change, and nothing else with them."""
        contract = self.make_contract(date_end="2026-12-31", payment_term_id=False)
        self.amend(
            contract,
            "2026-02-01",
            contract={
                "invoice_partner_id": self.other_customer.id,
                "date_end": "2027-12-31",
                "notice_months": 2,
            },
        )
        self.assertEqual(contract.invoice_partner_id, self.other_customer)
        self.assertFalse(contract.payment_term_id)
        self.assertEqual(str(contract.notice_deadline), "2027-10-31")
        self.assertIn("Garage Petit", contract.amendment_ids.description)
        for changes, code in (
            ({"contract": {"interval_count": 3}}, "contract_amendment_values"),
            ({"contract": {"state": "closed"}}, "contract_amendment_values"),
            (
                {"lines": [{"id": contract.line_ids.id, "billed_to": False}]},
                "contract_amendment_values",
            ),
            ({"lines": [{"id": 0, "quantity": 1}]}, "contract_amendment_values"),
            ({"add": [{"contract_id": 1}]}, "contract_amendment_values"),
            ({"other": 1}, "contract_amendment_values"),
            ({"contract": {"notice_months": 2}}, "contract_amendment_empty"),
            ({}, "contract_amendment_empty"),
        ):
            self.refusal(code, self.amend, contract, "2026-02-01", **changes)
        self.assertEqual(len(contract.amendment_ids), 1)

    def test_end_before_billed(self):
        """Issue 5, bad input: the commitment cannot end before what was billed."""
        contract = self.make_contract(interval_count=3)
        self.bill(contract, "2026-01-01")
        for day in ("2026-02-28",):
            self.refusal(
                "contract_amendment_billed",
                self.amend,
                contract,
                "2026-04-01",
                contract={"date_end": day},
            )
        self.amend(contract, "2026-04-01", contract={"date_end": "2026-03-31"})
        self.assertFalse(contract.next_invoice_date)

    def test_whole_periods(self):
        """Issue 5, proration “none”: no period is billed at the old and at the new price."""
        contract = self.make_contract(proration="none", timing="arrears")
        changes = {"lines": [{"id": contract.line_ids.id, "quantity": 3}]}
        error = self.refusal(
            "contract_amendment_period", self.amend, contract, "2026-02-10", **changes
        )
        self.assertIn(self.show("2026-02-01"), str(error))
        self.assertIn(self.show("2026-03-01"), str(error))
        self.amend(contract, "2026-02-01", **changes)
        billed = self.bill(contract, "2026-03-01")
        self.assertEqual(billed.mapped("price_subtotal"), [200.0, 300.0])

    def test_from_the_start(self):
        """Issue 5: a line none of whose days came before is changed itself; the history tells."""
        contract = self.make_contract()
        line = contract.line_ids
        self.amend(contract, "2026-01-01", lines=[{"id": line.id, "quantity": 5}])
        self.assertEqual(contract.line_ids, line)
        self.assertEqual(line.quantity, 5.0)
        self.assertIn("Quantity: 2 → 5", contract.amendment_ids.description)

    def test_twice(self):
        """Issue 5: amended again, also between two amendments; days stay apart."""
        contract = self.make_contract(timing="arrears")
        line = contract.line_ids
        self.amend(contract, "2026-03-01", lines=[{"id": line.id, "quantity": 3}])
        self.amend(contract, "2026-02-01", lines=[{"id": line.id, "quantity": 4}])
        self.bill(contract, "2026-04-01")
        rows = contract.period_ids.sorted("date_from")
        self.assertEqual(rows.mapped("amount"), [200.0, 400.0, 300.0])
        self.assertEqual(contract.amendment_ids.sorted("number").mapped("number"), [1, 2])
        self.assertEqual(contract.line_ids.mapped("quantity"), [2.0, 4.0, 3.0])

    def test_fee_ended(self):
        """Issue 5: a fee that an amendment ends is not billed; one billed once is kept."""
        lines = [self.make_line(), self.make_line(charge="once", quantity=1, price_unit=500)]
        contract = self.make_contract(lines=lines)
        self.amend(contract, "2026-01-20", end=contract.line_ids[1].ids)
        self.assertEqual(sum(self.bill(contract, "2026-02-01").mapped("price_subtotal")), 400.0)
        contract = self.make_contract(lines=lines)
        fee = contract.line_ids[1]
        self.bill(contract, "2026-01-01").move_id.unlink()
        with self.assert_refused("contract_amendment_billed"):
            self.amend(contract, "2026-01-20", end=fee.ids)
        self.amend(contract, "2026-01-20", lines=[{"id": fee.id, "price_unit": 0}])
        self.assertEqual(sum(self.bill(contract, "2026-01-20").mapped("price_subtotal")), 200.0)

    def test_usage(self):
        """Issue 5: the line that takes over goes on with the same meter."""
        contract, line = self.make_copier([("2026-01-01", 0), ("2026-01-31", 1000)])
        self.bill(contract, "2026-02-01")
        self.amend(contract, "2026-02-01", lines=[{"id": line.id, "included_volume": 200}])
        new = contract.line_ids - line
        self.enter(new, ("2026-02-28", 1500))
        self.assertEqual(line.reading_ids.mapped("line_id"), line)
        [billed] = self.bill(contract, "2026-03-01")
        self.assertEqual((billed.quantity, billed.contract_period_id.line_id), (300.0, new))

    def test_usage_tiers_kept(self):
        """Issue 5: the line that takes over has the price tiers too."""
        line = self.make_usage_line(tier_ids=self.make_tiers((0, 0.02), (100, 0.01)))
        contract, line = self.make_copier(lines=[line])
        self.amend(contract, "2026-02-01", lines=[{"id": line.id, "included_volume": 0}])
        new = contract.line_ids - line
        self.assertEqual(new.tier_ids.sorted("start").mapped("price"), [0.02, 0.01])

    def test_order(self):
        """Issue 5: the line that takes over stands below the one that it replaces, in its group."""
        lines = [
            self.make_line(display_type="line_section", name="Lyon", product_id=False, sequence=10),
            self.make_line(name="One", sequence=10),
            self.make_line(
                display_type="line_section", name="Paris", product_id=False, sequence=10
            ),
            self.make_line(name="Two", sequence=10),
        ]
        contract = self.make_contract(lines=lines)
        line = contract.line_ids.filtered(lambda line: line.name == "One")
        self.amend(contract, "2026-02-01", lines=[{"id": line.id, "name": "One bis"}])
        names = contract.line_ids.sorted(lambda line: (line.sequence, line.id)).mapped("name")
        self.assertEqual(names, ["Lyon", "One", "One bis", "Paris", "Two"])

    def test_screen(self):
        """Issue 5: the amendment is entered on a screen that starts with the values in force."""
        contract = self.make_contract()
        self.bill(contract, "2026-01-01")
        Wizard = self.env["koban.contract.amend"].with_user(self.seller)
        form = Form(Wizard.with_context(default_contract_id=contract.id))
        self.assertEqual(str(form.date), "2026-02-01")
        form.reason = "Growth"
        with form.line_ids.edit(0) as row:
            self.assertEqual(row.quantity, 2.0)
            row.quantity = 3
        with form.added_ids.new() as row:
            row.product_id = self.product
            self.assertEqual(row.price_unit, 100.0)
            row.name = "Watch"
        form.save().action_amend()
        self.assertEqual(len(contract.line_ids), 3)
        self.assertEqual(contract.amendment_ids.reason, "Growth")
        self.assertEqual(
            contract.amendment_ids.description.split("\n"),
            ["“Maintenance”: Quantity: 2 → 3", "“Watch” is added"],
        )

    def test_doors(self):
        """DESIGN §2: only the method makes an amendment, for those who may write contracts."""
        contract = self.make_contract()
        Amendment = self.env["koban.contract.amendment"]
        values = {"contract_id": contract.id, "number": 1, "date": "2026-02-01", "user_id": 1}
        with self.assertRaises(AccessError):
            self.rpc(self.seller, Amendment, "create", values)
        self.amend(contract, "2026-02-01", lines=[{"id": contract.line_ids.id, "quantity": 3}])
        with self.assertRaises(AccessError):
            self.rpc(self.seller, contract.amendment_ids, "write", {"reason": "Other"})
        with self.assertRaises(AccessError):
            self.rpc(self.seller, contract.amendment_ids, "unlink")
        with self.assert_refused(), self.cr.savepoint():
            self.rpc(self.seller, contract.line_ids[-1:], "write", {"replaces_id": False})
        reader = self.make_user("amend_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.rpc(reader, contract, "amend", "2026-03-01", {"contract": {"notice_months": 9}})
        contract.action_close("2026-06-30")
        self.refusal(
            "contract_state", self.amend, contract, "2026-03-01", contract={"notice_months": 9}
        )
