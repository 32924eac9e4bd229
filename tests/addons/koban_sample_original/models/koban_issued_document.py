from odoo import fields, models


class KobanIssuedDocument(models.Model):
    _inherit = "koban.issued.document"

    paper = fields.Selection(
        selection_add=[("sample", "Sample")], ondelete={"sample": lambda originals: None}
    )
