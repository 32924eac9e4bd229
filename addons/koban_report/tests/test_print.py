"""What stands on the pages."""

import io

from odoo.tests import tagged
from pypdf import PdfReader

from .common import ReportCase, picture, rendered

MM = 72 / 25.4
RED = (217, 83, 79)


@tagged("post_install", "-at_install")
class TestPrint(ReportCase):
    def test_each_page_has_header_footer_number_and_table_head(self):
        report = self.report(self.table(60))
        pages = self.texts(report, self.partners[:1])
        self.assertGreater(len(pages), 2)
        for number, text in enumerate(pages, 1):
            self.assertIn(self.company.name, text)
            self.assertIn("SIREN 123 456 789", text)
            self.assertIn(f"Page {number} / {len(pages)}", text)
            self.assertIn("Désignation", text)
        lines = "".join(pages)
        self.assertEqual([lines.count(f"Ligne {i} ") for i in range(60)], [1] * 60)

    def test_title_language_and_tags(self):
        report = self.report(self.table(2), layout="", print_report_name="'Fiche %s' % object.name")
        reader = self.reader(report, self.partners[0])
        self.assertEqual(reader.metadata.title, "Fiche Client A")
        self.assertEqual(reader.root_object["/Lang"], "fr-FR")
        self.assertIn("/StructTreeRoot", reader.root_object)
        self.assertEqual(reader.metadata.author, self.company.name)
        self.assertEqual([entry.title for entry in reader.outline], ["Fiche Client A"])
        self.assertTrue(reader.metadata.creation_date)

    def test_a_name_that_cannot_be_computed_does_not_stop_the_print(self):
        report = self.report("<p>Corps</p>", print_report_name="object.nothing")
        with self.assertLogs("odoo.addons.koban_report", "WARNING"):
            self.assertEqual(self.reader(report, self.partners[0]).metadata.title, "Fiche")

    def test_header_and_footer_of_each_document(self):
        """Each document has its own, also when the first is longer."""
        layout = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "koban_report.test_layout",
                "arch": """
                    <t t-name="koban_report.test_layout">
                        <div class="header">En-tête <t t-out="o.name"/></div>
                        <div class="article" t-att-data-oe-model="o._name"
                             t-att-data-oe-id="o.id"><t t-out="0"/></div>
                        <div class="footer">Pied <t t-out="o.name"/>
                            <span class="page"/> sur <span class="topage"/></div>
                    </t>""",
            }
        )
        self.partners[0].color = 60
        report = self.report(self.table("o.color or 1"), layout=layout.key)
        pages = self.texts(report, self.partners)
        first = len(pages) - 2
        self.assertGreater(first, 1)
        names = ["Client A"] * first + ["Client B", "Client C"]
        numbers = [(i, first) for i in range(1, first + 1)] + [(1, 1), (1, 1)]
        for text, name, (page, pages_) in zip(pages, names, numbers, strict=True):
            self.assertIn(f"En-tête {name}", text)
            self.assertIn(f"Pied {name} {page} sur {pages_}", text)

    def test_paper_and_landscape(self):
        report = self.report(self.table(3))
        page = self.reader(report, self.partners[0]).pages[0]
        self.assertAlmostEqual(float(page.mediabox.width), 210 * MM, delta=1)
        self.assertAlmostEqual(float(page.mediabox.height), 297 * MM, delta=1)
        page = self.reader(report, self.partners[0], landscape=True).pages[0]
        self.assertAlmostEqual(float(page.mediabox.width), 297 * MM, delta=1)
        self.assertAlmostEqual(float(page.mediabox.height), 210 * MM, delta=1)

    def test_landscape_and_margins_of_the_template(self):
        view = self.report(self.table(40))
        arch = self.env["ir.ui.view"].search([("key", "=", view.report_name)])
        arch.arch = arch.arch.replace(
            '<t t-call="web.html_container">',
            """<t t-set="data_report_landscape" t-value="True"/>
               <t t-set="data_report_margin_top" t-value="80"/>
               <t t-call="web.html_container">""",
        )
        content = self.pdf(view, self.partners[0])
        page = PdfReader(io.BytesIO(content)).pages[1]
        self.assertGreater(page.mediabox.width, page.mediabox.height)
        # The text's baseline: the cell's padding and one line below the content's edge.
        self.assertAlmostEqual(self.top_of(content, 1, "Désignation"), 85.5, delta=1)
        self.assertIn("Page 2 /", page.extract_text())

    def top_of(self, content: bytes, page: int, word: str) -> float:
        """Return how many mm below the paper's upper edge a word stands."""
        found = []
        page = PdfReader(io.BytesIO(content)).pages[page]

        def visit(text, matrix, text_matrix, *_font):
            if word in text:
                point = matrix[1] * text_matrix[4] + matrix[3] * text_matrix[5] + matrix[5]
                found.append((float(page.mediabox.height) - point) / MM)

        page.extract_text(visitor_text=visit)
        self.assertTrue(found, f"{word} is not on the page")
        return found[0]

    def test_margins_and_header_spacing(self):
        """The header begins at margin - spacing, the content at the margin, on each page."""
        paper = self.env["report.paperformat"].create(
            {
                "name": "Test",
                "format": "A4",
                "orientation": "Portrait",
                "margin_top": 60,
                "margin_bottom": 30,
                "margin_left": 20,
                "margin_right": 20,
                "header_spacing": 40,
            }
        )
        self.company.paperformat_id = paper  # its css_margins decide where a report has no XML id
        square = self.picture_source(picture(10, 10))
        layout = self.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "key": "koban_report.test_layout",
                "arch": f"""
                    <t t-name="koban_report.test_layout">
                        <div class="header">
                            <img src="{square}" style="width:20px;height:20px"/></div>
                        <div class="article" t-att-data-oe-model="o._name"
                             t-att-data-oe-id="o.id"><t t-out="0"/></div>
                    </t>""",
            }
        )
        bar = '<div style="height:20px;width:100%;background:#0000FF"/>'
        body = f'{bar}<p style="break-after:page"/>{bar}'
        report = self.report(body, layout=layout.key, paperformat_id=paper.id)
        content = self.pdf(report, self.partners[0])
        for page in (0, 1):
            image = rendered(content, page, dpi=254)  # 10 points per mm
            reds = self.box(image, lambda r, g, b: r > 200 and b < 120)
            blues = self.box(image, lambda r, g, b: b > 200 and r < 60)
            gutter = 16 * 0.8 * 25.4 / 90  # bootstrap's container
            self.assertAlmostEqual(reds[1] / 10, 20, delta=1)
            self.assertAlmostEqual(reds[0] / 10, 20 + gutter, delta=0.5)
            self.assertAlmostEqual(blues[1] / 10, 60, delta=0.5)
            self.assertAlmostEqual(blues[0] / 10, 20 + gutter, delta=0.5)
            self.assertAlmostEqual(blues[2] / 10, 190 - gutter, delta=0.5)

    @staticmethod
    def box(image, wanted):
        """Return left, top, right, bottom of the points of a colour."""
        mask = image.point(lambda v: v)
        points = mask.load()
        step = 2
        found = [
            (x, y)
            for x in range(0, image.width, step)
            for y in range(0, image.height, step)
            if wanted(*points[x, y])
        ]
        xs, ys = zip(*found, strict=True)
        return min(xs), min(ys), max(xs), max(ys)

    def test_a_tall_header_pushes_the_content(self):
        """Wherever it ends: 52 mm is a quarter of landscape A4, and this one is taller."""
        details = "".join(f"<p>Adresse {i}</p>" for i in range(10))
        self.company.company_details = details
        report = self.report(self.table(30))
        content = self.pdf(report, self.partners[0], landscape=True)
        pages = [" ".join(p.extract_text().split()) for p in PdfReader(io.BytesIO(content)).pages]
        self.assertGreater(len(pages), 1)
        for number, text in enumerate(pages):
            self.assertIn("Adresse 9", text)
            self.assertIn("SIREN", text)
            below = self.top_of(content, number, "Désignation")
            self.assertGreater(below, self.top_of(content, number, "Adresse 9"))
        self.assertEqual("".join(pages).count("Ligne 29 "), 1)

    def test_a_header_without_end(self):
        """The document is printed all the same."""
        self.company.company_details = "".join(f"<p>Adresse {i}</p>" for i in range(80))
        pages = self.texts(self.report(self.table(5)), self.partners[0])
        self.assertLess(len(pages), 4)
        self.assertIn("Ligne 4", "".join(pages))

    def test_labels_have_their_exact_size(self):
        paper = self.env["report.paperformat"].create(
            {
                "name": "Label",
                "format": "custom",
                "page_width": 57,
                "page_height": 32,
                "orientation": "Portrait",
                "margin_top": 0,
                "margin_bottom": 0,
                "margin_left": 0,
                "margin_right": 0,
                "header_spacing": 0,
                "disable_shrinking": True,
                "dpi": 96,
            }
        )
        self.company.paperformat_id = paper
        body = '<div style="width:50mm;height:20mm;background:#0000FF"/>'
        report = self.report(body, layout="", paperformat_id=paper.id)
        content = self.pdf(report, self.partners)
        reader = PdfReader(io.BytesIO(content))
        self.assertEqual(len(reader.pages), 3)
        self.assertAlmostEqual(float(reader.pages[0].mediabox.width), 57 * MM, delta=1)
        self.assertAlmostEqual(float(reader.pages[0].mediabox.height), 32 * MM, delta=1)
        box = self.box(rendered(content, 0, dpi=254), lambda r, g, b: b > 200 and r < 60)
        self.assertAlmostEqual((box[2] - box[0]) / 10, 50, delta=0.5)
        self.assertAlmostEqual((box[3] - box[1]) / 10, 20, delta=0.5)

    def test_what_is_too_wide_is_shrunk(self):
        body = '<div style="width:1400px;display:flex;justify-content:space-between">'
        body += "<span>Début</span><span>Fin</span></div>"
        text = self.texts(self.report(body), self.partners[0])[0]
        self.assertIn("Début", text)
        self.assertIn("Fin", text)
        self.assertIn("Page 1 / 1", text)

    def test_a_long_document(self):
        """Numbers stay at the foot of their page, to the last of two hundred."""
        self.partners[0].color = 5200
        report = self.report(self.table("o.color"))
        content = self.pdf(report, self.partners[0])
        reader = PdfReader(io.BytesIO(content))
        self.assertGreater(len(reader.pages), 200)
        last = len(reader.pages) - 1
        for page in (0, last // 2, last):
            self.assertIn(f"Page {page + 1} / {last + 1}", reader.pages[page].extract_text())
            self.assertAlmostEqual(
                self.top_of(content, page, "SIREN"), self.top_of(content, 0, "SIREN"), delta=1
            )

    def test_frames_of_boxed_tables_do_not_cross_header_and_footer(self):
        self.company.external_report_layout_id = self.env.ref("web.external_layout_boxed")
        content = self.pdf(self.report(self.table(40)), self.partners[0])
        image = rendered(content, 1, dpi=100)
        # The table's left edge, looked at in the header's and the footer's place.
        for top, bottom in ((0.0, 0.1), (0.95, 1.0)):
            edges = (int(image.height * part) for part in (top, bottom))
            area = image.crop((0, next(edges), image.width // 8, next(edges)))
            columns = [
                x
                for x in range(area.width)
                if all(area.getpixel((x, y))[0] < 160 for y in range(0, area.height, 3))
            ]
            self.assertEqual(columns, [])

    def test_right_to_left_emoji_and_unknown_font(self):
        body = """
            <p dir="rtl">مرحبا بالعالم</p><p>שלום</p><p>Merci 🎉 — œuvre €</p>
            <p style="font-family:'Nowhere Sans'">Police inconnue</p>"""
        text = self.texts(self.report(body), self.partners[0])[0]
        self.assertIn("Police inconnue", text)
        self.assertIn("Merci", text)
        self.assertIn("œuvre €", text)

    def test_the_report_without_records(self):
        report = self.report("<p>Rien</p>", layout="")
        arch = self.env["ir.ui.view"].search([("key", "=", report.report_name)])
        arch.arch = f"""
            <t t-name="{report.report_name}"><t t-call="web.html_container">
                <t t-call="web.internal_layout"><p>Sans enregistrement</p></t>
            </t></t>"""
        content, _kind = report.with_context(force_report_rendering=True)._render_qweb_pdf(
            report.report_name, []
        )
        text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
        self.assertIn("Sans enregistrement", text)

    def test_html_given_directly(self):
        """Some of the host's reports call the printing itself, with one header for all."""
        Report = self.env["ir.actions.report"]
        page = "<!DOCTYPE html><html><body class='o_body_pdf'>%s</body></html>"
        content = Report._run_wkhtmltopdf(
            [page % "<p>Un</p>", page % "<p>Deux</p>"],
            header=page % "<p>Tête <span class='page'/></p>",
            landscape=True,
            specific_paperformat_args={"data-report-margin-top": 30},
            set_viewport_size=True,
        )
        reader = PdfReader(io.BytesIO(content))
        texts = [" ".join(p.extract_text().split()) for p in reader.pages]
        self.assertEqual(sorted(texts), ["Tête 1 Deux", "Tête 1 Un"])
        self.assertGreater(reader.pages[0].mediabox.width, reader.pages[0].mediabox.height)
