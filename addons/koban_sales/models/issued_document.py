from odoo import fields, models


class KobanIssuedDocument(models.Model):
    _inherit = "koban.issued.document"

    # Without this addon the originals of its orders stay, as proof.
    paper = fields.Selection(
        selection_add=[("order", "Order")], ondelete={"order": lambda originals: None}
    )
