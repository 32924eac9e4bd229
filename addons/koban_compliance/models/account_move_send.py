from odoo import api, models

from odoo.addons.koban_report.pack import pack

# What sending an invoice attaches to it; nobody else may replace these files.
FILE_FIELDS = {
    "invoice_pdf_report_file",
    "invoice_pdf_report_id",
    "ubl_cii_xml_file",
    "ubl_cii_xml_id",
}


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _generate_and_send_invoices(self, moves, **kwargs):
        opened = self._with_file_pass(moves)
        attachments = super(AccountMoveSend, opened)._generate_and_send_invoices(
            moves.with_env(opened.env), **kwargs
        )
        return attachments and attachments.with_env(self.env)

    @api.model
    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        result = super()._hook_invoice_document_after_pdf_report_render(invoice, invoice_data)
        for kind in ("pdf_attachment_values", "proforma_pdf_attachment_values"):
            values = invoice_data.get(kind)
            if values and values.get("raw"):
                # The host writes the PDF anew to embed the XML, with its tags in full.
                values["raw"] = pack(values["raw"])
        return result

    @api.model
    def _with_file_pass(self, moves):
        return self.with_context(**moves._prepare_pass_context(fields=FILE_FIELDS))
