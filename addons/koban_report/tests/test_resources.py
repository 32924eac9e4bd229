"""Pictures, style sheets and barcodes, answered without a server."""

import base64
import io
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from pypdf import PdfReader

from ..chromium.browser import end_browser
from ..resources import resolver
from .common import ReportCase, picture

GREEN, BLUE, RED = "#00A000", "#0000FF", "#D9534F"
COLORS = {GREEN: (0, 160, 0), BLUE: (0, 0, 255), RED: (217, 83, 79)}


@tagged("post_install", "-at_install")
class TestResources(ReportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://gestion.example.com")
        cls.attachment = cls.env["ir.attachment"].create(
            {"name": "image.png", "raw": picture(60, 60, GREEN)}
        )

    def shows(self, body: str, color: str, **context) -> bool:
        """Tell whether the printed page has points of this colour."""
        content = self.pdf(self.report(body, layout=""), self.partners[0], **context)
        return COLORS[color] in self.colors(content)

    def image(self, url: str) -> str:
        return f'<img src="{url}" style="width:40mm;height:40mm"/>'

    def test_attachment(self):
        self.assertTrue(self.shows(self.image(f"/web/image/{self.attachment.id}"), GREEN))

    def test_address_with_our_own_host(self):
        url = f"https://gestion.example.com/web/image/{self.attachment.id}"
        self.assertTrue(self.shows(self.image(url), GREEN))

    def test_address_for_reports_and_address_for_people(self):
        self.env["ir.config_parameter"].set_param("report.url", "http://127.0.0.1:8069")
        for base in ("http://127.0.0.1:8069", "https://gestion.example.com", ""):
            self.assertTrue(self.shows(self.image(f"{base}/web/image/{self.attachment.id}"), GREEN))

    def test_picture_field_not_yet_committed(self):
        self.partners[0].image_1920 = base64.b64encode(picture(300, 300, BLUE))
        url = f"/web/image/res.partner/{self.partners[0].id}/image_1920/100x100"
        self.assertTrue(self.shows(self.image(url), BLUE))

    def test_background_and_style_sheet_of_the_document(self):
        url = f"/web/image/{self.attachment.id}"
        style = f"width:40mm;height:40mm;background-image:url('{url}')"
        self.assertTrue(self.shows(f'<div style="{style}"/>', GREEN))
        css = f".kr-test {{ width:40mm; height:40mm; background: url({url}); }}"
        self.assertTrue(self.shows(f'<style>{css}</style><div class="kr-test"/>', GREEN))

    def test_svg_picture(self):
        size = 'width="9" height="9"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="{BLUE}"/></svg>'
        attachment = self.env["ir.attachment"].create({"name": "a.svg", "raw": svg.encode()})
        attachment.mimetype = "image/svg+xml"
        self.assertTrue(self.shows(self.image(f"/web/image/{attachment.id}"), BLUE))

    def test_static_file_logo_and_font(self):
        resolve = resolver(self.env)
        self.assertEqual(resolve("/web/static/img/logo.png").mimetype, "image/png")
        self.company.logo = base64.b64encode(picture(60, 60, BLUE))
        self.assertTrue(self.shows(self.image(f"/logo.png?company={self.company.id}"), BLUE))
        report = self.report('<p style="font-family: Lato">Texte</p>')
        reader = self.reader(report, self.partners[0])
        fonts = [font["/BaseFont"] for font in reader.pages[0]["/Resources"]["/Font"].values()]
        self.assertTrue(any("Lato" in font for font in fonts), fonts)

    def test_style_sheet_made_on_demand(self):
        """Nothing is stored yet: the print makes the bundle."""
        domain = [("url", "=like", "/web/assets/%report_assets_common%")]
        self.env["ir.attachment"].search(domain).unlink()
        self.env.registry.clear_cache("assets")
        end_browser()
        content = self.pdf(self.report(self.table(1)), self.partners[0])
        self.assertIn("Désignation", PdfReader(io.BytesIO(content)).pages[0].extract_text())
        self.assertTrue(self.env["ir.attachment"].search(domain))

    def test_barcode(self):
        """By the host's function; its drawing is the host's matter."""
        drawn = []

        def barcode(report, kind, value, **options):
            drawn.append((kind, value, options))
            return picture(60, 30, BLUE)

        with patch.object(self.env.registry["ir.actions.report"], "barcode", barcode):
            url = "/report/barcode/QR/A%2FB?width=60&amp;height=30"
            self.assertTrue(self.shows(self.image(url), BLUE))
            url = "/report/barcode/?barcode_type=Code128&amp;value=123&amp;width=60"
            self.assertTrue(self.shows(self.image(url), BLUE))
        self.assertEqual(
            drawn,
            [("QR", "A/B", {"width": "60", "height": "30"}), ("Code128", "123", {"width": "60"})],
        )

    def test_broken_pictures_do_not_stop_the_print(self):
        broken = self.env["ir.attachment"].create({"name": "b.png", "raw": b"\x89PNG\r\n\x1a\nno"})
        body = "<p>Avant</p>"
        body += self.image(f"/web/image/{broken.id}/20x20")
        body += self.image("/web/image/999999999")
        body += self.image("/web/image/res.partner/1/nothing")
        body += self.image("/nowhere/static/img/a.png")
        body += self.image("/my/route")
        body += self.image("data:image/png;base64,AAAA")
        body += self.image("/report/barcode/Nothing/%00")
        body += f"<p>Après</p>{self.image(f'/web/image/{self.attachment.id}')}"
        report = self.report(body, layout="")
        with self.assertLogs("odoo.addons.koban_report", "INFO"):
            content = self.pdf(report, self.partners[0])
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        self.assertIn("Avant", texts[0])
        self.assertIn("Après", "".join(texts))
        self.assertIn(COLORS[GREEN], self.colors(content, len(texts) - 1))

    def test_a_huge_picture(self):
        big = picture(6000, 6000, RED, "JPEG")
        attachment = self.env["ir.attachment"].create({"name": "big.jpg", "raw": big})
        body = f'<img src="/web/image/{attachment.id}"/><p>Après</p>'
        pages = self.texts(self.report(body), self.partners[0])
        self.assertIn("Après", "".join(pages))
        self.assertIn("Page 1 /", pages[0])

    def test_files_of_the_machine_and_other_servers_are_not_loaded(self):
        for url in ("file:///etc/passwd", "http://127.0.0.1:1/a.png", "//example.org/a.png"):
            report = self.report(f'<p>Texte</p><iframe src="{url}"/>{self.image(url)}')
            content = self.pdf(report, self.partners[0])
            text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
            self.assertIn("Texte", text)
            self.assertNotIn("root:", text)

    def test_no_way_out_of_the_addons(self):
        resolve = resolver(self.env)
        for url in (
            "/web/static/../__manifest__.py",
            "/web/static/%2e%2e/__manifest__.py",
            "/base/static/../../../../../etc/passwd",
        ):
            self.assertIsNone(resolve(url), url)

    def test_links_stay_links_of_the_server(self):
        report = self.report('<a href="/my/orders">Commandes</a>', layout="")
        page = self.reader(report, self.partners[0]).pages[0]
        links = [a.get_object()["/A"]["/URI"] for a in page["/Annots"]]
        self.assertEqual(links, ["https://gestion.example.com/my/orders"])

    def test_rights_are_those_of_the_user_even_under_sudo(self):
        """A portal user prints by sudo; a text may name any picture."""
        self.attachment.write({"res_model": "res.partner", "res_id": self.company.partner_id.id})
        portal = new_test_user(self.env, "koban_portal", groups="base.group_portal")
        report = self.report(self.image(f"/web/image/{self.attachment.id}"), layout="")
        mine = self.pdf(report, self.partners[0])
        self.assertIn(COLORS[GREEN], self.colors(mine))
        theirs = self.pdf(report.with_user(portal).sudo(), self.partners[0])
        self.assertNotIn(COLORS[GREEN], self.colors(theirs))
        with self.assertRaises(AccessError):
            self.attachment.with_user(portal).read(["raw"])

    def test_the_kept_page_forgets_pictures(self):
        """Another user's, and one that has changed since."""
        report = self.report(self.image(f"/web/image/{self.attachment.id}"), layout="")
        self.assertIn(COLORS[GREEN], self.colors(self.pdf(report, self.partners[0])))
        self.attachment.raw = picture(60, 60, BLUE)
        colors = self.colors(self.pdf(report, self.partners[0]))
        self.assertIn(COLORS[BLUE], colors)
        self.assertNotIn(COLORS[GREEN], colors)

    def test_the_system_shows_what_the_author_may_see(self):
        author = new_test_user(self.env, "koban_author", groups="base.group_user")
        partner = self.env["res.partner"].with_user(author).sudo().create({"name": "Client D"})
        mine = (
            self.env["ir.attachment"]
            .with_user(author)
            .create({"name": "a.png", "raw": picture(60, 60, BLUE)})
        )
        url = "/web/image/%s"
        report = self.report(
            self.image(url % mine.id) + self.image(url % self.attachment.id), layout=""
        )
        root = self.env.ref("base.user_root")
        content = self.pdf(report.with_user(root), partner, by_the_system=True)
        colors = self.colors(content)
        self.assertIn(COLORS[BLUE], colors)
        self.assertNotIn(COLORS[GREEN], colors)
