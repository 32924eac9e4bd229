from odoo import api, fields, models


class KobanSample(models.Model):
    """The sample is a paper: texts around its lines, and an original once it leaves."""

    _name = "koban.sample"
    _inherit = ["koban.issued.mixin", "koban.document.text.mixin", "koban.sample"]

    # Words that stay editable; who reads them prints them.
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | self._get_document_text_fields()

    @api.model
    def _get_main_paper(self):
        return "sample"

    @api.model
    def _get_main_report(self):
        return self.env.ref("koban_sample_original.action_report_sample")
