from odoo import fields, models


class KobanContractPeriod(models.Model):
    """Which readings a billed consumption lies between, and how much of it was included."""

    _name = "koban.contract.period"
    _inherit = ["koban.contract.period"]

    reading_from_id = fields.Many2one(
        "koban.meter.reading", string="First Reading", readonly=True, ondelete="set null"
    )
    reading_to_id = fields.Many2one(
        "koban.meter.reading", string="Last Reading", readonly=True, ondelete="set null"
    )
    consumed = fields.Float(
        string="Consumption", readonly=True, digits="Product Unit", help="Between both readings."
    )
    included = fields.Float(
        string="Included Volume",
        readonly=True,
        digits="Product Unit",
        help="Not billed: that of the period, and of those before that ended without a reading.",
    )
