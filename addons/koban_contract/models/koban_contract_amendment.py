from odoo import api, fields, models


class KobanContractAmendment(models.Model):
    """A change of a running contract from a day on; written by :meth:`koban.contract.amend`."""

    _name = "koban.contract.amendment"
    _description = "Contract Amendment"
    _inherit = ["koban.contract.act.mixin"]
    _order = "contract_id, number desc"

    _sealed_follow_up = {"company_id": "that of the contract"}

    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="contract_id.partner_id")
    number = fields.Integer(required=True, readonly=True)
    date = fields.Date(string="In Force from", required=True, readonly=True)
    reason = fields.Char(readonly=True)
    description = fields.Text(string="Changes", readonly=True)
    user_id = fields.Many2one("res.users", string="Amended by", required=True, readonly=True)
    line_ids = fields.One2many("koban.contract.line", "amendment_id", string="New Lines")

    _number_unique = models.Constraint(
        "UNIQUE (contract_id, number)", "A contract has one amendment of a number."
    )

    @api.depends("number", "contract_id.name")
    def _compute_display_name(self):
        for amendment in self:
            amendment.display_name = self.env._(
                "%(contract)s – Amendment %(number)s",
                contract=amendment.contract_id.name or amendment.contract_id.title,
                number=amendment.number,
            )
