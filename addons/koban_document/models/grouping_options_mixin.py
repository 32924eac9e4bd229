from odoo import fields, models


class GroupingOptionsMixin(models.AbstractModel):
    """The options of a group that the host gives to the lines of orders and invoices only."""

    _name = "koban.grouping.options.mixin"
    _description = "Options of a line grouping"

    collapse_prices = fields.Boolean(
        string="Hide Prices", help="The prices of the lines of the group are not shown."
    )
    collapse_composition = fields.Boolean(
        string="Hide Composition", help="Only the total of the group is shown."
    )
