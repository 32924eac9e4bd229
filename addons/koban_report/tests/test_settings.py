"""Which program prints."""

from contextlib import ExitStack
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import Form, HttpCase, tagged

from odoo.addons.base.models import ir_actions_report as host

from ..document import split
from ..models.ir_actions_report import IrActionsReport
from ..paper import Paper, length, with_arguments
from .common import ReportCase


def wkhtmltopdf(state="ok", patched=True):
    """Pretend what the host finds on the machine."""
    info = SimpleNamespace(state=state, is_patched_qt=patched, dpi_zoom_ratio=True, bin="none")
    stack = ExitStack()
    stack.enter_context(patch.object(host, "_wkhtml", lambda: info))
    stack.enter_context(
        patch.object(IrActionsReport, "_has_wkhtmltopdf", lambda report: state != "install")
    )
    return stack


@tagged("post_install", "-at_install", "koban_alone")
class TestEngine(ReportCase):
    def engine(self, setting: str, report=None) -> str:
        self.env["ir.config_parameter"].set_param("koban_report.engine", setting)
        return (report or self.env["ir.actions.report"])._get_pdf_engine()

    def test_automatic(self):
        for state, patched, expected in (
            ("install", False, "chromium"),
            ("ok", False, "chromium"),
            ("ok", True, "wkhtmltopdf"),
        ):
            with wkhtmltopdf(state, patched):
                self.assertEqual(self.engine("automatic"), expected)
                self.assertEqual(self.engine(""), expected)

    def test_by_setting_and_by_report(self):
        report = self.report("<p/>")
        with wkhtmltopdf():
            self.assertEqual(self.engine("chromium"), "chromium")
            self.assertEqual(self.engine("wkhtmltopdf"), "wkhtmltopdf")
            report.pdf_engine = "chromium"
            self.assertEqual(self.engine("wkhtmltopdf", report), "chromium")
            report.pdf_engine = "wkhtmltopdf"
            self.assertEqual(self.engine("chromium", report), "wkhtmltopdf")

    def test_nothing_says_that_wkhtmltopdf_is_missing(self):
        Report = self.env["ir.actions.report"]
        with wkhtmltopdf("install", False):
            self.engine("automatic")
            self.assertEqual(Report.get_wkhtmltopdf_state(), "ok")
            self.engine("wkhtmltopdf")
            self.assertEqual(Report.get_wkhtmltopdf_state(), "install")

    def test_a_report_printed_by_chromium_where_the_setting_is_wkhtmltopdf(self):
        report = self.report("<p>Texte</p>")
        with wkhtmltopdf("install", False):
            self.engine("wkhtmltopdf")
            with self.assertRaises(UserError):
                self.pdf(report, self.partners[0])
            report.pdf_engine = "chromium"
            self.assertIn("Texte", self.texts(report, self.partners[0])[0])

    def test_wkhtmltopdf_prints_as_before(self):
        report = self.report("<p>Texte</p>", pdf_engine="wkhtmltopdf")
        with (
            wkhtmltopdf(),
            patch.object(host, "_run_wkhtmltopdf", side_effect=RuntimeError("called")) as run,
            self.assertRaisesRegex(RuntimeError, "called"),
        ):
            self.pdf(report, self.partners[0])
        self.assertEqual(run.call_count, 1)

    def test_general_settings(self):
        with Form(self.env["res.config.settings"]) as form:
            form.koban_report_engine = "wkhtmltopdf"
        form.record.execute()
        self.assertEqual(self.env["ir.actions.report"]._get_pdf_engine(), "wkhtmltopdf")

    def test_a_wrong_parameter_is_said_and_ignored(self):
        self.env["ir.config_parameter"].set_param("koban_report.time_limit", "soon")
        with self.assertLogs("odoo.addons.koban_report", "WARNING"):
            value = self.env["ir.actions.report"]._get_chromium_parameter("time_limit", 60.0)
        self.assertEqual(value, 60.0)

    def test_length(self):
        for text, expected in (
            ("30", 30),
            (30.5, 30.5),
            ("30mm", 30),
            ("3 cm", 30),
            ("1in", 25.4),
            ("", None),
            ("wide", None),
            (None, None),
        ):
            self.assertEqual(length(text), expected, text)

    def test_arguments_of_the_template(self):
        paper = Paper(margin_top=40, header_spacing=35, margin_bottom=20)
        arguments = {"data-report-margin-top": "0", "data-report-margin-bottom": "x"}
        changed = with_arguments(paper, {**arguments, "data-report-header-spacing": 10})
        self.assertEqual((changed.margin_top, changed.margin_bottom), (0, 20))
        self.assertEqual(changed.header_spacing, 10)
        self.assertEqual(changed.header_top, 0)
        self.assertEqual(with_arguments(paper, None), paper)

    def test_scale(self):
        """As the host's reports come out of wkhtmltopdf: its own layout tests pass with these."""
        self.assertAlmostEqual(Paper(dpi=90).scale, 0.8533, 4)
        self.assertAlmostEqual(Paper(dpi=96).scale, 0.8)
        self.assertAlmostEqual(Paper(dpi=96, shrink=False).scale, 1)
        self.assertEqual(with_arguments(Paper(), {"data-report-dpi": "120"}).dpi, 120)
        self.assertEqual(with_arguments(Paper(), {"data-report-dpi": "0"}).dpi, 96)

    def test_split(self):
        page = "\n<!DOCTYPE html><html><head><link rel='stylesheet' href='/a.css'/></head>"
        page += "<body class='o_body_pdf container overflow-hidden' dir='rtl'>%s</body></html>"
        article = "<div class='article' data-oe-model='m' data-oe-id='%s' data-oe-lang='fr_FR'>é"
        headers = "<div id='minimal_layout_report_headers'><div>a</div><div>b <i class='page'/>"
        first, second, third = split(
            [page % (article % number) for number in (1, 2, 3)],
            page % headers,
            None,
            ["http://a.b"],
        )
        self.assertEqual((first.model, first.res_id, first.lang), ("m", 1, "fr-FR"))
        self.assertEqual(first.direction, "rtl")
        self.assertIn('class="o_body_pdf container"', first.body)
        self.assertIn("é", first.body)
        self.assertIn('href="http://odoo.invalid/a.css"', first.head)
        self.assertEqual((first.header_numbered, second.header_numbered), (False, True))
        self.assertIn(">b <", second.header)
        self.assertEqual((third.header, third.footer), ("", ""))


@tagged("post_install", "-at_install")
class TestRoutes(HttpCase):
    def setUp(self):
        super().setUp()
        self.env["ir.config_parameter"].set_param("koban_report.engine", "chromium")
        self.authenticate("admin", "admin")

    def test_the_web_client_asks_and_downloads(self):
        state = self.make_jsonrpc_request("/report/check_wkhtmltopdf", {})
        self.assertEqual(state, "ok")
        context = '{"force_report_rendering": true}'
        response = self.url_open(f"/report/pdf/web.preview_externalreport?context={context}")
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertTrue(response.content.startswith(b"%PDF"))
