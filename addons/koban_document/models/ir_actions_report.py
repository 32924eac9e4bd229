import io

from odoo import api, models
from pypdf import PdfReader, PdfWriter

from odoo.addons.koban_report.pack import pack


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
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
