"""The articles of the demo: filed, priced, with eco-taxes and own data, in every state."""

import base64
import io

from dateutil.relativedelta import relativedelta
from odoo.tests import tagged
from pypdf import PdfReader

from odoo.addons.koban_demo.demo import catalogue, classes, prices
from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError

from .test_demo import DemoCase


class ArticleCase(DemoCase):
    """The catalogue by code."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marc, cls.camille = (
            cls.env["res.users"].search([("login", "=", login)]) for login in ("marc", "camille")
        )

    def find(self, code):
        return self.env["product.template"].search([("default_code", "=", code)])

    def find_line(self, code, **criteria):
        """Return the lines of quotes and orders of an article."""
        lines = self.orders.order_line.filtered(lambda line: line.product_id.default_code == code)
        return lines.filtered(lambda line: all(line[key] == criteria[key] for key in criteria))


@tagged("post_install", "-at_install")
class TestFiling(ArticleCase):
    """Codes, classification, flags, own data."""

    def test_codes(self):
        """Row 4-21: codes typed, and drawn by the patterns of categories; each is one article's."""
        articles = self.env["product.product"].search([("default_code", "!=", False)])
        codes = articles.mapped("default_code")
        self.assertEqual(len(set(codes)), len(codes))
        self.assertLessEqual(catalogue.DRAWN, set(codes))
        self.assertRegex(self.find("LUM-0002").categ_id.code_example, r"LUM-\d{4}")
        # A family takes the pattern of its group.
        family = self.find("BUR-140").categ_id
        self.assertFalse(family.code_pattern)
        self.assertRegex(family.code_example, r"MOB-\d{4}")
        patterns = self.env["product.category"].search([]).mapped("code_pattern")
        self.assertIn("QUI-{YY}-###", patterns)
        self.assertFalse(self.env["product.product"].search([("is_code_duplicate", "=", True)]))

    def test_classification(self):
        """Rows 4-24 and 4-25: each level and class is on articles, lines and invoices."""
        chair = self.find("SIE-ERG")
        names = self.env["product.template"]._get_classification()
        self.assertEqual(
            [chair[name].name for name in names],
            ["Mobilier", "Sièges", "Fauteuils", classes.SEATS, classes.HOUSE, "Saône"],
        )
        report = self.env["account.invoice.report"]
        for name in names:
            found = report._read_group([(name, "!=", False)], [name], ["price_subtotal:sum"])
            self.assertTrue(found, name)
        filed = self.find("BUR-140").search([("koban_brand_id", "!=", False)])
        self.assertGreater(len(filed), len(catalogue.ARTICLES) // 2)

    def test_flags(self):
        """Row 4-22: articles that are not sold, not delivered, of contracts, not kept in stock."""
        articles = self.env["product.template"].search([("company_id", "=", self.company.id)])
        for name in ("sale_ok", "deliverable_ok", "contract_ok", "is_storable"):
            self.assertEqual(set(articles.mapped(name)), {True, False}, name)
        old = self.find("SIE-ANC")
        self.assertFalse(old.sale_ok)
        self.assertNotIn(old.product_variant_id, self.orders.order_line.product_id)

    def test_own_data(self):
        """Rows 4-38 and 4-39: data of every kind, each filled, one set for several categories."""
        sets = self.env["koban.product.data.set"].search([])
        self.assertEqual(set(sets.mapped("name")), set(classes.SETS))
        kinds = set(sets.data_ids.mapped("kind"))
        self.assertEqual(kinds, {"text", "number", "choice", "yes_no", "date"})
        self.assertTrue(all(data.value_count for data in sets.data_ids))
        self.assertTrue(any(data.unit for data in sets.data_ids))
        self.assertGreater(max(len(one.category_ids) for one in sets), 1)

    def test_keywords(self):
        """Row 4-41: own data find their articles, without accents, in the lines of quotes too."""
        found = self.env["product.template"].search([("koban_keywords", "ilike", "chene turdine")])
        self.assertEqual(set(found.mapped("default_code")), {"BUR-140", "BIB-CHE"})
        names = self.env["product.product"].name_search("130kg roulettes")
        self.assertEqual([id_ for id_, _name in names], self.find("SIE-ERG").product_variant_id.ids)

    def test_sheet(self):
        """Row 4-40: the article sheet prints, in French, with its own data."""
        chair = self.find("SIE-ERG").with_context(force_report_rendering=True)
        sheet = base64.b64decode(chair.get_sheet())
        text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages)
        for part in ("SIE-ERG", "Fauteuil ergonomique", "Maille 3D noire", "130", "Roulettes"):
            self.assertIn(part, text)


