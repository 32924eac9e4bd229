from odoo import fields, models


class KobanContractType(models.Model):
    """When to write to the customer, and when to think of denouncing."""

    _name = "koban.contract.type"
    _inherit = ["koban.contract.type"]

    letter_days = fields.Integer(
        string="Letter (Days before the Deadline)",
        default=30,
        help="Professional customers are told of the tacit renewal so many days before the last "
        "day to refuse it; 0: never. Consumers and non-professionals are always told, between "
        "three months and one month before (article L215-1 of the consumer code).",
    )
    alarm_days = fields.Integer(
        string="Reminder (Days before the Deadline)",
        default=30,
        help="An activity reminds of the last day to denounce a supplier's contract that is "
        "tacitly renewed, and of the end of one that is renewed by a person.",
    )

    _days_positive = models.Constraint(
        "CHECK(letter_days >= 0 AND alarm_days >= 0)", "Days cannot be negative."
    )
