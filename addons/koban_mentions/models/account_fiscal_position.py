from odoo import fields, models


class AccountFiscalPosition(models.Model):
    _inherit = "account.fiscal.position"

    reverse_charge = fields.Selection(
        [
            ("construction", "Construction subcontracting"),
            ("other", "Other case of article 283"),
        ],
        string="Domestic Reverse Charge",
        help="The customer owes the VAT: “Autoliquidation” is printed, and the amounts are said to "
        "be before tax.",
    )
