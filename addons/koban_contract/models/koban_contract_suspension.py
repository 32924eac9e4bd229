from odoo import fields, models


class KobanContractSuspension(models.Model):
    """Days in which a contract is not billed: a closed site, a payment awaited."""

    _name = "koban.contract.suspension"
    _description = "Suspension of a Contract"
    _order = "date_from, id"

    contract_id = fields.Many2one("koban.contract", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True, help="Last day suspended.")
    reason = fields.Char()

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The end of the suspension is before its start."
    )
