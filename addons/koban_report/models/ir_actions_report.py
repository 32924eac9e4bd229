"""Reports printed by Chromium: the records' side."""

import io
import logging
import shlex
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from odoo import api, fields, models
from odoo.api import Environment
from odoo.exceptions import AccessError, UserError
from odoo.modules import module
from odoo.service.server import CommonServer
from odoo.tools import split_every
from odoo.tools.misc import find_in_path
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, PdfReadError
from odoo.tools.safe_eval import safe_eval, time
from psycopg2.pool import PoolError

from odoo.addons.base.models import ir_actions_report as host
from odoo.addons.base.models.report_paperformat import PAPER_SIZES

from ..batch import Batch
from ..chromium import errors
from ..chromium.browser import OLDEST_VERSION, end_browser, find_program, shared_browser
from ..chromium.devtools import Deadline
from ..chromium.errors import ChromiumError
from ..chromium.page import Content
from ..document import Document, split
from ..join import join
from ..pack import pack
from ..paper import Paper, content, head, with_arguments
from ..pdf import finish, sized
from ..resources import resolver

_logger = logging.getLogger(__name__)

CommonServer.on_stop(end_browser)

# Records whose HTML is in memory at the same time. wkhtmltopdf takes all at once.
RECORDS_AT_ONCE = 50
# What pypdf raises on a broken or encrypted PDF.
UNREADABLE = (PdfReadError, TypeError, NotImplementedError, ValueError)
ENGINES = [
    ("automatic", "Automatic"),
    ("chromium", "Chromium"),
    ("wkhtmltopdf", "wkhtmltopdf"),
]


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    pdf_engine = fields.Selection(
        [("chromium", "Chromium"), ("wkhtmltopdf", "wkhtmltopdf")],
        string="PDF Engine",
        help="The program that turns this report into a PDF. Empty: the one of the settings.",
    )

    @api.model
    def get_wkhtmltopdf_state(self) -> str:
        """Say ``ok`` where Chromium prints: the web client and the host ask here before a print."""
        # The report is only known where the host prints it.
        engine = self.env.context.get("koban_report_engine") or self._get_pdf_engine()
        if engine == "chromium":
            return "ok"
        return super().get_wkhtmltopdf_state()

    def _get_pdf_engine(self) -> str:
        """Return the program that prints this report: ``chromium`` or ``wkhtmltopdf``."""
        own = self.sudo().pdf_engine  # whoever may print may know by which program
        if own:
            return own
        setting = self._get_chromium_parameter("engine", "automatic")
        if setting in ("chromium", "wkhtmltopdf"):
            return setting
        # Asked only where the program exists: else the host logs that PDFs need it.
        patched = self._has_wkhtmltopdf() and host._wkhtml().is_patched_qt
        return "wkhtmltopdf" if patched else "chromium"

    @api.model
    def _has_wkhtmltopdf(self) -> bool:
        """Tell whether the program wkhtmltopdf is where the host looks for it."""
        try:
            return bool(find_in_path("wkhtmltopdf"))
        except OSError:
            return False

    @api.model
    def _get_chromium_parameter(self, name: str, default: Any) -> Any:
        """Return a system parameter ``koban_report.*`` in the type of its default."""
        parameters = self.env["ir.config_parameter"].sudo()  # no secret; whoever prints needs it
        value = parameters.get_param(f"koban_report.{name}")
        if not value:
            return default
        try:
            return type(default)(value)
        except ValueError:
            _logger.warning("The system parameter koban_report.%s is wrong: %s", name, value)
            return default

    @api.model
    def _run_wkhtmltopdf(
        self,
        bodies,
        report_ref=False,
        header=None,
        footer=None,
        landscape=False,
        specific_paperformat_args=None,
        set_viewport_size=False,
    ):
        # set_viewport_size has no meaning here: the layout is as wide as the paper.
        report = self._get_report(report_ref) if report_ref else self
        if report._get_pdf_engine() != "chromium":
            return super()._run_wkhtmltopdf(
                bodies,
                report_ref=report_ref,
                header=header,
                footer=footer,
                landscape=landscape,
                specific_paperformat_args=specific_paperformat_args,
                set_viewport_size=set_viewport_size,
            )
        paper = report._get_print_paper(landscape, specific_paperformat_args or {})
        addresses = [self._get_report_url(), self.get_base_url()]
        given = self.env.context.get("koban_report_batch")
        batch = given if isinstance(given, Batch) else Batch()  # a client may send any context
        for document in split(bodies, header, footer, addresses):
            record = self._get_document_record(document)
            title = self._get_document_title(report, record)
            # Documents of one print may lie differently on the paper.
            sheet = with_arguments(paper, document.arguments)
            pdf = self._print_document(document, sheet, title)
            pdf = sized(pdf, sheet.width, sheet.height)
            pdf = finish(pdf, title, self._get_document_company(record).name)
            batch.add(pack(pdf), title, record.id if record._name == report.model else 0)
        return batch.stand_in() if batch is given and batch.separable else batch.whole()

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if report._get_pdf_engine() != "chromium":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        res_ids = res_ids or []
        streams = OrderedDict()
        parts = [res_ids]
        if len(set(res_ids)) == len(res_ids):
            parts = list(split_every(RECORDS_AT_ONCE, res_ids, list)) or parts
        for part in parts:
            found, separable = self._prepare_documents(report, report_ref, data, part)
            if not separable and len(parts) > 1:  # one document of all records: all at once
                return self._prepare_documents(report, report_ref, data, res_ids)[0]
            streams.update(found)
            if len(parts) > 1:
                self._send_progress(report, len(streams), len(res_ids))
        return streams

    @api.model
    def _send_progress(self, report: models.BaseModel, done: int, total: int) -> None:
        """Tell the person who prints how far it is."""
        _logger.info("%s: %s of %s printed", report.name, done, total)
        # By a cursor of its own: what the request does is committed once all is printed.
        with suppress(PoolError), self.env.registry.cursor() as cr:  # not worth losing the print
            user = self.env.user.with_env(self.env(cr=cr))
            message = {"title": report.name, "done": done, "total": total}
            user._bus_send("koban_report.progress", message)

    def _prepare_documents(
        self, report: models.BaseModel, report_ref: Any, data: dict | None, res_ids: list[int]
    ) -> tuple[dict, bool]:
        """Print records.

        :return: the host's streams by record; whether every record has its own
        """
        batch = Batch()
        context = {"koban_report_batch": batch, "koban_report_engine": "chromium"}
        self = self.with_context(**context)
        streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        if batch.separable:
            self._put_documents(report, batch, streams)
        separable = batch.separable or len(batch.pdfs) == len(res_ids) == 1 or not batch.pdfs
        return streams, separable and False not in streams

    @api.model
    def _put_documents(self, report: models.BaseModel, batch: Batch, streams: dict) -> None:
        """Put the documents where the host put the pages that stood for them.

        :param streams: the host's, by record; False stands for all documents together
        """
        printed = [
            res_id
            for res_id, stream in streams.items()
            # The host prints again unless it may take the stored document.
            if res_id and not (stream["attachment"] and report.attachment_use)
        ]
        parts = batch.by_record(printed)
        for res_id, stream in streams.items():
            if not res_id:
                stream["stream"] = io.BytesIO(batch.whole())
            elif stream["stream"] and res_id in parts:
                stream["stream"] = io.BytesIO(parts[res_id])

    @api.model
    def _merge_pdfs(self, streams, handle_error=None):
        """Merge as the host does, with an outline entry per document: its title."""
        handle_error = handle_error or self._handle_merge_pdfs_error
        if self._get_pdf_engine() != "chromium":
            return super()._merge_pdfs(streams, handle_error)
        try:
            titles = [self._get_pdf_title(stream, str(n)) for n, stream in enumerate(streams, 1)]
            result = join((stream.getvalue() for stream in streams), titles)
        except UNREADABLE:  # Unjoinable is a ValueError
            result = self._merge_each(streams, handle_error)
        streams.append(result)  # the caller closes what it finds there
        return result

    @api.model
    def _get_pdf_title(self, stream: io.BytesIO, default: str) -> str:
        return str((PdfFileReader(stream).metadata or {}).get("/Title") or default)

    @api.model
    def _merge_each(self, streams: list[io.BytesIO], handle_error: Callable) -> io.BytesIO:
        """Merge what can be read, and say what cannot.

        :param handle_error: called with each error and its stream
        """
        writer, starts, titles = PdfFileWriter(), [], []
        for stream in streams:
            start = writer.getNumPages()
            try:
                writer.appendPagesFromReader(PdfFileReader(stream))
                titles.append(self._get_pdf_title(stream, str(len(starts) + 1)))
                starts.append(start)
            except UNREADABLE as error:
                handle_error(error=error, error_stream=stream)
        result = io.BytesIO()
        try:
            for start, title in zip(starts, titles, strict=True):
                writer.add_outline_item(title=title, page_number=start)
            writer.write(result)
        except PdfReadError as error:
            raise UserError(
                self.env._("The documents cannot be put together in one PDF.")
            ) from error
        return result

    def _get_print_paper(self, landscape: bool | None, arguments: dict[str, Any]) -> Paper:
        """Return the paper of this report.

        :param landscape: what the caller says; None leaves it to the template
        :param arguments: what the template says: ``data-report-*``
        """
        paperformat = self.get_paperformat()
        turned = landscape or paperformat.orientation == "Landscape"
        if landscape is None:
            turned = turned or bool(arguments.get("data-report-landscape"))
        paper = Paper()
        if paperformat:
            paper = Paper(
                **self._get_paper_size(paperformat),
                margin_top=paperformat.margin_top,
                margin_bottom=paperformat.margin_bottom,
                margin_left=paperformat.margin_left,
                margin_right=paperformat.margin_right,
                header_spacing=paperformat.header_spacing,
                header_line=paperformat.header_line,
                shrink=not paperformat.disable_shrinking,
                dpi=paperformat.dpi or 96,
            )
        return with_arguments(paper.turned() if turned else paper, arguments)

    @api.model
    def _get_paper_size(self, paperformat: models.BaseModel) -> dict[str, float]:
        """Return width and height in mm, upright as the paper format gives them."""
        if paperformat.format == "custom":
            size = {"width": paperformat.page_width, "height": paperformat.page_height}
            return size if all(size.values()) else {}
        sizes = {size["key"]: size for size in PAPER_SIZES}
        size = sizes.get(paperformat.format, sizes["A4"])
        return {"width": size["width"], "height": size["height"]}

    @api.model
    def _get_document_record(self, document: Document) -> models.BaseModel:
        """Return the record that is printed, as the template says; empty if it does not."""
        model = self.env.get(document.model)
        return self.browse() if model is None else model.browse(document.res_id or ())

    @api.model
    def _get_document_title(self, report: models.BaseModel, record: models.BaseModel) -> str:
        """Return the PDF's title: the name its file gets, else the report's name."""
        if report.print_report_name and record and record._name == report.model:
            try:
                return str(safe_eval(report.print_report_name, {"object": record, "time": time}))
            except (ValueError, AccessError) as error:  # the file can be printed all the same
                _logger.warning("The name of %s cannot be computed: %s", record, error)
        return report.name or ""

    @api.model
    def _get_document_company(self, record: models.BaseModel) -> models.BaseModel:
        """Return the company whose document it is."""
        company = self.env.company
        if "company_id" in record:
            company = record.sudo().company_id or company  # its name stands on the document
        return company.sudo()  # as above

    @api.model
    def _print_document(self, document: Document, paper: Paper, title: str) -> bytes:
        """Return the PDF of one document.

        :raise UserError: when Chromium cannot print it
        """
        seconds = self._get_chromium_parameter("time_limit", 60.0)
        try:
            return self._print_in_browser(document, content(document, paper, title), seconds)
        except ChromiumError as error:
            _logger.warning("Chromium: %s: %s", type(error).__name__, error)
            raise UserError(self._get_chromium_message(error, title, seconds)) from error

    @api.model
    def _print_in_browser(self, document: Document, page: Content, seconds: float) -> bytes:
        deadline = Deadline(seconds)
        page_head = head(document, self._get_report_url())
        resolve = resolver(self._get_resource_env(document))
        with shared_browser(
            find_program(self._get_chromium_parameter("chromium", "")),
            tuple(shlex.split(self._get_chromium_parameter("arguments", ""))),
            self._get_chromium_parameter("restart_after", 500),
            deadline,
        ) as browser:
            if module.current_test:
                # The host's test classes look for processes that are left, and warn.
                module.current_test.addClassCleanup(end_browser)
            # Databases share the process, and nothing else.
            key = f"{self.env.cr.dbname}\n{page_head}"
            kept = browser.page(key, page_head, resolve, deadline)
            return kept.print(page, resolve, deadline)

    @api.model
    def _get_resource_env(self, document: Document) -> Environment:
        """Return the environment whose rights decide which pictures the document shows.

        That is the user who prints, without the ``sudo`` many prints run in: a text in the
        document may name any picture of the database. What the system prints by itself (a
        scheduled mail) shows what the document's author may see.
        """
        user = self.env.user
        if user._is_superuser():
            record = self._get_document_record(document)
            user = self._get_document_author(record) or self.env.ref("base.public_user")
        return self.env(user=user, su=False)

    @api.model
    def _get_document_author(self, record: models.BaseModel) -> models.BaseModel | None:
        """Return the person who made the document, or answers for it; None if nobody did."""
        for name in ("create_uid", "user_id"):
            field = record._fields.get(name) if record else None
            if field and field.comodel_name == "res.users":
                # Whose rights apply is no secret of the document's.
                user = record.sudo()[name]
                if user and not user._is_superuser():
                    return user
        return None

    @api.model
    def _get_chromium_message(self, error: ChromiumError, title: str, seconds: float) -> str:
        """Return what the user reads: what happened and what to do."""
        if isinstance(error, errors.ChromiumMissing):
            return self.env._(
                "The PDF cannot be printed: the program Chromium was not found (%(name)s).\n"
                "Ask your administrator to install the package “chromium” on the server, or to "
                "give its path in the system parameter koban_report.chromium.",
                name=str(error),
            )
        if isinstance(error, errors.ChromiumTooOld):
            return self.env._(
                "The PDF cannot be printed: %(version)s is too old, version %(oldest)s at least is "
                "needed.\nAsk your administrator to update the package “chromium” on the server.",
                version=str(error),
                oldest=OLDEST_VERSION,
            )
        if isinstance(error, errors.ChromiumTimeout):
            return self.env._(
                "“%(title)s” could not be printed within %(seconds)s seconds. Try again; if it "
                "happens again, print fewer pages at once, or ask your administrator to raise the "
                "system parameter koban_report.time_limit.",
                title=title,
                seconds=f"{seconds:g}",
            )
        return self.env._(
            "Chromium stopped while it was printing “%(title)s”: nothing was printed. Try again; "
            "if it happens again, ask your administrator to look at the server's log and memory.\n"
            "(%(message)s)",
            title=title,
            message=str(error)[:200],
        )
