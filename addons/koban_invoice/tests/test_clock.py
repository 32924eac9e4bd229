"""The dates of a chain never go back (issue 12, line 7)."""

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from odoo.addons.koban_seal.models.koban_event import COLUMNS
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
        event = self.env["koban.event"].search([("company_id", "=", self.company.id)], limit=1)
        self.assertEqual((finding.chain, finding.link), ("main", event.number))
        # Chains of earlier versions may hold some: a manager explains it.
        told = self.run_verification().finding_ids.filtered(lambda one: one.code == "date_order")
        answer = told.with_user(self.manager).acknowledge("The clock was put right by a second")
        self.assertEqual(answer, {"links": [event.number], "heads": 0})
        self.env.cr.flush()
        self.assertEqual(self.find(), [])
        [note] = [note for note in self.find_notes() if note.code == "date_order"]
        self.assertEqual(note.reason, "The clock was put right by a second")

    def forge(self, **values):
        """Add a link that nobody signed at the end of the chain, by INSERT."""
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        self.env.cr.execute(SQL("SELECT %s FROM koban_event WHERE id = %s", names, self.last.id))
        row = dict(zip(COLUMNS, self.env.cr.fetchone(), strict=True))
        row |= {"number": self.last.number + 1, **values}
        self.sql("INSERT INTO koban_event (%s) VALUES %s", names, tuple(row.values()))
        return row["number"]

    def run_verification(self):
        self.env.cr.flush()
        verification = self.env["koban.verification"].create({"company_id": self.company.id})
        verification._run()
        self.env.cr.flush()
        return verification

    def test_forged_date(self):
        """Issue 12, line 7: a link dated in the future by SQL silences no verification.

        What is found is kept and told, and the declaration of the clock is the way out.
        """
        number = self.forge(date="2099-01-01", signature="00" * 64)
        verification = self.run_verification()
        self.assertEqual(verification.state, "broken")
        self.assertIn("link_altered", verification.finding_ids.mapped("code"))
        self.assertIn(self.manager, verification.activity_ids.user_id)
        with self.undone():
            self.refusal("clock_back", self.validate)
        self.rpc(self.manager, self.Declare, "declare_clock", "Written by SQL")
        self.validate()
        alarm, clock = self.get_events("alarm", "clock")
        self.assertEqual(
            (alarm.kind, alarm.number, clock.number), ("alarm", number + 1, number + 2)
        )
        self.assertEqual(alarm.date, clock.date)
        self.assertLess(alarm.date, datetime(2099, 1, 1))
        self.assertEqual(self.find_codes(), ["link_altered", "signature_invalid"])

    def test_declared_otherwise(self):
        """A new key is declared although the journal is ahead of the clock; the date is told."""
        with freeze_time(self.last.date - timedelta(days=30)):
            keys = self.env["koban.signing.key"]
            self.rpc(self.manager, keys, "declare_new_key", "Lost with the clock")
            self.validate()
            self.assertEqual(self.find_codes(), ["date_order"])

    def test_forged_number(self):
        """Issue 12, line 7: after the greatest number nothing is written, and that is said."""
        number = self.forge(number=2**31 - 1)
        self.assertEqual(self.run_verification().state, "broken")
        error = self.refusal("journal_end", self.validate)
        self.assertEqual(error.context["number"], number)

    def test_unreadable_date(self):
        """A date that Python does not have stops neither the verification nor the journal."""
        for date in ("infinity", "20000-01-01", "0044-03-15 BC"):
            with self.subTest(date=date), self.undone():
                self.forge(date=date)
                self.assertEqual(self.run_verification().state, "broken")
                self.validate()
