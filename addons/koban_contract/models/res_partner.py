from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public


class ResPartner(models.Model):
    """The contracts of a customer, on his form (rows 0-05, 2-65)."""

    _inherit = "res.partner"

    koban_contract_ids = fields.One2many(
        "koban.contract",
        string="Contracts of the Contact",
        compute="_compute_contracts",
        help="Those of the company and of its contacts; of a contact, his own.",
    )
    koban_contract_count = fields.Integer(compute="_compute_contracts")
    contract_yearly_amount = fields.Monetary(
        string="Contracts per Year",
        compute="_compute_contracts",
        currency_field="contract_currency_id",
        help="What the running contracts of the customer bring in a year, excluding tax.",
    )
    contract_currency_id = fields.Many2one("res.currency", compute="_compute_contracts")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_contracts(self):
        Contract = self.env["koban.contract"]
        contracts = Contract
        # Nothing at all for those who have no right on contracts.
        if Contract.has_access("read"):
            found = [("commercial_partner_id", "in", self.commercial_partner_id.ids)]
            contracts = Contract.search(found, order="date_end, id")
        by_company = contracts.grouped("commercial_partner_id")
        by_partner = contracts.grouped("partner_id")
        company = self.env.company
        for partner in self:
            is_company = partner.commercial_partner_id == partner
            own = (by_company if is_company else by_partner).get(partner._origin, Contract)
            live = own.filtered(lambda contract: contract.state != "cancel")
            sold = live.filtered(
                lambda contract: contract.kind == "sale" and contract.state == "running"
            )
            partner.koban_contract_ids = own
            partner.koban_contract_count = len(live)
            partner.contract_currency_id = company.currency_id
            partner.contract_yearly_amount = sum(
                contract.currency_id._convert(
                    contract.yearly_amount, company.currency_id, contract.company_id
                )
                for contract in sold
            )

    @public
    def action_open_contracts(self) -> dict:
        """Open the contracts of these customers."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contracts"),
            "res_model": "koban.contract",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.koban_contract_ids.ids), ("state", "!=", "cancel")],
            "context": self._prepare_contract_defaults(),
        }

    @public(one=True)
    def action_new_contract(self) -> dict:
        """Open a new contract with this customer."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contract"),
            "res_model": "koban.contract",
            "views": [(False, "form")],
            "context": self._prepare_contract_defaults(),
        }

    def _prepare_contract_defaults(self) -> dict:
        is_supplier = self[:1].supplier_rank and not self[:1].customer_rank
        return {
            "default_partner_id": self[:1].id,
            "default_kind": "purchase" if is_supplier else "sale",
        }
