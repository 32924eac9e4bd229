from odoo import fields, models

GRACE_DAYS = 10


class KobanContractType(models.Model):
    _name = "koban.contract.type"
    _inherit = ["koban.contract.type"]

    reading_grace_days = fields.Integer(
        string="Reading Grace (Days)",
        default=GRACE_DAYS,
        help="A meter reading made so many days after a period at most still ends it.",
    )

    _grace_positive = models.Constraint(
        "CHECK(reading_grace_days >= 0)", "The days of grace cannot be negative."
    )
