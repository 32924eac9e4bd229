"""The dates of a chain never go back (issue 12, line 7)."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from odoo.addons.koban_seal.tools import journal
from odoo.addons.koban_seal.tools.findings import WARNINGS

from .chain import ChainCase


@tagged("post_install", "-at_install")
class TestClock(ChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_invoice()
        cls.env.cr.flush()
        cls.last = cls.env["koban.event"].search([("company_id", "=", cls.company.id)], limit=1)
        cls.Declare = cls.env["koban.clock.declare"]

    def validate(self):
        self.make_invoice()
        self.env.cr.flush()

    def test_set_back(self):
        """Issue 12, line 7: with a clock that was set back nothing is validated."""
        for back in (timedelta(minutes=5), timedelta(days=400)):
            with self.undone(), freeze_time(self.last.date - back):
                error = self.refusal("clock_back", self.validate)
                self.assertEqual(error.context["last"], str(self.last.date))
                self.assertEqual(error.context["now"], str(self.last.date - back))

    def test_skew(self):
        """Two servers that differ by seconds go on: the date stays that of the last link."""
        with freeze_time(self.last.date - timedelta(seconds=5)):
            self.validate()
        (event,) = self.env["koban.event"].search([("id", ">", self.last.id)])
        self.assertEqual(event.date, self.last.date)
        self.assertEqual(self.find(), [])

    def test_declared(self):
        """A clock that was ahead is declared by an administrator, with a reason, and is told."""
        now = self.last.date - timedelta(days=30)
        with freeze_time(now):
            with self.assertRaises(AccessError):
                self.rpc(self.billing_user, self.Declare, "declare_clock", "Why")
            self.refusal("clock_reason", self.rpc, self.manager, self.Declare, "declare_clock", " ")
            self.rpc(self.manager, self.Declare, "declare_clock", "Battery of the server")
            self.validate()
            events = self.get_events("clock", "validation")
            clock_event, validation = events[-2:]
            self.assertEqual((clock_event.kind, clock_event.date), ("clock", now))
            self.assertIn("Battery of the server", clock_event.content)
            self.assertEqual(validation.date, now)
            self.refusal("clock_right", self.rpc, self.manager, self.Declare, "declare_clock", "x")
            self.assertEqual(self.find(), [])

    def test_found(self):
        """Issue 12, line 7: the verification tells links that are dated before the one before."""
        with patch.object(journal, "get_link_date", lambda env, last: datetime(2020, 1, 1)):
            self.validate()
        (finding,) = self.find()
        self.assertEqual(finding.code, "date_order")
        self.assertEqual(finding.found, "2020-01-01T00:00:00")
        self.assertIn("date_order", WARNINGS)
