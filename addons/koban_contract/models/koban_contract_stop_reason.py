from odoo import fields, models


class KobanContractStopReason(models.Model):
    """Why contracts end, to count them by reason."""

    _name = "koban.contract.stop.reason"
    _description = "Reason to End a Contract"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty to share the reason between companies."
    )
