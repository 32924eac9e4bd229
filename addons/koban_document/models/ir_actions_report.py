import io
from collections import OrderedDict
from collections.abc import Callable
from contextlib import nullcontext

from odoo import api, models
from pypdf import PdfReader, PdfWriter

from odoo.addons.koban_guard.tools.frozen_view import get_shown, viewing
from odoo.addons.koban_report.pack import pack

from ..tools.pages import join_pages

# Says that documents are shown as of their validation already: no client can send an object.
AS_VALIDATED = object()
VIEW_KEY = "koban_document_view"


class IrActionsReport(models.Model):
    """Documents print by their model, and with the names of their validation."""

    _inherit = "ir.actions.report"

    # ------------------------------------------------------------------
    # Names of the validation (decision 9)
    # ------------------------------------------------------------------
    def _do_as_validated(self, report_ref, res_ids, do: Callable) -> list:
        """Print documents with the names of their validation: together, where these agree.

        :param do: called with the reports to print by, and with ids; once for most prints
        :return: what it returned, each time
        """
        ids = [res_ids] if isinstance(res_ids, int) else list(res_ids or [])
        documents = self.env.get(self._get_report(report_ref).model)
        seen = self.env.context.get(VIEW_KEY) is AS_VALIDATED
        if seen or not any(ids) or not hasattr(documents, "_group_by_names"):
            return [do(self, res_ids)]
        reports = self.with_context(**{VIEW_KEY: AS_VALIDATED})
        shown, results = get_shown(self.env), []
        for group, values in documents.browse(ids)._group_by_names():
            with nullcontext() if values == shown else viewing(self.env, values):
                results.append(do(reports, group.ids))
        return results

    @api.model
    def _render_qweb_html(self, report_ref, docids, data=None):
        def render(reports, ids):
            given = dict(data) if data else data
            return super()._render_qweb_html(report_ref, ids, given)[0]

        pages = self._do_as_validated(report_ref, docids, render)
        return (pages[0] if len(pages) == 1 else join_pages(pages)), "html"

    def _print_as_validated(self, report_ref, res_ids, prepare: Callable) -> dict:
        """Return the streams of documents, printed with the names of their validation.

        An addon whose documents get more than pages by a module that loads after this one calls it
        around that too.

        :param prepare: called with the reports to print by, and with ids; returns streams as
            ``_render_qweb_pdf_prepare_streams`` does
        """
        parts = self._do_as_validated(report_ref, res_ids, prepare)
        if len(parts) == 1:
            return parts[0]
        if any(False in part for part in parts):  # PDFs that cannot be cut: one by one
            parts = []
            for id_ in OrderedDict.fromkeys(res_ids):
                [part] = self._do_as_validated(report_ref, [id_], prepare)
                parts.append({id_: part.get(id_) or part[False]})
        streams = {id_: stream for part in parts for id_, stream in part.items()}
        return OrderedDict((id_, streams[id_]) for id_ in OrderedDict.fromkeys(res_ids))

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        def prepare(reports, ids):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=ids)

        streams = self._print_as_validated(report_ref, res_ids, prepare)
        report = self._get_report(report_ref)
        documents = report._get_modelled_documents(res_ids)
        for document in documents:
            model = document._get_printed_model()
            stream = streams.get(document.id, {}).get("stream")
            if stream and model._get_printed_conditions():
                streams[document.id]["stream"] = self._add_conditions(stream, model)
        if documents and not self.env["koban.document.model"]._get_previewed():
            self._record_prints(documents)
        return streams

    @api.model
    def _record_prints(self, documents):
        """Record that documents were printed with a document model."""
        self.env["koban.document.print"]._record(documents)

    def _get_modelled_documents(self, res_ids):
        """Return the documents that this report prints with a document model."""
        if not res_ids or self.report_name not in self._get_modelled_reports():
            return []
        return self.env[self.model].browse(res_ids).filtered(lambda d: d._get_printed_model())

    @api.model
    def _get_modelled_reports(self) -> set[str]:
        """Return the names of the reports that a document model changes."""
        return {"account.report_invoice", "account.report_invoice_with_payments"}

    @api.model
    def _add_conditions(self, stream: io.BytesIO, model) -> io.BytesIO:
        """Return the PDF with the model's conditions where they belong.

        Overleaf begins on an even page, whatever the document's length: Chromium knows no
        ``break-before: left``.
        """
        reader = PdfReader(io.BytesIO(stream.getvalue()))
        conditions = model._get_conditions_reader()
        start = len(reader.pages) if conditions else self._get_conditions_start(reader)
        blank = model.conditions == "overleaf" and start is not None and start % 2 == 0
        if not conditions and not blank:
            return stream
        writer = PdfWriter(clone_from=reader)
        if conditions:
            writer.append(conditions, import_outline=False)
        if blank:
            box = reader.pages[0].mediabox
            writer.insert_blank_page(box.width, box.height, start)
        result = io.BytesIO()
        writer.write(result)
        return io.BytesIO(pack(result.getvalue()))  # pypdf writes the tags in full

    @api.model
    def _get_conditions_start(self, reader: PdfReader) -> int | None:
        """Return the index of the page where the text of the conditions begins."""
        names = reader.named_destinations
        destination = names.get("kd-conditions") or names.get("/kd-conditions")
        if destination is None:
            return None
        page = destination.raw_get("/Page")
        # Chromium writes the position of the page, others a reference to it.
        return int(page) if isinstance(page, int) else reader.get_page_number(page.get_object())
