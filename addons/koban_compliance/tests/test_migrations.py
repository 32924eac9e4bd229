"""Upgrades of a database in use."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_invoice.tests.chain import ChainCase, sealing_as_before
from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_mentions.models.account_chart_template import NOTED_TAXES

REVERSE_CHARGE = ("koban_compliance", "19.0.1.1.0/post-reverse_charge", "19.0.1.0.0")
TAX_NOTES = ("koban_compliance", "19.0.1.2.0/post-tax_notes", "19.0.1.1.0")
LATE_VALUES = ("koban_compliance", "19.0.1.3.0/end-late_values", "19.0.1.2.0")
EXPLAINED = ("koban_compliance", "19.0.2.1.0/end-explained_labels", "19.0.1.2.0")
SEALS = ("koban_compliance", "19.0.1.1.0/post-seals", "19.0.1.0.0")
READY_MODELS = ("koban_document", "19.0.1.1.0/post-ready_models", "19.0.1.0.0")


@tagged("post_install", "-at_install", "koban_alone")
class TestMigrations(InvoiceCase):
    def test_ready_models(self):
        """Row 2-32: older companies and their documents get models; nothing else changes."""
        abroad = self.make_company("Belgian company", "base.be")
        invoice, draft = self.make_invoice(), self.make_invoice(post=False)
        entry = self.env["account.move"].create({"move_type": "entry"})
        self.set_back_models("account_move")
        before = self.photo_without_model(invoice, draft, entry)
        self.run_migration(*READY_MODELS)
        Model = self.env["koban.document.model"]
        models = Model.search([("company_id", "=", self.company.id), ("kind", "=", "invoice")])
        self.assertEqual(len(models), 5)
        self.assertFalse(Model.search([("company_id", "=", abroad.id)]))
        self.assertEqual((invoice | draft).document_model_id, models.filtered("is_default"))
        self.assertFalse(entry.document_model_id)
        self.assertEqual(self.photo_without_model(invoice, draft, entry), before)
        # Once more, after the company chose another default: nothing moves.
        models[1].is_default = True
        count = Model.search_count([])
        self.run_migration(*READY_MODELS)
        self.assertEqual(invoice.document_model_id, models[0])
        self.assertEqual(Model.search_count([]), count)

    def test_reverse_charge(self):
        """Row 2-30: older French companies get the position of subcontracted works, once."""
        chart = self.env["account.chart.template"].with_company(self.company)
        names = ("koban_tax_construction", "koban_position_construction")
        for name in names:
            chart.ref(name).unlink()
        for _again in range(2):
            self.run_migration(*REVERSE_CHARGE)
        position = chart.ref(names[1])
        taxes = position.map_tax(self.company.account_sale_tax_id)
        self.assertEqual(taxes, chart.ref(names[0]))
        self.assertEqual(taxes.mapped("amount"), [0.0])
        self.assertTrue(taxes.repartition_line_ids.tag_ids)
        self.assertEqual(taxes.search_count([("name", "=", taxes.name)]), 1)

    def test_reverse_charge_moved(self):
        """A French chart whose company has moved abroad: the tax stays one of France."""
        chart = self.env["account.chart.template"].with_company(self.company)
        for name in ("koban_tax_construction", "koban_position_construction"):
            chart.ref(name).unlink()
        self.company.account_fiscal_country_id = self.env.ref("base.be")
        self.run_migration(*REVERSE_CHARGE)
        self.assertEqual(chart.ref("koban_tax_construction").country_id.code, "FR")

    def test_tax_notes(self):
        """M14, M16: older French companies lose the host's English notes, and no other."""
        chart = self.env["account.chart.template"].with_company(self.company)
        goods, service = (chart.ref(name) for name in NOTED_TAXES)
        goods.invoice_legal_notes = f"<p>{NOTED_TAXES['tva_sale_good_intra_0']}</p>"
        service.invoice_legal_notes = "<p>Note du comptable</p>"
        self.run_migration(*TAX_NOTES)
        self.assertFalse(goods.invoice_legal_notes)
        self.assertEqual(service.invoice_legal_notes, "<p>Note du comptable</p>")
        # Kept, where someone translated it.
        self.env["res.lang"]._activate_lang("fr_FR")
        english = NOTED_TAXES["tva_sale_service_intra_0"]
        service.with_context(lang="en_US").invoice_legal_notes = english
        service.with_context(lang="fr_FR").invoice_legal_notes = "<p>Autoliquidation</p>"
        self.run_migration(*TAX_NOTES)
        self.assertIn("Autoliquidation", service.with_context(lang="fr_FR").invoice_legal_notes)


