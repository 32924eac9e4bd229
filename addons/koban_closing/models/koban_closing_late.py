from odoo import fields, models


class KobanClosingLate(models.Model):
    """A document validated in a closed month under an exception; the next closing counts it."""

    _name = "koban.closing.late"
    _inherit = "koban.closing.part"
    _sealed_follow_up = {
        "company_id": "that of the closing",
        "exception_id": "the exception is an event of its own, with who, until when and why",
    }
    _description = "Late document"
    _order = "id"
    _rec_name = "name"

    company_id = fields.Many2one("res.company", required=True, ondelete="restrict")
    res_model = fields.Char(string="Model", required=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", required=True)
    name = fields.Char(string="Document", required=True)
    date = fields.Date(string="Document Date", required=True)
    exception_id = fields.Many2one("account.lock_exception", ondelete="restrict")
    closing_id = fields.Many2one(
        "koban.closing", string="Counted In", index=True, ondelete="restrict"
    )

    _document_unique = models.Constraint(
        "UNIQUE(res_model, res_id)", "A document is late only once."
    )
    _pending_idx = models.Index("(company_id, res_model) WHERE closing_id IS NULL")
