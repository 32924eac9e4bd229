"""Many renewals at once (issue 5 §3)."""

from unittest.mock import patch

from odoo.fields import Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_date, formatLang

from odoo.addons.koban_document.exceptions import DocumentError

from .common import ContractCase


def day(text):
    return Date.to_date(text)


@tagged("post_install", "-at_install")
class TestRenewalCockpit(ContractCase):
    """Dry run, selection, failures, undo, letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-10 10:00:00"))

    @classmethod
    def make_contracts(cls, count, **values):
        contracts = cls.env["koban.contract"].union(
            *(
                cls.make_contract(**{"date_end": "2026-12-31", "interval_count": 12, **values})
                for _number in range(count)
            )
        )
        cls.env.flush_all()
        return contracts

    def open_cockpit(self, contracts):
        action = contracts.action_open_cockpit()
        return self.env[action["res_model"]].browse(action["res_id"])

    def raise_prices(self, contracts):
        """Have the prices go up by 5 %, capped, where the indexes are not there to say it."""
        Contract, Revision = type(contracts), self.env["koban.price.revision"].sudo()

        def preview(records, day):
            return [
                {
                    "line_id": line.id,
                    "old_price": line.price_unit,
                    "new_price": 105.0,
                    "index": "ILC",
                    "formula": "100 × 105 / 100",
                    "hit": "cap",
                    "yearly_effect": 10.0,
                }
                for line in records.line_ids
            ]

        def apply(records, day, previews=None):
            lines = records.line_ids
            revisions = Revision.create(
                [
                    {
                        "contract_id": line.contract_id.id,
                        "line_id": line.id,
                        "date_from": day,
                        "old_price": line.price_unit,
                        "new_price": 105.0,
                    }
                    for line in lines
                ]
            )
            lines._with_guard_pass(records, line_fields={"price_unit"}).price_unit = 105.0
            return revisions

        def undo(records):
            for revision in records:
                contract = revision.contract_id
                line = revision.line_id._with_guard_pass(contract, line_fields={"price_unit"})
                line.price_unit = revision.old_price

        self.startPatcher(patch.object(Contract, "_preview_revision", preview))
        self.startPatcher(patch.object(Contract, "_apply_revision", apply))
        self.startPatcher(patch.object(type(Revision), "_undo", undo))

    def test_filters(self):
        """Issue 5 §3: the contracts due by a day, by type, salesperson and customer."""
        type_ = self.env.ref("koban_contract.type_copier")
        found = self.make_contracts(1)
        typed = self.make_contracts(1, type_id=type_.id)
        other = self.make_contracts(1, partner_id=self.other_customer.id)
        sold = self.make_contracts(1, user_id=self.billing_user.id)
        later = self.make_contract(date_end="2027-06-30")
        never = self.make_contract(date_end="2026-12-31", renewal="none")
        cockpit = self.env["koban.renewal.cockpit"].create([{"date_until": "2026-12-31"}])
        mine = found | typed | other | sold | later | never
        cases = [
            ({}, found | typed | other | sold),
            ({"type_ids": type_.ids}, typed),
            ({"partner_ids": self.other_customer.ids}, other),
            ({"user_ids": self.billing_user.ids}, sold),
            ({"date_until": "2026-12-30"}, mine.browse()),
            ({"date_until": "2027-06-30"}, found | typed | other | sold | later),
        ]
        start = {"type_ids": [], "partner_ids": [], "user_ids": [], "date_until": "2026-12-31"}
        for values, expected in cases:
            with self.subTest(values=values):
                cockpit.write({**start, **values})
                cockpit.action_compute()
                self.assertEqual(cockpit.row_ids.contract_id & mine, expected)

    def test_dry_run(self):
        """Issue 5 §3: per line old and new price, formula and cap; nothing is changed yet."""
        contracts = self.make_contracts(2)
        self.raise_prices(contracts)
        cockpit = self.open_cockpit(contracts)
        self.assertEqual(cockpit.row_ids.mapped("new_end"), [day("2027-12-31")] * 2)
        price = cockpit.price_ids[0]
        self.assertEqual((price.old_price, price.new_price), (100.0, 105.0))
        self.assertEqual((price.index, price.hit), ("ILC", "cap"))
        self.assertEqual(price.formula, "100 × 105 / 100")
        self.assertEqual((cockpit.old_yearly, cockpit.new_yearly), (400.0, 420.0))
        self.assertEqual(cockpit.effect, 20.0)
        cockpit.row_ids[0].is_selected = False
        self.assertEqual((cockpit.selected_count, cockpit.effect), (1, 10.0))
        self.assertFalse(contracts.renewal_ids)
        self.assertEqual(set(contracts.line_ids.mapped("price_unit")), {100.0})

    def test_renew_and_undo(self):
        """Issue 5 §3: the selection alone; undone with its prices while nothing is billed."""
        contracts = self.make_contracts(3)
        self.raise_prices(contracts)
        cockpit = self.open_cockpit(contracts)
        left = cockpit.row_ids.filtered(lambda row: row.contract_id == contracts[2])
        left.is_selected = False
        cockpit.action_renew()
        renewed = contracts[:2]
        self.assertEqual(set(renewed.mapped("date_end")), {day("2027-12-31")})
        self.assertEqual(contracts[2].date_end, day("2026-12-31"))
        self.assertEqual(set(renewed.line_ids.mapped("price_unit")), {105.0})
        self.assertEqual(renewed[0].renewal_ids.new_yearly_amount, 210.0)
        self.assertEqual(len(renewed[0].renewal_ids.revision_ids), 1)
        cockpit.action_renew()
        self.assertEqual(len(renewed.renewal_ids), 2)
        renewed[0].action_bill("2027-01-01")
        cockpit.action_undo()
        self.assertEqual(renewed[0].date_end, day("2027-12-31"))
        self.assertEqual(renewed[1].date_end, day("2026-12-31"))
        self.assertEqual(renewed[1].line_ids.price_unit, 100.0)
        rows = {row.contract_id: row for row in cockpit.row_ids}
        self.assertEqual(rows[renewed[0]].state, "done")
        self.assertIn("contract_renewal_billed", rows[renewed[0]].reason)
        self.assertEqual(rows[renewed[1]].state, "undone")

    def test_failures(self):
        """Issue 5 §3: one that cannot be renewed is shown with its reason, and stops no other."""
        contracts = self.make_contracts(4)
        cockpit = self.open_cockpit(contracts)
        contracts[1].action_renew()
        original = type(contracts)._apply_revision

        def fail(records, *args, **kwargs):
            if contracts[2] in records:
                raise DocumentError("The index has no value.", "contract_index")
            return original(records, *args, **kwargs)

        with patch.object(type(contracts), "_apply_revision", fail):
            cockpit.action_renew()
        rows = {row.contract_id: row for row in cockpit.row_ids}
        self.assertEqual(
            [rows[contract].state for contract in contracts], ["done", "failed", "failed", "done"]
        )
        self.assertIn("contract_renewal_stale", rows[contracts[1]].reason)
        self.assertIn("The index has no value.", rows[contracts[2]].reason)
        self.assertEqual(cockpit.failed_count, 2)
        self.assertEqual(contracts[1].date_end, day("2027-12-31"))
        cockpit.action_renew()
        self.assertEqual(rows[contracts[2]].state, "done")

    def test_failing_dry_run(self):
        """Issue 5 §3: what cannot be previewed is in the list, with its reason."""
        contracts = self.make_contracts(2)
        closed = self.make_contract(date_end="2026-12-31", renewal="none")
        cockpit = self.open_cockpit(contracts | closed)
        rows = {row.contract_id: row for row in cockpit.row_ids}
        self.assertEqual(rows[closed].state, "failed")
        self.assertFalse(rows[closed].is_selected)
        self.assertEqual(rows[contracts[0]].state, "todo")

    def test_letters(self):
        """Issue 5 §3: the letters say the figures of the dry run, after the renewal too."""
        contracts = self.make_contracts(2)
        self.raise_prices(contracts)
        cockpit = self.open_cockpit(contracts)
        cockpit.action_renew()
        cockpit.action_send_letters()
        cockpit.action_send_letters()
        notices = contracts.notice_ids
        self.assertEqual(len(notices), 2)
        self.assertEqual(notices.mapped("term_end"), [day("2026-12-31")] * 2)
        [line] = notices[0].figures["lines"]
        self.assertEqual((line["old_price"], line["new_price"]), (100.0, 105.0))
        letter = notices[0].attachment_id.raw.decode()
        env = notices[0]._get_customer_env()
        figures = [formatLang(env, amount, digits=2) for amount in (100.0, 105.0, 210.0)]
        for figure in [*figures, format_date(env, day("2027-12-31"))]:
            self.assertIn(figure, letter)

    def test_queries(self):
        """Issue 5, speed: at most six queries for each contract more."""
        self.raise_prices(self.env["koban.contract"])
        counts = {}
        for size in (4, 24):
            contracts = self.make_contracts(size)
            cockpit = self.open_cockpit(contracts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cockpit.action_renew()
            self.env.flush_all()
            counts[size] = self.cr.sql_log_count - before
            self.assertEqual(set(cockpit.row_ids.mapped("state")), {"done"})
        self.assertLessEqual((counts[24] - counts[4]) / 20, 6, counts)

    def test_screen(self):
        """Issue 5 §3: from the menu, a person chooses the day and sees the contracts."""
        contract = self.make_contracts(1)
        with Form(self.env["koban.renewal.cockpit"].with_user(self.billing_user)) as form:
            self.assertEqual(form.date_until, day("2027-01-09"))
            form.date_until = "2026-12-31"
        form.record.action_compute()
        self.assertIn(contract, form.record.row_ids.contract_id)
        form.record.action_select_none()
        form.record.action_renew()
        self.assertEqual(contract.date_end, day("2026-12-31"))
