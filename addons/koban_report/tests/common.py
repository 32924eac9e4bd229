"""Tools to print small reports and look at the PDF."""

import base64
import io
import subprocess

from odoo import SUPERUSER_ID
from odoo.tests import TransactionCase
from PIL import Image
from pypdf import PdfReader

from ..chromium.browser import current_browser, end_browser


def picture(width: int, height: int, color: str = "#D9534F", form: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    stream = io.BytesIO()
    Image.new("RGB", (width, height), color).save(stream, form)
    return stream.getvalue()


class ReportCase(TransactionCase):
    """Contacts printed by reports whose templates the tests write."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(end_browser)
        cls.env["ir.config_parameter"].set_param("koban_report.engine", "chromium")
        cls.env["ir.config_parameter"].set_param("report.url", False)
        cls.company = cls.env.company
        cls.company.write(
            {
                "external_report_layout_id": cls.env.ref("web.external_layout_standard").id,
                "report_footer": "<p>SIREN 123 456 789</p>",
                "paperformat_id": cls.env.ref("base.paperformat_euro").id,
            }
        )
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Client {letter}", "color": 0} for letter in "ABC"]
        )

    @classmethod
    def table(cls, lines: int | str) -> str:
        """Return the QWeb of a table of so many lines."""
        return f"""
            <table class="table">
                <thead><tr><th>Désignation</th><th>Montant</th></tr></thead>
                <tbody>
                    <tr t-foreach="range({lines})" t-as="i">
                        <td>Ligne <t t-out="i"/></td><td class="text-end">12,00</td>
                    </tr>
                </tbody>
            </table>"""

    @classmethod
    def report(cls, body: str, layout: str = "web.external_layout", **values):
        """Make a report on contacts.

        :param body: QWeb of the page; ``o`` is the contact
        :param layout: empty: only the body, in an article without header and footer
        :param values: of the report
        """
        number = cls.env["ir.ui.view"].search_count([]) + 1
        key = f"koban_report.test_{number}"
        page = f'<div class="page">{body}</div>'
        article = f"""
            <div class="article" t-att-data-oe-model="o._name" t-att-data-oe-id="o.id"
                 data-oe-lang="fr_FR">{page}</div>"""
        content = f'<t t-call="{layout}">{page}</t>' if layout else article
        cls.env["ir.ui.view"].create(
            {
                "type": "qweb",
                "name": key,
                "key": key,
                "arch": f"""
                    <t t-name="{key}">
                        <t t-call="web.html_container">
                            <t t-foreach="docs" t-as="o">{content}</t>
                        </t>
                    </t>""",
            }
        )
        return cls.env["ir.actions.report"].create(
            {"name": "Fiche", "model": "res.partner", "report_name": key, **values}
        )

    @classmethod
    def pdf(cls, report, records, **context) -> bytes:
        """Print as an administrator; Odoo prints HTML in tests unless told."""
        if report.env.uid == SUPERUSER_ID and "by_the_system" not in context:
            report = report.with_user(cls.env.ref("base.user_admin"))
        report = report.with_context(force_report_rendering=True, **context)
        content, kind = report._render_qweb_pdf(report.report_name, records.ids)
        assert kind == "pdf", kind
        return content

    @classmethod
    def reader(cls, report, records, **context) -> PdfReader:
        return PdfReader(io.BytesIO(cls.pdf(report, records, **context)))

    @classmethod
    def texts(cls, report, records, **context) -> list[str]:
        """Print, and return the text of each page with single spaces."""
        pages = cls.reader(report, records, **context).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    @staticmethod
    def picture_source(content: bytes) -> str:
        return f"data:image/png;base64,{base64.b64encode(content).decode()}"

    @staticmethod
    def colors(content: bytes, page: int = 0, dpi: int = 40) -> dict[tuple, int]:
        """Return how many points of a page have each colour, as the reader sees it."""
        found = rendered(content, page, dpi).getcolors(1 << 20)
        return {color: count for count, color in found}

    @staticmethod
    def browser_process():
        browser = current_browser()
        return browser and browser.process


def rendered(content: bytes, page: int = 0, dpi: int = 40) -> Image.Image:
    """Return a page of a PDF as a picture, drawn by poppler."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page + 1), "-l", str(page + 1), "-png", "-"]
    result = subprocess.run(command, input=content, capture_output=True, check=True, timeout=60)
    return Image.open(io.BytesIO(result.stdout)).convert("RGB")
