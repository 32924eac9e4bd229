from odoo import api, fields, models

from .koban_contract_type import KINDS

MOVEMENT_KINDS = [
    ("new", "New"),
    ("added", "Added"),
    ("revised", "Revised"),
    ("removed", "Removed"),
    ("churn", "Churn"),
]


class KobanContractMovement(models.Model):
    """A change of the recurring revenue: their sum up to a day is what it was on that day."""

    _name = "koban.contract.movement"
    _description = "Movement of Recurring Revenue"
    _inherit = ["koban.append.only.mixin"]
    # An amendment drops a line that would never bill; the host drops users.
    _released_columns = ("line_id", "user_id")
    _order = "date desc, id desc"
    _rec_name = "date"

    date = fields.Date(required=True, readonly=True, index=True)
    kind = fields.Selection(MOVEMENT_KINDS, required=True, readonly=True)
    amount = fields.Monetary(
        string="Monthly Change",
        required=True,
        readonly=True,
        help="Change of the monthly revenue, in the currency of the company, excluding tax.",
    )
    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    line_id = fields.Many2one(
        "koban.contract.line", readonly=True, index="btree_not_null", ondelete="set null"
    )
    contract_kind = fields.Selection(KINDS, string="Party", required=True, readonly=True)
    # As they were then: the figures of a month that is over do not change.
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )
    type_id = fields.Many2one("koban.contract.type", readonly=True, ondelete="restrict")
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, ondelete="set null")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model
    def _append(self, vals_list):
        """Write movements down, in the name of the software.

        :param vals_list: values of the rows, as ``create`` takes them
        """
        # Past the mixin, which refuses whoever asks by hand.
        return models.Model.create(self.sudo(), vals_list)
