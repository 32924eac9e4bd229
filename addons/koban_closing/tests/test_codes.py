"""Codes of the chain on the reports of closings, and their mail (issue 12, line 12)."""

import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, Form, tagged

from odoo.addons.koban_seal.tests.attacker import Attacker, write_anew
from odoo.addons.koban_seal.tools.witness import Witness, decode, encode

from .closings import ClosingCase


class TestWitness(BaseCase):
    """The code of a link, on paper."""

    HASH = "0123456789abcdef" * 4

    def test_back_and_forth(self):
        """Issue 12, line 12: a code tells its link, however it is typed."""
        for company, chain, number in ((1, "main", 1), (3, "test", 128), (500, "main", 2**31 - 1)):
            code = encode(company, chain, number, self.HASH)
            for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
                typed = typed.replace("0", "O").replace("1", "l")
                expected = Witness(company, chain, number, self.HASH[:32])
                self.assertEqual(decode(typed), expected)

    def test_slips(self):
        """Issue 12, line 12: a sign that was not copied right is told."""
        code = encode(1, "main", 1234, self.HASH).replace("-", "")
        for rank, sign in enumerate(code):
            other = "Z" if sign != "Z" else "Y"
            with self.subTest(rank=rank), self.assertRaises(ValueError):
                decode(code[:rank] + other + code[rank + 1 :])
        swapped = code[:5] + code[6] + code[5] + code[7:]
        for wrong in ("", "-", "U" * 30, "é", code[:-1], code + "0", code * 2, swapped):
            with self.subTest(wrong=wrong), self.assertRaises(ValueError):
                decode(wrong)


@tagged("post_install", "-at_install", "koban_alone")
class TestCodes(Attacker, ClosingCase):
    """A history written anew, by somebody who has the key."""

    def setUp(self):
        super().setUp()
        self.sold = self.invoice("2025-01-10", 100.0)
        self.closing = self.close()
        self.env.cr.flush()
        self.closing.invalidate_recordset()

    def verify(self, codes, user=None):
        """Return the findings with these codes, the files aside: a test never commits."""
        verifications = self.env["koban.verification"].with_user(user or self.manager)
        (answer,) = verifications.verify(self.company.ids, codes)
        return [item for item in answer["findings"] if not item["code"].startswith("head")]

    def test_printed(self):
        """Issue 12, line 12: the report prints the code of its seal, as a picture too."""
        seal = self.closing.seal_id
        self.assertEqual(
            decode(self.closing.code),
            Witness(self.company.id, "main", seal.number, seal.hash[:32]),
        )
        report = self.env["ir.actions.report"].with_user(self.reader)
        html, _kind = report._render_qweb_html(
            "koban_closing.action_report_closing", self.closing.ids
        )
        self.assertIn(self.closing.code, html.decode())
        self.assertIn("data:image/svg+xml;base64,", html.decode())
        self.assertEqual(self.closing.with_user(self.reader).code, self.closing.code)

    def test_intact(self):
        """Issue 12, line 12: the chain holds its links, those before the last one too."""
        codes = [self.closing.code]
        self.invoice("2025-02-10", 100.0)
        codes.append(self.close().code or "")
        self.env.cr.flush()
        self.assertEqual(self.verify([*codes, self.closing.code.lower()]), [])
        last = self.env["koban.verification"].search([], limit=1)
        self.assertIn(self.closing.code, last.codes)

    def test_written_anew(self):
        """Issue 12, line 12: whoever has the key hides an alteration, and not from the code."""
        code = self.closing.code
        self.sql("UPDATE account_move SET invoice_origin = 'x' WHERE id = %s", self.sold.id)
        [found] = self.verify([])
        self.assertEqual((found["code"], found["field"]), ("document_altered", "invoice_origin"))
        write_anew(
            self.env, self.company,
            '"invoice_date":"2025-01-10"', '"invoice_date":"2025-01-10","invoice_origin":"x"',
        )  # fmt: skip
        self.env.invalidate_all()
        self.assertEqual(self.verify([]), [])
        [found] = self.verify([code])
        self.assertEqual((found["code"], found["label"]), ("witness_altered", code))
        self.assertEqual(found["severity"], "error")
        self.assertNotEqual(self.closing.code, code)

    def test_cut(self):
        """Issue 12, line 12: a chain that ends before the link is told."""
        code = self.closing.code
        number = self.closing.seal_id.number
        self.sql("DELETE FROM koban_event WHERE company_id = %s AND number >= %s",
                 self.company.id, number)  # fmt: skip
        self.assertIn("witness_missing", {item["code"] for item in self.verify([code])})

    def test_bad_codes(self):
        """Bad input: a slip, another company's code, whoever may not read the journal."""
        other = self.make_company("Elsewhere")
        foreign = encode(other.id, "main", 1, "ab" * 32)
        slip = self.closing.code[:-1] + ("Y" if self.closing.code.endswith("Z") else "Z")
        for codes, expected in (
            (["12345-67890"], "witness_code"),
            ([slip], "witness_code"),
            ([foreign], "witness_company"),
        ):
            with self.subTest(codes=codes):
                self.refusal(expected, self.verify, codes)
        verifications = self.env["koban.verification"].with_user(self.manager)
        self.refusal("verification_company", verifications.verify, None, [foreign])
        with self.assertRaises(AccessError):
            self.verify([self.closing.code], self.billing_user)

    def test_wizard(self):
        """Issue 12, line 12: the web client takes codes, one a line, and shows the result."""
        wizard = self.env["koban.verification.code"].with_user(self.manager)
        with Form(wizard) as form:
            form.codes = f"{self.closing.code}\n\n{self.closing.code.lower()}\n"
        action = form.record.action_verify()
        verification = self.env["koban.verification"].browse(action["res_id"])
        self.assertEqual(verification.company_id, self.company)
        self.assertEqual(verification.codes.splitlines(), [self.closing.code] * 2)
        self.assertNotIn("witness_altered", verification.finding_ids.mapped("code"))


