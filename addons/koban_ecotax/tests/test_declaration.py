"""The declaration by period, as a list and a file: figures written by hand (wish C8)."""

import base64
import io

from odoo.fields import Command
from odoo.tests import Form, tagged
from openpyxl import load_workbook

from odoo.addons.koban_document.tests.paper import load_french
from odoo.addons.koban_invoice.tests.fictitious import FictitiousCase

from .common import EcotaxCase

PERIOD = ("2026-01-01", "2026-03-31")


@tagged("post_install", "-at_install", "koban_alone")
class TestDeclaration(FictitiousCase, EcotaxCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ecotax.rate_ids = [Command.create({"date_from": "2026-03-01", "amount": 12.0})]
        cls.company.invoice_date_check = "allow"
        ovens = {"product_id": cls.article.id, "quantity": 3}
        cls.make_eco_invoice(ovens, cls.lamp, invoice_date="2026-02-10")
        cls.make_eco_invoice({**ovens, "quantity": 5, "discount": 30}, invoice_date="2026-03-10")
        cls.credited = cls.make_eco_invoice({**ovens, "quantity": 2}, invoice_date="2026-03-11")
        cls.credited.action_cancel_document(date="2026-03-12")
        cls.make_eco_invoice(ovens, invoice_date="2026-04-01")
        cls.make_eco_invoice(ovens, post=False, invoice_date="2026-03-20")

    def declare(self, *args, user=None, **kwargs):
        report = self.env["koban.ecotax.report"]
        return self.rpc(
            user or self.billing_user, report, "get_declaration", *(args or PERIOD), **kwargs
        )

    def get_figures(self, rows):
        return [(row["code"], row["unit_amount"], row["quantity"], row["amount"]) for row in rows]

    def test_by_hand(self):
        """By category and unit amount; credit notes off; no draft, no later invoice."""
        rows = self.declare()
        self.assertEqual(
            self.get_figures(rows),
            [
                ("LAMP", 2.0, 1.0, 2.0),
                ("OVEN", 10.0, 3.0, 30.0),
                ("OVEN", 12.0, 5.0, 60.0),
            ],
        )
        self.assertEqual({row["member_number"] for row in rows}, {"FR-0042"})
        self.assertEqual(self.get_figures(self.declare("2026-04-01", "2026-04-01")),
                         [("OVEN", 12.0, 3.0, 36.0)])  # fmt: skip

    def test_entry(self):
        """The declaration says what the entries say, to the cent."""
        self.env.flush_all()
        moves = self.env["account.move"].search(
            [("invoice_date", ">=", PERIOD[0]), ("invoice_date", "<=", PERIOD[1]),
             ("state", "=", "posted"), ("invoice_line_ids.koban_ecotax_id", "!=", False),
             ("company_id", "=", self.company.id)]
        )  # fmt: skip
        posted = -sum(self.get_ecotax_lines(moves).mapped("balance"))
        self.assertAlmostEqual(sum(row["amount"] for row in self.declare()), posted, 2)

    def test_fictitious(self):
        """2-62: TEST invoices are in no declaration."""
        before = self.declare()
        line = self.make_line(product_id=self.article.id)
        self.make_test_invoice(validate=True, invoice_line_ids=[line])
        self.assertEqual(self.declare(), before)

    def test_organisation(self):
        """Of one eco-organisation alone; another company declares nothing of this one."""
        other = self.env["koban.ecotax.organisation"].create({"name": "Other"})
        self.assertEqual(self.declare(*PERIOD, other.id), [])
        self.assertEqual(len(self.declare(*PERIOD, self.organisation.id)), 3)
        company = self.make_company("Elsewhere")
        self.billing_user.company_ids += company
        self.assertEqual(self.declare(*PERIOD, None, company.id), [])

    def test_files(self):
        """The file says what the list says, in both formats; a text that is a formula is none."""
        self.organisation.name = "=1+1"
        load_french(self.env)
        self.env["ir.module.module"]._load_module_terms(["koban_ecotax"], ["fr_FR"], overwrite=True)
        self.billing_user.lang = "fr_FR"
        call = [self.env["koban.ecotax.report"], "export_declaration", *PERIOD]
        made = self.rpc(self.billing_user, *call)
        self.assertEqual((made["rows"], made["amount"]), (3, 92.0))
        text = base64.b64decode(made["content"]).decode("utf-8-sig")
        lines = text.splitlines()
        self.assertEqual(lines[0].split(";")[2:4], ["Code", "Catégorie"])
        self.assertEqual(lines[2], "'=1+1;FR-0042;OVEN;Ovens;À l’unité;10;3;30")
        made = self.rpc(self.billing_user, *call, file_format="xlsx")
        sheet = load_workbook(io.BytesIO(base64.b64decode(made["content"]))).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual(rows[2], ("=1+1", "FR-0042", "OVEN", "Ovens", "À l’unité", 10, 3, 30))
        self.assertEqual(sheet["A3"].data_type, "s")
        self.assertEqual(sum(row[-1] for row in rows[1:]), 92)

    def test_wizard(self):
        """« Déclaration éco-taxe »: the list and the file of a period, as an accountant."""
        auditor = self.make_user("koban_auditor", "koban_seal.group_auditor")
        wizard = Form(self.env["koban.ecotax.declaration"].with_user(auditor))
        wizard.date_from, wizard.date_to = PERIOD
        wizard.organisation_id = self.organisation
        wizard.file_format = "csv"
        wizard = wizard.save()
        action = wizard.action_show()
        shown = self.env["koban.ecotax.report"].with_user(auditor).search(action["domain"])
        self.assertEqual(sum(shown.mapped("amount")), 92.0)
        wizard.action_make_file()
        self.assertEqual(wizard.file_name, "eco-taxe_2026-01-01_2026-03-31.csv")
        self.assertIn(b"OVEN", base64.b64decode(wizard.file))

    def test_control_characters(self):
        """C8: a name with characters that no sheet holds makes a file all the same."""
        self.ecotax.name = "Ov\x0bens\x1f"
        self.organisation.name = "\x01Ecorecycle"
        call = [self.env["koban.ecotax.report"], "export_declaration", *PERIOD]
        made = self.rpc(self.billing_user, *call, file_format="xlsx")
        sheet = load_workbook(io.BytesIO(base64.b64decode(made["content"]))).active
        rows = list(sheet.iter_rows(values_only=True))
        self.assertEqual((rows[2][0], rows[2][3]), ("Ecorecycle", "Ovens"))
        made = self.rpc(self.billing_user, *call, file_format="csv")
        self.assertIn(b"\nEcorecycle;FR-0042;OVEN;Ovens;", base64.b64decode(made["content"]))

    def test_queries(self):
        """STYLE 7: a declaration costs as many queries, whatever it counts: more categories,
        organisations and invoices.
        """

        def count():
            self.count_queries(self.declare)  # reads the rules, which the process keeps
            return self.count_queries(self.declare)

        first, rows = count(), len(self.declare())
        for number in range(5):
            values = {"name": f"Organisation {number}"}
            organisation = self.env["koban.ecotax.organisation"].create(values)
            ecotax = self.make_ecotax(
                "MANY", "Many", ("2025-01-01", 1.0), organisation_id=organisation.id
            )
            self.make_eco_invoice(self.article, self.make_article("Many", ecotax))
        self.assertEqual(len(self.declare()), rows + 5)
        self.assertLessEqual(count(), first)
