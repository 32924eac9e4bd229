"""Rows 2-63, 2-64; issue 5: the contract as a document."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin
from odoo.addons.koban_guard.tools.passes import open_pass

from .common import ContractCase

REPORT = "koban_contract.action_report_contract"


@tagged("post_install", "-at_install")
class TestContractPaper(PaperMixin, ContractCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.tax.tax_group_id.name = "TVA 20%"
        cls.models = cls.get_models("contract")

    def get_text(self, contract, **context):
        pdf = self.print_pdf(REPORT, contract, **context)
        return " ".join(self.read_pages(pdf))

    def get_words(self, contract):
        """Return the contract in the language of its paper."""
        return contract.with_context(lang="fr_FR")

    def make_full_contract(self, **values):
        return self.make_contract(
            date_end="2028-12-31",
            interval_count=3,
            renewal="tacit",
            renewal_months=12,
            notice_months=3,
            payment_term_id=self.terms.id,
            contact_id=self.contact.id,
            header="<p>Head</p>",
            footer="<p>Foot</p>",
            comment="<p>Comment</p>",
            **values,
        )

    def test_ready_model(self):
        """Row 2-51: a French company has a model of contracts, and a new contract takes it."""
        self.assertEqual(len(self.models), 1)
        self.assertTrue(self.models.is_default)
        contract = self.make_contract(validate=False)
        self.assertEqual(contract.document_model_id, self.models)
        self.assertEqual(contract.document_kind, "contract")

    def test_what_a_contract_says(self):
        """Row 2-63: parties, commitment, rhythm, lines, VAT summary, texts, place to sign."""
        contract = self.make_full_contract()
        text = self.get_text(contract)
        words = self.get_words(contract)
        for part in (
            "Atelier Test SARL",
            "Boulangerie Martin",
            "Claire Martin",
            "Maintenance",
            "01/01/2026",
            "31/12/2028",
            "30/09/2028",
            words._get_renewal_label(),
            words._get_billing_label(),
            words._get_printed_due()[0],
            "200,00 €",
            "40,00 €",
            "240,00 €",
            "TVA 20%",
            "30 % now, 70 % in 30 days",
            "Head",
            "Foot",
            "Comment",
        ):
            self.assertIn(" ".join(part.split()), text)
        self.assertEqual(text.count("Atelier Test SARL"), 3, "foot, head and place to sign")

    def test_number_once_validated(self):
        """Row 2-63: a draft says that it is one; a validated contract has its number."""
        contract = self.make_contract(validate=False)
        words = self.get_words(contract)
        draft = words._get_printed_status()
        self.assertTrue(draft)
        self.assertIn(draft.upper(), self.get_text(contract).upper())  # in capitals
        contract.action_validate()
        text = self.get_text(contract)
        self.assertIn(f"{words._get_printed_title()} n° {contract.name}", text)
        self.assertNotIn(draft.upper(), text.upper())

    def test_own_fields(self):
        """Row 2-64: the own fields of the type are printed, those without value are not."""
        copier = self.env["koban.contract.type"].create(
            {
                "name": "Copier",
                "properties_definition": [
                    {"name": "black", "type": "float", "string": "Black page"},
                    {"name": "volume", "type": "integer", "string": "Volume"},
                    {"name": "site", "type": "char", "string": "Site"},
                    {
                        "name": "level",
                        "type": "selection",
                        "string": "Level",
                        "selection": [["gold", "Gold level"], ["basic", "Basic level"]],
                    },
                ],
            }
        )
        contract = self.make_contract(
            validate=False,
            type_id=copier.id,
            properties={"black": 0.0052, "volume": 3000, "level": "gold", "site": False},
        )
        text = self.get_text(contract)
        for part in ("Black page", "0,0052", "Volume", "3 000", "Gold level"):
            self.assertIn(part, text)
        self.assertNotIn("Site", text)

    def test_fees_billed_once(self):
        """Row 2-63: what is billed once is apart, and in no total of a period."""
        lines = [
            Command.create({"display_type": "line_section", "name": "Site A"}),
            self.make_line(),
            self.make_line(name="Installation", charge="once", quantity=1, price_unit=450.0),
        ]
        contract = self.make_contract(lines=lines)
        self.assertEqual(contract.amount_untaxed, 200.0)
        self.assertEqual(contract.amount_total, 240.0)
        kinds = [(row.kind, row.subtotal) for row in contract._get_page_rows()]
        self.assertEqual(kinds, [("section", None), ("product", 200.0), ("subtotal", 200.0)])
        text = self.get_text(contract)
        for part in ("Installation", "450,00 €", "540,00 €"):
            self.assertIn(part, text)
        for mixed in ("650,00", "690,00", "780,00"):
            self.assertNotIn(mixed, text)

    def test_tiers(self):
        """Rows 2-63, 2-65: the contract says what use costs; a group that hides prices does not."""
        tiers = [{"start": 0, "price": 0.008}, {"start": 10000, "price": 0.0065}]
        for hidden in (False, True):
            group = {"display_type": "line_section", "name": "Copier", "collapse_prices": hidden}
            pages = self.make_line(
                name="Pages",
                charge="usage",
                included_volume=6000,
                tier_ids=[Command.create(tier) for tier in tiers],
            )
            contract = self.make_contract(lines=[Command.create(group), pages])
            told = "".join(row.name for row in contract._get_page_rows())
            plain = told.replace("\N{NO-BREAK SPACE}", "").replace(",", ".")
            for text in ("0.008", "0.0065", "10000"):
                check = self.assertNotIn if hidden else self.assertIn
                check(text, plain)
            self.assertIn("6000", plain)

    def test_usage_has_no_amount_yet(self):
        """Row 2-63: what is billed by use shows its price, and no amount before it is used."""
        lines = [
            self.make_line(),
            self.make_line(name="Pages", charge="usage", quantity=7, price_unit=0.05),
        ]
        contract = self.make_contract(lines=lines)
        usage = contract._get_page_rows()[1]
        self.assertEqual((usage.quantity, usage.price_unit, usage.subtotal), (None, 0.05, None))
        self.assertEqual(contract.amount_untaxed, 200.0)
        text = self.get_text(contract)
        self.assertIn("0,05", text)
        self.assertNotIn("0,35", text)

    def test_lines_over_and_to_come(self):
        """Issue 5: a line that is over is not printed; one to come is in no total."""
        lines = [
            self.make_line(name="Old", date_end="2020-12-31"),
            self.make_line(name="Now"),
            self.make_line(name="Later", date_start="2090-01-01", price_unit=70.0),
        ]
        contract = self.make_contract(lines=lines, date_start="2020-01-01")
        names = [row.name.split("\n")[0] for row in contract._get_page_rows()]
        self.assertEqual(names, ["Now", "Later"])
        self.assertEqual(contract.amount_untaxed, 200.0)
        self.assertIn("01/01/2090", self.get_text(contract))

    def test_hidden_prices(self):
        """Row 4-08: the prices that a group hides are not in the PDF; its VAT is."""
        lines = [
            Command.create(
                {"display_type": "line_section", "name": "Pack", "collapse_prices": True}
            ),
            self.make_line(price_unit=73.37),
            self.make_line(price_unit=61.11),
        ]
        text = self.get_text(self.make_contract(lines=lines))
        for hidden in ("73,37", "146,74", "61,11", "122,22"):
            self.assertNotIn(hidden, text)
        self.assertIn("268,96", text)
        self.assertIn("53,79", text)

    def test_prints_are_recorded(self):
        """Row 1-13: each print is recorded with its model."""
        contract = self.make_contract()
        self.get_text(contract)
        prints = self.env["koban.document.print"].search(
            [("res_model", "=", "koban.contract"), ("res_id", "=", contract.id)]
        )
        self.assertEqual(prints.document_model_id, self.models)

    def test_company_without_model(self):
        """Issue 5: a company without document model prints with the host's layout."""
        contract = self.make_full_contract(
            lines=[self.make_line(), self.make_line(name="Setup", charge="once", price_unit=9.0)]
        )
        self.env["koban.document.model"].search([("kind", "=", "contract")]).active = False
        contract.document_model_id = False
        self.assertFalse(contract._get_printed_model())
        text = self.get_text(contract)
        for part in (contract.name, "Boulangerie Martin", "240,00", "Setup", "21,60", "Foot"):
            self.assertIn(part, text)

    def test_supplier_contract(self):
        """Issue 5: a supplier's contract has no document model, and validates."""
        contract = self.make_contract(kind="purchase")
        self.assertFalse(contract.document_kind)
        self.assertFalse(contract.document_model_id)
        self.assertFalse(contract.legal_mentions)

    def test_mentions(self):
        """Row 2-25: a validated contract keeps the mentions that the law wants on an order."""
        self.company.write({"insurer_name": "Assur 69"})
        contract = self.make_contract()
        codes = {mention["code"] for mention in contract.legal_mentions["mentions"]}
        self.assertIn("M24", codes)
        self.assertNotIn("M6", codes)

    def test_preview_of_the_model(self):
        """Row 2-51: the model shows an example where there is no contract."""
        running = self.env["koban.contract"].search([("state", "=", "running")])
        with open_pass(running, fields={"state"}):
            running.write({"state": "closed"})
        before = self.env["koban.contract"].search_count([])
        pdf = self.models.with_context(force_report_rendering=True)._render_preview()
        self.assertIn("Lyon", " ".join(self.read_pages(pdf)))
        self.assertEqual(self.env["koban.contract"].search_count([]), before)

    def test_mail(self):
        """Issue 5: “Send” proposes a mail to the contact with the contract as PDF."""
        contract = self.make_contract(contact_id=self.contact.id)
        action = contract.action_send_mail()
        composer = Form(
            self.env["mail.compose.message"].with_context(
                **action["context"], force_report_rendering=True
            )
        ).save()
        self.assertEqual(composer.partner_ids, self.contact)
        self.assertIn(contract.name, composer.subject)
        self.assertEqual(composer.attachment_ids.mapped("mimetype"), ["application/pdf"])
        composer._action_send_mail()
        self.assertIn(contract.name, contract.message_ids[0].subject)