@tagged("post_install", "-at_install")
class TestPrices(ArticleCase):
    """Tiers, costs, minimum prices, conditions, changes."""

    def test_tiers(self):
        """Rows 4-26 and 4-27: prices typed on both sides of the tax, customers of each tier."""
        lamp = self.find("LUM-0001")
        typed = [lamp[f"koban_typed_{tier}"] for tier in (1, 2, 3)]
        self.assertEqual(typed, [59.9, 0, 49.9])
        self.assertEqual(lamp.koban_price_1_included, 59.9)
        self.assertEqual(lamp.koban_price_2_excluded, 44)
        customers = self.orders.partner_id
        self.assertEqual(set(customers.mapped("koban_tier")), {"1", "2", "3"})
        for tier, price in (("2", 74), ("1", 79)):
            lines = self.find_line("SIE-VIS").filtered(
                lambda line, tier=tier: line.order_partner_id.koban_tier == tier
            )
            self.assertEqual(set(lines.mapped("price_unit")), {price})
        self.assertTrue(any(self.orders.order_line.tax_ids.mapped("price_include")))

    def test_costs(self):
        """Row 4-30: costs that are typed, and computed of purchase price, coefficient and fees."""
        panel = self.find("PAN-ACO")
        self.assertTrue(panel.koban_cost_computed)
        self.assertEqual(panel.standard_price, 39.9)
        self.assertEqual(panel.koban_margin, 55.1)
        self.assertFalse(self.find("BUR-140").koban_cost_computed)
        self.assertEqual(self.find("BUR-140").standard_price, 212)

    def test_minimum_price(self):
        """Row 4-29: one quote is below, warns and is refused; one price was agreed to."""
        self.assertEqual(self.company.koban_minimum_rule, "block")
        below = self.orders.filtered("koban_minimum_warning")
        self.assertEqual(below.partner_id.name, "Garage Montchal")
        self.assertIn("ARM-BAS", below.koban_minimum_warning)
        with self.assertRaises(DocumentError) as caught, self.env.cr.savepoint():
            below.with_user(self.camille).action_confirm()
        self.assertEqual(caught.exception.code, "order_below_minimum")
        agreed = self.orders.order_line.filtered("koban_agreed_price")
        self.assertEqual(agreed.product_id.default_code, prices.AGREED[1])
        self.assertTrue(agreed.koban_below_minimum)
        with self.assertRaises(ConstraintError), self.env.cr.savepoint():
            agreed.with_user(self.camille).discount = 20

    def test_conditions(self):
        """Rows 2-24 and 4-26: by customer, category, article and family; over, running, to come."""
        conditions = self.env["koban.price.condition"].search([])
        self.assertEqual(set(conditions.mapped("status")), {"over", "running", "future"})
        self.assertEqual(set(conditions.mapped("kind")), {"discount", "excluded", "included"})
        about = ("partner_id", "partner_category_id", "product_tmpl_id", "categ_id", "brand_id")
        for name in (*about, "minimum_quantity", "date_from", "date_to"):
            self.assertTrue(conditions.filtered(name), name)
        used = self.orders.order_line.koban_condition_id
        self.assertEqual(conditions - used, conditions.filtered(lambda c: c.status == "future"))
        line = self.find_line("LUM-0001", product_uom_qty=12)
        self.assertEqual(line.price_unit, 52)
        self.assertEqual(line.koban_price_origin, "Lampes par dix (52,00\xa0€)")

    def test_changes(self):
        """Row 4-26: a change applied, one undone, one in preview with a price left out."""
        changes = self.env["koban.price.change"].search([])
        by_state = {change.state: change for change in changes}
        self.assertEqual(set(by_state), {"draft", "applied", "undone"})
        self.assertEqual(changes.create_uid, self.marc)
        self.assertEqual(self.find("LIV-AGE").list_price, 29.6)
        self.assertEqual(self.find("SRV-LIV").list_price, 120)
        preview = by_state["draft"].line_ids
        self.assertTrue(any(preview.mapped("is_skipped")))
        self.assertEqual(set(preview.mapped("tier")), {"1", "2", "3"})
        self.assertEqual(set(preview.mapped("side")), {"excluded", "included"})
        self.assertTrue(all(f"{line.new_price:.2f}".endswith(".90") for line in preview))