@tagged("post_install", "-at_install")
class TestOlderDocuments(ChainCase):
    def test_seals(self):
        """2-52: documents and payments validated before the seals existed get one, once."""
        invoice, draft = self.make_invoice(), self.make_invoice(post=False)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 120.0,
                "journal_id": self.bank_journal.id,
            }
        )
        payment.action_post()
        self.sql("DELETE FROM koban_event WHERE company_id = %s", self.company.id)
        self.assertEqual(self.find_codes(), ["document_unsealed"])
        for _again in range(2):
            self.run_migration(*SEALS)
            self.env.cr.flush()
        # The links that were committed before, of its people and keys, are known to be gone.
        self.assertLessEqual(set(self.find_codes()), {"link_missing", "key_unknown"})
        Event = self.env["koban.event"].sudo()
        kinds = [
            Event.search([("res_model", "=", record._name), ("res_id", "=", record.id)]).mapped(
                "kind"
            )
            for record in (invoice, payment, draft)
        ]
        self.assertEqual(kinds, [["takeover"], ["takeover"], []])
        # 2 × 100 and 1 × 50 less 10 %, with VAT of 20 %.
        content = json.loads(invoice.seal_id.content)["document"]
        self.assertEqual((content["name"], content["amount_total"]), (invoice.name, "294"))

    def make_older(self, **values):
        """Post an invoice as before: the guard keeps from the host what it computes late."""
        invoice = self.make_invoice(post=False, **values)
        with patch.object(self.env.registry["account.move"], "_compute_waiting", lambda move: None):
            invoice.action_post()
            self.env.flush_all()
        return invoice

    def test_late_values_deleted(self):
        """Issue 12, line 4: an invoice deleted since by SQL stops no upgrade, and is told."""
        with sealing_as_before(self.env):
            invoice = self.make_older(invoice_payment_term_id=False)
        self.run_migration(*LATE_VALUES)
        self.sql("DELETE FROM account_move_line WHERE move_id = %s", invoice.id)
        with self.attack():
            self.sql("DELETE FROM account_move WHERE id = %s", invoice.id)
            self.run_migration(*EXPLAINED)
            self.env.cr.flush()
            [told] = [one for one in self.find() if one.code != "document_corrected"]
            self.assertEqual((told.code, told.res_id), ("document_deleted", invoice.id))

    def test_settlements(self):
        """Issue 12, line 4: the upgrade seals settlements; it covers up no invoice made by SQL."""
        invoice, draft = self.make_invoice(), self.make_invoice(post=False)
        self.sql(
            "UPDATE account_move SET state = 'posted', posted_before = TRUE, name = 'FORGED' "
            "WHERE id = %s",
            draft.id,
        )
        before = [(one.code, one.res_id) for one in self.find()]
        self.assertEqual(before, [("document_unsealed", draft.id)])
        self.run_migration("koban_invoice", "19.0.2.1.0/post-settlements", "19.0.2.0.0")
        self.env.cr.flush()
        self.assertEqual([(one.code, one.res_id) for one in self.find()], before)
        self.assertTrue(invoice.seal_id)

    def get_labels(self, invoice):
        lines = invoice.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return lines.sorted("date_maturity").mapped("name")

    def test_late_values(self):
        """Labels of receivables get the number that the guard refused, and the seals hold."""
        with sealing_as_before(self.env):
            halved = self.make_older()
            plain, cited, altered = (
                self.make_older(invoice_payment_term_id=False, ref=ref)
                for ref in (False, "PO 7", False)
            )
        self.assertEqual(self.get_labels(plain), [False])
        self.assertEqual(self.get_labels(halved), ["versement #1", "versement #2"])
        self.sql("UPDATE account_move SET narration = 'Forged' WHERE id = %s", altered.id)
        before = [(one.code, one.res_id, one.field) for one in self.find()]
        self.assertEqual(before, [("document_altered", altered.id, "narration")])
        for _again in range(2):
            self.run_migration(*LATE_VALUES)
            self.env.cr.flush()
        corrected = {one.res_id for one in self.find() if one.code == "document_corrected"}
        self.assertEqual(len(corrected), 4, "labels of three invoices, one of them in two parts")
        for _again in range(2):
            self.run_migration(*EXPLAINED)
            self.env.cr.flush()
        self.assertEqual(self.get_labels(plain), [plain.name])
        self.assertEqual(self.get_labels(cited), [f"PO 7 - {cited.name}"])
        parts = [f"{halved.name} versement #1", f"{halved.name} versement #2"]
        self.assertEqual(self.get_labels(halved), parts)
        # What does not hold is not sealed anew, and is told as before.
        self.assertEqual(self.get_labels(altered), [False])
        self.assertEqual([(one.code, one.res_id, one.field) for one in self.find()], before)
        events = self.env["koban.event"].sudo().search([("res_id", "in", plain.ids)], order="id")
        events = events.filtered(lambda event: event.res_model == "account.move")
        self.assertEqual(events.mapped("kind"), ["validation", "correction", "acknowledgement"])
