from odoo import fields, models


class KobanSampleLine(models.Model):
    _name = "koban.sample.line"
    _description = "Line of a sample"
    _inherit = ["koban.document.line.mixin"]

    _document_field = "sample_id"

    sample_id = fields.Many2one("koban.sample", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    price = fields.Float()
