from odoo import api, models

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
    def _with_file_pass(self, moves):
        return self.with_context(**moves._prepare_pass_context(fields=FILE_FIELDS))