@tagged("post_install", "-at_install")
class TestMail(ClosingCase):
    """Reports of closings to the accountant."""

    def setUp(self):
        super().setUp()
        self.accountant = self.env["res.partner"].create(
            {"name": "Cabinet Durand", "email": "cabinet@example.com", "lang": "en_US"}
        )
        self.invoice("2025-01-10", 100.0)
        self.first = self.close()
        self.env.cr.flush()

    def run_job(self):
        """Run the job, without its commits; return the mails it queued."""
        closings = [("model", "=", "koban.closing")]
        before = self.env["mail.mail"].search(closings)
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.env["koban.closing"]._cron_mail()
        self.env.cr.flush()
        return self.env["mail.mail"].search(closings) - before

    def switch_on(self):
        self.company.write({"closing_mail": True, "closing_mail_partner_id": self.accountant.id})

    def test_off_by_default(self):
        """Issue 12, line 12: nothing leaves unless the company says so; then only new closings."""
        self.assertFalse(self.company.closing_mail)
        self.assertFalse(self.run_job())
        self.switch_on()
        self.assertFalse(self.run_job(), "the closings of before")
        self.invoice("2025-02-10", 100.0)
        closing = self.close()
        self.env.cr.flush()
        mail = self.run_job()
        self.assertEqual(mail.email_to, self.accountant.email_formatted)
        self.assertEqual(mail.state, "outgoing")
        self.assertIn(closing.code, mail.body_html)
        self.assertIn(closing.code.encode(), base64.b64decode(mail.attachment_ids.datas))
        event = self.env["koban.event"].search([("kind", "=", "mail")], limit=1)
        self.assertEqual((event.res_model, event.res_id), ("koban.closing", closing.id))
        self.assertFalse(self.run_job(), "twice")

    def test_failure(self):
        """“Faults to survive”: a report that cannot be printed is told, and mailed later."""
        self.switch_on()
        self.invoice("2025-02-10", 100.0)
        self.close()
        self.env.cr.flush()
        reports = self.env.registry["ir.actions.report"]
        broken = patch.object(reports, "_render_qweb_pdf", side_effect=UserError("No browser"))
        rollback = patch.object(self.env.cr, "rollback")
        with broken, rollback, self.assertLogs("odoo.addons.koban_closing", "ERROR"):
            self.assertFalse(self.run_job())
        self.assertIn("No browser", self.company.closing_mail_failure)
        self.assertEqual(len(self.run_job()), 1)
        self.assertFalse(self.company.closing_mail_failure)

    def test_failure_before_another(self):
        """Issue 12, line 12: a report that failed is mailed, and before those that came later."""
        self.switch_on()
        self.invoice("2025-02-10", 100.0)
        february, march = self.close(), self.close()
        self.env.cr.flush()
        reports = self.env.registry["ir.actions.report"]
        render = reports._render_qweb_pdf

        error = UserError("No browser")

        def fail_once(report, name, ids, **options):
            if february.id in ids:
                raise error
            return render(report, name, ids, **options)

        rollback = patch.object(self.env.cr, "rollback")
        broken = patch.object(reports, "_render_qweb_pdf", fail_once)
        with broken, rollback, self.assertLogs("odoo.addons.koban_closing", "ERROR"):
            self.assertFalse(self.run_job())
        self.assertIn("No browser", self.company.closing_mail_failure)
        mails = self.run_job().sorted("id")
        self.assertEqual(mails.mapped("res_id"), [february.id, march.id])

    def test_recipient(self):
        """Bad input: the option without a recipient, or with one that has no address."""
        self.refusal("closing_mail", self.company.write, {"closing_mail": True})
        nobody = self.env["res.partner"].create({"name": "Nobody"})
        values = {"closing_mail": True, "closing_mail_partner_id": nobody.id}
        self.refusal("closing_mail", self.company.write, values)

    def test_copy(self):
        """Issue 12, line 9: a copy of the database mails nothing to the accountant."""
        self.switch_on()
        self.invoice("2025-02-10", 100.0)
        self.close()
        self.env.cr.flush()
        self.env["koban.database"].with_user(self.manager).declare_copy("Trial")
        self.env.cr.flush()
        self.assertFalse(self.run_job())
