"""Renewal letters (products.md koban_contract 7, law.md §7, issue 5 §3)."""

import hashlib
import io
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import freeze_time, tagged
from odoo.tools import format_date, formatLang, mute_logger
from psycopg2 import IntegrityError
from pypdf import PdfReader

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.passes import open_pass

from .common import ContractCase


def day(text):
    return Date.to_date(text)


@tagged("post_install", "-at_install")
class TestNotices(ContractCase):
    """Sent when due and not yet sent, with the proof."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time("2026-01-10 10:00:00"))
        cls.Contract = cls.env["koban.contract"]
        cls.person = cls.env["res.partner"].create(
            {"name": "Jeanne Durand", "email": "jeanne@example.com", "country_id": cls.france.id}
        )

    def make_term(self, date_end="2026-12-31", **values):
        return self.make_contract(date_end=date_end, **values)

    def make_consumer_term(self, *args, **values):
        return self.make_term(*args, partner_id=self.person.id, **values)

    def show(self, notice, text):
        """Write a day as the customer reads it."""
        return format_date(notice._get_customer_env(), day(text))

    def run_night(self, text):
        with freeze_time(f"{text} 04:00:00"):
            self.Contract._do_notices(day(text))

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def test_consumer_window(self):
        """L215-1: from three months to one month before the last day to refuse."""
        contract = self.make_consumer_term()
        # End of 31 December, notice of three months: to refuse by 30 September.
        self.assertEqual(contract.notice_deadline, day("2026-09-30"))
        self.run_night("2026-06-29")
        self.assertFalse(contract.notice_ids)
        self.run_night("2026-06-30")
        notice = contract.notice_ids
        self.assertEqual(notice.sent_on, day("2026-06-30"))
        self.assertEqual(notice.deadline, day("2026-09-30"))
        self.assertEqual(
            (notice.window_from, notice.window_to), (day("2026-06-30"), day("2026-08-30"))
        )
        self.assertTrue(notice.is_consumer)
        self.assertTrue(notice.is_timely)
        self.run_night("2026-09-10")
        self.assertFalse(contract.terminable_any_time)

    def test_not_twice(self):
        """Issue 5 §3: once per term, by the database too; again for the next term."""
        contract = self.make_consumer_term()
        for text in ("2026-07-01", "2026-07-01", "2026-07-02", "2026-12-31"):
            self.run_night(text)
        self.assertEqual(len(contract.notice_ids), 1)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
            open_pass(contract, lines=True),
        ):
            contract.notice_ids.sudo().copy()
        with self.assertRaises(DocumentError) as caught:
            contract.action_send_notice()
        self.assertEqual(caught.exception.code, "contract_notice_sent")
        self.Contract._do_renewals(day("2027-01-01"))
        self.run_night("2027-07-01")
        self.assertEqual(
            contract.notice_ids.mapped("term_end"), [day("2027-12-31"), day("2026-12-31")]
        )

    def test_present_term(self):
        """B15: the present term begins with the last renewal, not with the contract."""
        contract = self.make_consumer_term()
        self.Contract._do_renewals(day("2027-01-01"))
        self.run_night("2027-07-01")
        notice = contract.notice_ids
        self.assertEqual(notice._get_letter()["begun_on"], day("2027-01-01"))
        letter = notice.attachment_id.raw.decode()
        self.assertIn(self.show(notice, "2027-01-01"), letter)
        self.assertNotIn(self.show(notice, "2026-01-01"), letter)
        # Of a monthly contract, the term of a later month.
        monthly = self.make_term("2026-01-31", renewal_months=1)
        self.assertEqual(monthly._get_term_start(day("2026-03-31")), day("2026-03-01"))
        self.assertEqual(monthly._get_term_start(day("2026-01-31")), day("2026-01-01"))

    def test_customer_language(self):
        """B15: formulas and reasons are in the customer's language and number format."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["res.lang"]._activate_lang("en_US")
        self.customer.lang = "fr_FR"
        index = self.env["koban.index"].create({"name": "TEST", "code": "TEST"})
        self.env["koban.index.value"].create(
            {
                "index_id": index.id,
                "period": "2025-11-01",
                "value": 280,
                "published_on": "2025-12-20",
            }
        )
        contract = self.make_term(
            revision_kind="index", index_id=index.id, base_period="2025-11-01", base_value=280,
            index_lag=2,
            index_value_rule="real", lines=[self.make_line(quantity=1, price_unit=100.5)],
        ).with_context(lang="en_US")  # fmt: skip
        [line] = contract._preview_renewals()[contract]["lines"]
        self.assertIn("is not published", line["waiting"])
        self.assertIn("pas publi", line["told"])
        notice = contract._send_notice(contract.date_end)
        with open_pass(contract, line_fields={"figures"}):
            notice.figures = {
                **notice.figures, "lines": [{**line, "formula": "100.5 × 294.6 / 280"}]
            }  # fmt: skip
        self.assertEqual(notice._get_letter()["lines"][0]["formula"], "100,5 × 294,6 / 280")

    def test_sent_already(self):
        """“Send the Renewal Letter” says when and to whom it was sent, or that it is to post."""
        contract = self.make_consumer_term()
        self.run_night("2026-07-01")
        with self.assertRaises(DocumentError) as caught:
            contract.action_send_notice()
        self.assertEqual(caught.exception.code, "contract_notice_sent")
        self.assertIn("Jeanne Durand", str(caught.exception))
        self.assertIn(self.show(contract.notice_ids, "2026-07-01"), str(caught.exception))

    def test_missed_nights(self):
        """Issue 5 §3: forty nights missed, the letter is sent all the same."""
        consumer, company = self.make_consumer_term(), self.make_term()
        self.run_night("2026-06-29")
        self.run_night("2026-08-08")
        self.assertEqual(consumer.notice_ids.sent_on, day("2026-08-08"))
        self.assertTrue(consumer.notice_ids.is_timely)
        self.assertFalse(company.notice_ids)
        self.run_night("2026-10-10")
        self.assertEqual(company.notice_ids.sent_on, day("2026-10-10"))
        self.assertFalse(company.notice_ids.is_timely)

    def test_professional(self):
        """Issue 5 §3: so many days before the last day to refuse, as the type says."""
        type_ = self.env.ref("koban_contract.type_maintenance")
        type_.letter_days = 15
        contract = self.make_term(type_id=type_.id)
        plain = self.make_term()
        never = self.make_term(type_id=type_.copy({"letter_days": 0}).id)
        self.run_night("2026-08-30")
        self.assertFalse(plain.notice_ids)
        self.run_night("2026-08-31")
        self.assertTrue(plain.notice_ids)
        self.run_night("2026-09-14")
        self.assertFalse(contract.notice_ids)
        self.run_night("2026-09-15")
        self.assertEqual(contract.notice_ids.sent_on, day("2026-09-15"))
        self.assertFalse(contract.notice_ids.is_consumer)
        self.run_night("2026-12-01")
        self.assertFalse(never.notice_ids)
        self.assertFalse(contract.terminable_any_time)

    def test_monthly(self):
        """Products.md 7: monthly contracts too, before their month begins."""
        contract = self.make_consumer_term("2026-01-31", renewal_months=1, notice_months=1)
        # The refusal of February ended on 31 December, before the contract: nothing to say.
        # By 10 January the days of three terms have begun; those of May begin on 30 January.
        self.assertEqual(
            contract._find_due_ends(day("2026-01-10")),
            [day("2026-02-28"), day("2026-03-31"), day("2026-04-30")],
        )
        self.run_night("2026-01-29")
        self.assertEqual(len(contract.notice_ids), 3)
        self.run_night("2026-01-30")
        self.assertEqual(contract.notice_ids[0].term_end, day("2026-05-31"))
        self.assertEqual(len(contract.notice_ids), 4)

    def test_only_tacit(self):
        """L215-1: of tacit renewals of customers alone."""
        for values in (
            {"renewal": "express"},
            {"renewal": "none"},
            {"kind": "purchase"},
            {"validate": False},
        ):
            contract = self.make_consumer_term(**values)
            self.run_night("2026-07-15")
            self.assertFalse(contract.notice_ids, values)
            self.assertFalse(contract.terminable_any_time, values)

    def test_deadline_at_month_ends(self):
        """Row 2-06: the day that the list shows is the one of the letter, in February too."""
        for end, months, deadline in (
            ("2026-02-28", 1, "2026-01-31"),
            ("2028-02-29", 1, "2028-01-31"),
            ("2026-03-31", 1, "2026-02-28"),
            ("2026-04-30", 2, "2026-02-28"),
            ("2026-12-31", 3, "2026-09-30"),
            ("2026-12-30", 3, "2026-09-30"),
            ("2026-12-31", 0, "2026-12-31"),
        ):
            with self.subTest(end=end, months=months):
                contract = self.make_term(end, notice_months=months)
                self.assertEqual(contract.notice_deadline, day(deadline))
                figures = contract._preview_renewals()[contract]
                values = contract._prepare_notice(contract.date_end, day("2026-01-10"), figures)
                self.assertEqual(values["deadline"], day(deadline))

    def test_not_too_early(self):
        """L215-1: by hand before its three months, a letter would prevent the one that counts."""
        consumer, company = self.make_consumer_term(), self.make_term()
        with self.assertRaises(DocumentError) as caught:
            consumer.action_send_notice()
        self.assertEqual(caught.exception.code, "contract_notice_early")
        self.assertIn(format_date(self.env, day("2026-06-30")), str(caught.exception))
        company.action_send_notice()
        self.assertTrue(company.notice_ids)
        self.run_night("2026-06-30")
        self.assertTrue(consumer.notice_ids.is_timely)

    def test_who_pays(self):
        """L215-1: who may refuse is told, and not someone else who pays."""
        contract = self.make_consumer_term(invoice_partner_id=self.customer.id)
        self.run_night("2026-06-30")
        self.assertEqual(contract.notice_ids.partner_id, self.person)

    def test_supplier(self):
        """Issue 5 §3: we write no letter of renewal to our supplier."""
        contract = self.make_term(kind="purchase")
        with self.assertRaises(DocumentError) as caught:
            contract.action_send_notice()
        self.assertEqual(caught.exception.code, "contract_notice_supplier")

    # ------------------------------------------------------------------
    # Too late
    # ------------------------------------------------------------------
    def test_terminable(self):
        """L215-1: not told in time, terminable at any time; until a renewal told in time."""
        contract = self.make_consumer_term()
        contract._update_terminable(day("2026-08-30"))
        self.assertFalse(contract.terminable_any_time)
        with patch.object(type(contract), "_send_due_notices", lambda *args: None):
            self.run_night("2026-08-31")
        self.assertTrue(contract.terminable_any_time)
        marked = self.Contract.search([("terminable_any_time", "=", True)])
        self.assertIn(contract, marked)
        risk = self.Contract._get_revenue_at_risk([("id", "=", contract.id)])
        self.assertEqual(risk, {contract.currency_id: 2400.0})
        # Told too late: the letter is sent, and mends nothing for this renewal.
        self.run_night("2026-09-01")
        self.assertFalse(contract.notice_ids.is_timely)
        self.assertTrue(contract.terminable_any_time)
        with freeze_time("2027-01-01 04:00:00"):
            self.Contract._do_renewals(day("2027-01-01"))
        self.assertTrue(contract.terminable_any_time)
        self.run_night("2027-07-01")
        self.assertTrue(contract.notice_ids[0].is_timely)
        self.assertTrue(contract.terminable_any_time)
        with freeze_time("2028-01-01 04:00:00"):
            self.Contract._do_renewals(day("2028-01-01"))
        self.assertFalse(contract.terminable_any_time)

    def test_not_at_risk(self):
        """L215-1: professionals are not protected, nor is an ended contract counted."""
        company, consumer = self.make_term(), self.make_consumer_term()
        with patch.object(type(company), "_send_due_notices", lambda *args: None):
            self.run_night("2026-10-01")
        self.assertFalse(company.terminable_any_time)
        self.assertTrue(consumer.terminable_any_time)
        consumer.action_close("2026-12-31", "Moved")
        self.assertFalse(consumer.terminable_any_time)
        # An association that is no professional is.
        self.customer.customer_type = "consumer"
        with patch.object(type(company), "_send_due_notices", lambda *args: None):
            self.run_night("2026-10-02")
        self.assertTrue(company.terminable_any_time)

    # ------------------------------------------------------------------
    # The letter and its proof
    # ------------------------------------------------------------------
    def test_mail(self):
        """Issue 5 §3: a dedicated e-mail to who is invoiced, with the boxed day and the PDF."""
        invoiced = self.env["res.partner"].create(
            {
                "name": "Accounts",
                "email": "accounts@example.com",
                "parent_id": self.person.id,
                "type": "invoice",
            }
        )
        contract = self.make_consumer_term()
        self.run_night("2026-07-01")
        notice = contract.notice_ids
        message = notice.mail_message_id
        self.assertEqual(notice.partner_id, invoiced)
        self.assertEqual((notice.channel, notice.email), ("email", "accounts@example.com"))
        self.assertEqual(message.res_id, contract.id)
        self.assertIn(contract.name, message.subject)
        self.assertIn(self.show(notice, "2026-09-30"), message.body)
        self.assertIn("solid #000", message.body)
        self.assertEqual(message.notified_partner_ids, invoiced)
        mail = self.env["mail.mail"].search([("mail_message_id", "=", message.id)])
        self.assertEqual(mail.recipient_ids, invoiced)
        self.assertFalse(mail.auto_delete)
        self.assertEqual(message.attachment_ids.raw, notice.attachment_id.raw)
        self.assertEqual(notice.sha256, hashlib.sha256(notice.attachment_id.raw).hexdigest())

    def test_pdf(self):
        """Issue 5 §3: the PDF says the old and the new price and boxes the last day to refuse."""
        contract = self.make_consumer_term(
            interval_count=12, revision_kind="percent", revision_percent=4.25
        )
        with freeze_time("2026-07-01 10:00:00"):
            contract.with_context(force_report_rendering=True).action_send_notice()
        attachment = contract.notice_ids.attachment_id
        self.assertEqual(attachment.mimetype, "application/pdf")
        pages = PdfReader(io.BytesIO(attachment.raw)).pages
        self.assertEqual(len(pages), 1)
        text = pages[0].extract_text()
        notice = contract.notice_ids
        days = ("2026-07-01", "2026-12-31", "2027-01-01", "2027-12-31", "2026-09-30")
        amounts = (100.0, 104.25, 208.5)
        for part in [
            *("Jeanne Durand", contract.name, "L215-1"),
            *(self.show(notice, text) for text in days),
            *(formatLang(notice._get_customer_env(), amount, digits=2) for amount in amounts),
        ]:
            self.assertIn(part, text)

    def test_post(self):
        """Issue 5 §3: without an address someone posts the letter, and says so."""
        self.person.email = False
        contract = self.make_consumer_term()
        self.run_night("2026-07-01")
        notice = contract.notice_ids
        self.assertEqual((notice.channel, notice.sent_on), ("post", False))
        activity = contract.activity_ids
        self.assertEqual(activity.activity_type_id, self.env.ref("koban_contract.activity_post"))
        self.assertEqual(activity.date_deadline, day("2026-08-30"))
        self.assertIn(str(notice.attachment_id.id), notice.action_open_letter()["url"])
        self.run_night("2026-08-31")
        self.assertTrue(contract.terminable_any_time)
        self.assertEqual(len(contract.notice_ids), 1)
        with freeze_time("2026-08-31 10:00:00"):
            for wrong in ("2026-06-30", "2026-09-01"):
                with self.assertRaises(DocumentError):
                    notice.action_mark_posted(wrong)
            notice.with_user(self.billing_user).action_mark_posted("2026-07-03")
            with self.assertRaises(DocumentError):
                notice.action_mark_posted()
        self.assertEqual(notice.sent_on, day("2026-07-03"))
        self.assertEqual(notice.sent_by_id, self.billing_user)
        self.assertTrue(notice.is_timely)
        self.assertFalse(contract.terminable_any_time)
        self.assertFalse(contract.activity_ids)

    def test_kept(self):
        """Issue 5 §3: neither the letter nor what it proves can be changed or deleted."""
        contract = self.make_consumer_term()
        self.run_night("2026-07-01")
        notice = contract.notice_ids
        with self.assertRaises(DocumentError):
            notice.sudo().unlink()
        own = notice.with_user(self.manager)
        with self.assertRaises(AccessError):
            own.sent_on = "2026-06-30"
        with self.assertRaises(AccessError):
            own.attachment_id.raw = b"Other"
        with self.assertRaises(AccessError):
            own.attachment_id.unlink()

    def test_failure_is_isolated(self):
        """Issue 5 §3: one letter that cannot be made stops no other, and is tried again."""
        contracts = self.Contract.union(*(self.make_consumer_term() for _number in range(2)))
        original = type(contracts)._prepare_figures

        def fail(contract, *args):
            if contract == contracts[0]:
                raise DocumentError("No such price.", "contract_price")
            return original(contract, *args)

        with patch.object(type(contracts), "_prepare_figures", fail):
            self.run_night("2026-07-01")
        self.assertFalse(contracts[0].notice_ids)
        self.assertIn("No such price.", contracts[0].renewal_error)
        self.assertTrue(contracts[1].notice_ids)
        self.run_night("2026-07-02")
        self.assertTrue(contracts[0].notice_ids)
        self.assertFalse(contracts[0].renewal_error)

    def test_companies(self):
        """DESIGN §7: letters and renewals of a company are its own, of a salesperson his."""
        contract = self.make_consumer_term()
        self.run_night("2026-07-01")
        contract.action_renew()
        records = (contract.notice_ids, contract.renewal_ids)
        salesman = self.make_user("notice_salesman", "sales_team.group_sale_salesman")
        other = self.make_company("Other company")
        stranger = self.make_user(
            "notice_stranger",
            "account.group_account_invoice",
            company_id=other.id,
            company_ids=other.ids,
        )
        for record in records:
            self.assertTrue(record.with_user(self.billing_user).has_access("read"))
            self.assertFalse(record.with_user(salesman).has_access("read"))
            self.assertFalse(record.with_user(stranger).has_access("read"))
