"""Issue 12, line 8: the lock dates of a company against someone with SQL access."""

import json

from odoo.tests import tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.koban_guard.tests.common import DocumentCase

from ..tools import lock_dates
from .attacker import Attacker


@tagged("post_install", "-at_install", "koban_alone")
class TestLockDates(Attacker, DocumentCase):
    def setUp(self):
        super().setUp()
        self.other = self.make_company("Elsewhere")
        self.other.fiscalyear_lock_date = "2025-01-31"
        self.env.cr.flush()

    def find(self, company=None):
        return super().find(company or self.other)

    def set_by_sql(self, name, value):
        self.sql(f"UPDATE res_company SET {name} = %s WHERE id = %s", value, self.other.id)

    def test_event(self):
        """A lock date that moves is an event that tells all of them; it holds."""
        event = self.env["koban.event"].search([("company_id", "=", self.other.id)], limit=1)
        locks = json.loads(event.content)["locks"]
        self.assertEqual(locks["fiscalyear_lock_date"], ["", "2025-01-31"])
        self.assertEqual(locks["hard_lock_date"], ["", ""])
        self.assertEqual(self.find(), [])

    def test_altered(self):
        """Each of them, set or taken away by SQL, is found with both values."""
        for name in lock_dates.NAMES:
            for value in ("2024-12-31", None):
                before = "2025-01-31" if name == "fiscalyear_lock_date" else ""
                if (value or "") == before:
                    continue
                with self.subTest(name=name, value=value), self.undone():
                    self.set_by_sql(name, value)
                    told = [
                        (item.code, item.field, item.expected, item.found) for item in self.find()
                    ]
                    self.assertEqual(told, [("lock_date_altered", name, before, value or "")])

    def test_moved_on(self):
        """What the software writes afterwards does not hide it: it waits for an explanation."""
        self.set_by_sql("fiscalyear_lock_date", "2024-12-31")
        self.other.fiscalyear_lock_date = "2025-02-28"
        [told] = self.find()
        self.assertEqual((told.code, told.severity), ("lock_date_moved", "warning"))
        self.assertEqual((told.expected, told.found), ("2025-01-31", "2024-12-31"))
        self.assertEqual(told.operator, self.env.user.name)

    def test_switched_on(self):
        """Where the guard was off nobody watched; from when it is on they are compared."""
        late = self.make_company("Late", country="base.be", fiscalyear_lock_date="2025-01-31")
        late.document_guard = True
        self.assertEqual(self.find(late), [])
        self.sql("UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = %s", late.id)
        self.assertEqual([item.code for item in self.find(late)], ["lock_date_altered"])

    def test_told_anew(self):
        """Issue 12, line 2: code typed in the client cannot tell anew what is compared."""
        self.set_by_sql("fiscalyear_lock_date", None)
        with self.assertRaises(ValueError), mute_logger("odoo.tools.safe_eval"):
            safe_eval("record._record_lock_dates()", {"record": self.other}, mode="exec")
        self.env.cr.flush()
        self.assertEqual([item.code for item in self.find()], ["lock_date_altered"])

    def test_watched_anew(self):
        """Issue 12, line 8: a protection switched off by SQL and on again tells what moved."""
        self.sql(
            "UPDATE res_company SET fiscalyear_lock_date = NULL, document_guard = FALSE "
            "WHERE id = %s",
            self.other.id,
        )
        self.other.document_guard = True
        [told] = self.find()
        self.assertEqual((told.code, told.severity), ("lock_date_moved", "warning"))
        self.assertEqual((told.expected, told.found), ("2025-01-31", ""))

    def test_made_with(self):
        """A company made with a lock date has it on record."""
        made = self.make_company("Made", tax_lock_date="2025-01-31")
        self.sql("UPDATE res_company SET tax_lock_date = NULL WHERE id = %s", made.id)
        self.assertEqual([item.code for item in self.find(made)], ["lock_date_altered"])