@tagged("post_install", "-at_install")
class TestEcotaxes(ArticleCase):
    """Tables, documents, declaration."""

    def test_tables(self):
        """Row 4-28: two organisations, by unit and by weight, two amounts one after another."""
        ecotaxes = self.env["koban.ecotax"].search([])
        self.assertEqual(len(ecotaxes.organisation_id), 2)
        self.assertTrue(all(ecotaxes.organisation_id.mapped("member_number")))
        self.assertEqual(set(ecotaxes.mapped("kind")), {"piece", "weight"})
        today = self.env.cr.now().date()
        for ecotax in ecotaxes:
            self.assertEqual(len(ecotax.rate_ids), 2)
            self.assertTrue(all(rate.date_from < today for rate in ecotax.rate_ids))
            self.assertTrue(ecotax.article_count)
        self.assertEqual(self.find("LUM-0002").koban_ecotax_quantity, 2)

    def test_documents(self):
        """Row 4-28: quotes, orders, invoices and a credit note bear them; what goes abroad none."""
        bearing = self.orders.filtered(lambda order: order._get_ecotax_total())
        self.assertLessEqual(
            {"quote", "quote_sent", "order_draft", "order"}, set(bearing.mapped("document_status"))
        )
        invoices = self.posted.filtered(lambda move: move._get_ecotax_total())
        self.assertEqual(set(invoices.mapped("move_type")), {"out_invoice", "out_refund"})
        abroad = self.orders.filtered(lambda order: order.partner_id.country_id.code == "BE")
        self.assertIn("SIE-ERG", abroad.order_line.product_id.mapped("default_code"))
        self.assertFalse(abroad._get_ecotax_total())

    def test_declaration(self):
        """Row 4-28: the months of the demo are declared, at both amounts, and the file opens."""
        today = self.env.cr.now().date()
        period = str(today - relativedelta(months=4)), str(today)
        reports = self.env["koban.ecotax.report"].with_user(self.camille)
        rows = reports.get_declaration(*period)
        self.assertEqual(len({row["organisation"] for row in rows}), 2)
        seats = [row for row in rows if row["code"] == "MB-10"]
        self.assertEqual([row["unit_amount"] for row in seats], [1.05, 1.25])
        posted = self.posted.filtered("invoice_date")
        total = sum(
            move._get_ecotax_total() * (-1 if move.move_type == "out_refund" else 1)
            for move in posted
        )
        self.assertAlmostEqual(sum(row["amount"] for row in rows), total, 2)
        made = reports.export_declaration(*period)
        lines = base64.b64decode(made["content"]).decode("utf-8-sig").splitlines()
        self.assertGreater(len(lines), len(rows))
        self.assertIn("Éco-Meubles Exemple", "\n".join(lines))


@tagged("post_install", "-at_install")
class TestImports(ArticleCase):
    """Files of articles."""

    def test_done(self):
        """Issue 13, line 10: good rows were imported, the others are told with every reason."""
        done = self.env["koban.product.import"].search([("state", "=", "done")])
        self.assertEqual((done.done_count, done.refused_count), (3, 3))
        self.assertTrue(self.find("ACC-REP")._get_data_values())
        drawn = done.row_ids.filtered(lambda row: not row.code).product_id
        self.assertEqual(drawn.default_code, "MOB-0001")
        reasons = done.fault_ids.grouped("number")
        self.assertGreater(max(map(len, reasons.values())), 1)
        self.assertIn("code_exists", done.fault_ids.mapped("code"))

    def test_checked(self):
        """Issue 13, line 10: a file that was checked waits, and has changed nothing."""
        checked = self.env["koban.product.import"].search([("state", "=", "checked")])
        self.assertTrue(checked.new_count and checked.update_count and checked.refused_count)
        self.assertEqual(self.find("ARM-BAS").list_price, 310)
        self.assertFalse(self.find("ARM-COI"))
