from odoo import fields, models


class KobanIssuedDocument(models.Model):
    _inherit = "koban.issued.document"

    # Without this addon the originals of its invoices stay, as proof.
    paper = fields.Selection(
        selection_add=[("invoice", "Invoice"), ("einvoice", "Electronic Invoice (XML)")],
        ondelete={"invoice": lambda originals: None, "einvoice": lambda originals: None},
    )
