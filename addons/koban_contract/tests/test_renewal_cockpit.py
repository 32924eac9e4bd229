"""Many renewals at once (issue 5 §3)."""

from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Command, Date
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import format_date, formatLang

from odoo.addons.koban_contract.wizard import renewal_cockpit
from odoo.addons.koban_guard.exceptions import DocumentError

from .revisions import RevisionCase


def day(text):
    return Date.to_date(text)


@tagged("post_install", "-at_install")
class TestRenewalCockpit(RevisionCase):
    """Dry run, selection, failures, undo, letters."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-11-10 10:00:00"))
        cls.index = cls.make_index({"2025-09-01": 100, "2026-09-01": 108}, code="ILC-TEST")

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

    @classmethod
    def make_indexed(cls, count, **values):
        """Make contracts whose prices go up by 5 % on 1 January, 8 % without their cap."""
        return cls.make_contracts(
            count,
            **{
                "revision_kind": "index",
                "index_id": cls.index.id,
                "base_period": "2025-09-01",
                "base_value": 100,
                "has_cap": True,
                "revision_cap": 5,
                **values,
            },
        )

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
        names = ("type_ids", "partner_ids", "user_ids")
        start = {**{name: [Command.clear()] for name in names}, "date_until": "2026-12-31"}
        for values, expected in cases:
            with self.subTest(values=values):
                cockpit.write({**start, **values})
                cockpit.action_compute()
                self.assertEqual(cockpit.row_ids.contract_id & mine, expected)

    def test_dry_run(self):
        """Issue 5 §3: per line old and new price, formula and cap; nothing is changed yet."""
        contracts = self.make_indexed(2)
        cockpit = self.open_cockpit(contracts)
        self.assertEqual(cockpit.row_ids.mapped("new_end"), [day("2027-12-31")] * 2)
        price = cockpit.price_ids[0]
        self.assertEqual((price.old_price, price.new_price), (100.0, 105.0))
        self.assertEqual((price.index, price.hit), ("ILC-TEST", "cap"))
        self.assertEqual(price.formula, "100 × 108 / 100")
        self.assertEqual((cockpit.old_yearly, cockpit.new_yearly), (400.0, 420.0))
        self.assertEqual(cockpit.effect, 20.0)
        cockpit.row_ids[0].is_selected = False
        self.assertEqual((cockpit.selected_count, cockpit.effect), (1, 10.0))
        self.assertFalse(contracts.renewal_ids)
        self.assertEqual(set(contracts.line_ids.mapped("price_unit")), {100.0})

    def test_renew_and_undo(self):
        """Issue 5 §3: the selection alone; undone with its prices while nothing is billed."""
        contracts = self.make_indexed(3)
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
        # What was undone with the renewal comes with it again, and in no night before.
        self.run_cron()
        self.assertEqual(renewed[1].line_ids.price_unit, 100.0)
        renewed[1].action_renew()
        self.assertEqual(renewed[1].line_ids.price_unit, 105.0)

    def test_refused_revision(self):
        """L112-1, issue 5 §3: shown in the dry run; renewed all the same, and someone is told."""
        for size in (1, 2):
            with self.subTest(size=size):
                index = self.make_index({"2025-06-01": 100}, code=f"SPAN-{size}")
                contracts = self.make_indexed(size, index_id=index.id, base_period="2025-06-01")
                # The index varies over fifteen months, the price over twelve.
                self.add_value(index, "2026-09-01", 108)
                cockpit = self.open_cockpit(contracts)
                self.assertEqual(set(cockpit.row_ids.mapped("state")), {"todo"})
                self.assertIn("L112-1", cockpit.price_ids[0].waiting)
                self.assertEqual(cockpit.effect, 0.0)
                cockpit.action_renew()
                self.assertEqual(set(contracts.mapped("date_end")), {day("2027-12-31")})
                self.assertEqual(set(contracts.line_ids.mapped("price_unit")), {100.0})
                self.assertEqual(len(contracts.activity_ids), size)
                cockpit.action_send_letters()
                for notice in contracts.notice_ids:
                    self.assertNotIn("L112-1", notice.attachment_id.raw.decode())

    def test_revision_within_the_term(self):
        """Issue 5 §3: a renewal in advance leaves the revision of an earlier day to that day."""
        contracts = self.make_indexed(1, first_revision_date="2026-12-01", base_period="2025-12-01")
        cockpit = self.open_cockpit(contracts)
        self.assertEqual((cockpit.price_ids.new_price, cockpit.effect), (100.0, 0.0))
        self.assertTrue(cockpit.price_ids.waiting)
        cockpit.action_renew()
        self.assertFalse(contracts.revision_ids)
        self.assertFalse(contracts.activity_ids)
        self.assertEqual(contracts.next_revision_date, day("2026-12-01"))

    def test_figures_of_other_lines(self):
        """Issue 5 §3: the totals are those of the lines of the new term, taxes included or not."""
        included = self.tax.copy({"name": "Included", "price_include_override": "tax_included"})
        contracts = self.make_indexed(
            1,
            interval_count=1,
            lines=[
                self.make_line(tax_ids=[Command.set(included.ids)], price_unit=120.0),
                self.make_line(name="Over", date_end="2026-12-31"),
                self.make_line(name="Usage", charge="usage", quantity=1),
            ],
        )
        cockpit = self.open_cockpit(contracts)
        # 2 × 120 is 200 without the tax of 20 %, 2 × 126 is 210.
        self.assertEqual((cockpit.old_yearly, cockpit.new_yearly), (2400.0, 2520.0))
        self.assertEqual(sum(cockpit.price_ids.mapped("effect")), 120.0)
        cockpit.action_renew()
        renewal = contracts.renewal_ids
        self.assertEqual(renewal.old_yearly_amount, 2400.0)
        self.assertEqual(renewal.new_yearly_amount, 2520.0)
        self.assertEqual(renewal.revision_ids.mapped("yearly_effect"), [120.0, 0.0])

    def test_not_entered(self):
        """Issue 5 §3: nobody enters the figures that a letter says, nor sees another's."""
        contracts = self.make_indexed(1)
        cockpit = self.open_cockpit(contracts.with_user(self.billing_user))
        cockpit = cockpit.with_user(self.billing_user)
        row = cockpit.row_ids
        row.is_selected = False
        for values in ({"figures": {}}, {"state": "todo"}, {"contract_id": contracts.id}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                row.write(values)
        with self.assertRaises(AccessError):
            cockpit.price_ids.new_price = 1.0
        with self.assertRaises(AccessError):
            row.create([{"cockpit_id": cockpit.id, "contract_id": contracts.id}])
        other = self.make_user("cockpit_other", "account.group_account_invoice")
        for records in (cockpit, row, cockpit.price_ids):
            self.assertFalse(records.with_user(other).has_access("read"))

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
        contracts = self.make_indexed(2)
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
        """Issue 5, speed: at most six queries for each contract more, with its index."""
        counts = {}
        for size in (4, 24):
            contracts = self.make_indexed(size)
            cockpit = self.open_cockpit(contracts)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cockpit.action_renew()
            self.env.flush_all()
            counts[size] = self.cr.sql_log_count - before
            self.assertEqual(set(cockpit.row_ids.mapped("state")), {"done"})
            self.assertEqual(set(contracts.line_ids.mapped("price_unit")), {105.0})
            self.assertEqual(
                len(contracts.movement_ids.filtered(lambda m: m.kind == "revised")), size
            )
        self.assertLessEqual((counts[24] - counts[4]) / 20, 6, counts)

    def test_many_letters(self):
        """More letters than a person waits for are sent by the scheduled job, in his name."""
        contracts = self.make_indexed(3).with_user(self.billing_user)
        cockpit = self.open_cockpit(contracts).with_user(self.billing_user)
        with patch.object(renewal_cockpit, "LETTERS_AT_ONCE", 2):
            action = cockpit.action_send_letters()
        self.assertEqual(action["tag"], "display_notification")
        self.assertFalse(contracts.notice_ids)
        with self.assertRaises(DocumentError) as caught:
            cockpit.action_compute()
        self.assertEqual(caught.exception.code, "contract_letters_asked")
        Row = self.env["koban.renewal.cockpit.row"].with_user(self.env.ref("base.user_root"))
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            Row._cron_send_letters()
        self.assertEqual(len(contracts.notice_ids), 3)
        self.assertEqual(cockpit.row_ids.notice_id, contracts.notice_ids)
        self.assertFalse(any(cockpit.row_ids.mapped("is_letter_asked")))
        self.assertEqual(contracts.notice_ids.sent_by_id, self.billing_user)

    def test_opened(self):
        """From the menu, the cockpit opens with its contracts, under a title."""
        contract = self.make_contracts(1)
        Cockpit = self.env["koban.renewal.cockpit"].with_user(self.billing_user)
        with freeze_time("2026-12-01 10:00:00"):
            cockpit = Cockpit.browse(Cockpit.action_open()["res_id"])
            self.assertIn(contract, cockpit.row_ids.contract_id)
            self.assertIn("2027", cockpit.display_name)
            self.assertNotIn("koban", cockpit.display_name)

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
