"""Tools of the tests that look at printed documents, page by page.

Reference pictures lie in ``tests/pictures`` of each addon, small and coarse. After a wanted change
of a layout, renew them and look at them:

    KOBAN_RENEW_PICTURES=1 python -m pytest … addons/koban_invoice/tests/test_paper.py
"""

import base64
import hashlib
import io
import os
import subprocess
from pathlib import Path

from odoo.tools import file_path
from PIL import Image, ImageChops, ImageDraw
from pypdf import PdfReader

DPI = 50
# A page is compared in squares of so many points, by their mean: fonts may differ by a hair.
SQUARE = 8
# How much a square may differ (of 255), and which share of them may differ more.
SQUARE_TOLERANCE = 20
SHARE_TOLERANCE = 0.015
# Addons whose papers are looked at in French.
TRANSLATED = (
    "koban_document",
    "koban_mentions",
    "koban_original",
    "koban_invoice",
    "koban_sales",
    "koban_ecotax",
    "koban_contract",
)


def make_logo(width=300, height=120, color="#1F5F5B") -> bytes:
    """Return a logo in base 64."""
    image = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(image).rectangle((10, 10, height - 10, height - 10), fill=color)
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return base64.b64encode(stream.getvalue())


def make_pdf(pages=1) -> bytes:
    """Return a PDF of blank pages, in base 64."""
    stream = io.BytesIO()
    images = [Image.new("RGB", (210, 297), "#DDDDDD") for _page in range(pages)]
    images[0].save(stream, "PDF", save_all=True, append_images=images[1:])
    return base64.b64encode(stream.getvalue())


def draw(pdf: bytes, page: int, dpi: int = DPI) -> Image.Image:
    """Return a page as poppler draws it, in grey.

    :param page: from 1
    """
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), "-gray", "-"]
    result = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=60)
    return Image.open(io.BytesIO(result.stdout)).convert("L")


def get_difference(one: Image.Image, two: Image.Image) -> float:
    """Return the share of squares in which two pictures differ."""
    if abs(one.width - two.width) > 2 or abs(one.height - two.height) > 2:
        return 1.0
    size = (one.width // SQUARE, one.height // SQUARE)
    coarse = [image.resize(size, Image.Resampling.BOX) for image in (one, two)]
    values = ImageChops.difference(*coarse).tobytes()
    return sum(value > SQUARE_TOLERANCE for value in values) / len(values)


def load_french(env) -> None:
    """Have French, with the terms that the files of the addons hold now.

    An upgrade of a development database does not replace terms: those of a database that has
    them already are known by the digest of the files.
    """
    env["res.lang"]._activate_lang("fr_FR")
    addons = [name for name in TRANSLATED if name in env.registry._init_modules]
    files = [Path(file_path(f"{name}/i18n/fr.po")).read_bytes() for name in addons]
    digest = hashlib.sha256(b"".join(files)).hexdigest()
    parameters = env["ir.config_parameter"]
    if parameters.get_param("koban_test.french") != digest:
        env["ir.module.module"]._load_module_terms(addons, ["fr_FR"], overwrite=True)
        parameters.set_param("koban_test.french", digest)


class PaperMixin:
    """Printing, for a test case of an addon that has reports. Call ``set_up_paper`` first."""

    # Addon of the reference pictures.
    picture_addon = "koban_document"

    @classmethod
    def set_up_paper(cls):
        """Give the company a paper of its own, whatever the database."""
        load_french(cls.env)
        parameters = cls.env["ir.config_parameter"]
        parameters.set_param("koban_report.engine", "chromium")
        parameters.set_param("report.url", False)
        cls.company.write(
            {
                "name": "Atelier Test SARL",
                "street": "12 chemin de la Scierie",
                "street2": False,
                "zip": "69210",
                "city": "L'Arbresle",
                "phone": "+33 4 65 71 20 30",
                "email": "contact@atelier.example",
                "website": "https://atelier.example",
                "vat": "FR11123456782",
                "company_registry": "12345678200010",
                "font": "Lato",
                "primary_color": "#1F5F5B",
                "secondary_color": "#B5651D",
                "logo": make_logo(),
                "report_header": False,
                "report_footer": "<p>Atelier Test SARL au capital de 50 000 € – RCS Lyon</p>",
                "paperformat_id": cls.env.ref("base.paperformat_euro").id,
            }
        )
        cls.company._create_ready_models()

    @classmethod
    def get_models(cls, kind):
        """Return the models of a kind of the company, in their order."""
        return cls.env["koban.document.model"].search(
            [("company_id", "=", cls.company.id), ("kind", "=", kind)]
        )

    def print_pdf(self, report, records, user=None, **context) -> bytes:
        """Print as a person does; Odoo prints HTML in tests unless told."""
        user = user or self.env.ref("base.user_admin")
        report = self.env.ref(report).with_user(user)
        report = report.with_context(force_report_rendering=True, lang="fr_FR", **context)
        content, kind = report._render_qweb_pdf(report.report_name, records.ids)
        self.assertEqual(kind, "pdf")
        return content

    def read_pages(self, pdf) -> list[str]:
        """Return the text of each page, with single spaces."""
        pages = PdfReader(io.BytesIO(pdf)).pages
        return [" ".join(page.extract_text().split()) for page in pages]

    def get_picture_path(self, name) -> Path:
        folder = file_path(f"{self.picture_addon}/tests/__init__.py")
        return Path(folder).parent / "pictures" / f"{name}.png"

    def assert_looks(self, pdf, name, page=1):
        """The page looks as its reference picture does."""
        picture = draw(pdf, page)
        path = self.get_picture_path(name)
        if os.environ.get("KOBAN_RENEW_PICTURES"):
            path.parent.mkdir(exist_ok=True)
            picture.quantize(16).save(path, optimize=True)
            return
        difference = get_difference(picture, Image.open(path).convert("L"))
        self.assertLess(difference, SHARE_TOLERANCE, f"{name} looks otherwise")
