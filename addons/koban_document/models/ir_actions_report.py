import io

from odoo import api, models
from pypdf import PdfReader, PdfWriter


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        streams = super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)
        report = self._get_report(report_ref)
        documents = report._get_modelled_documents(res_ids)
        for document in documents:
            model = document._get_printed_model()
            stream = streams.get(document.id, {}).get("stream")
            if stream and model.conditions != "none" and model.conditions_file:
                streams[document.id]["stream"] = self._add_conditions(stream, model)
        previewed = isinstance(self.env.context.get("document_model_preview"), models.BaseModel)
        if documents and not previewed:
            self.env["koban.document.print"]._record(documents)
        return streams

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
        """Return the PDF followed by the one of the model's conditions."""
        conditions = model._get_conditions_reader()
        if not conditions:  # checked when it was chosen: a document prints without
            return stream
        pages = PdfReader(io.BytesIO(stream.getvalue()))
        writer = PdfWriter(clone_from=pages)
        if model.conditions == "overleaf" and len(pages.pages) % 2 == 0:
            writer.add_blank_page()
        writer.append(conditions, import_outline=False)
        result = io.BytesIO()
        writer.write(result)
        return result
