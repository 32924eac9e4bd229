from odoo import api, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking


class KobanContract(models.Model):
    """What a contract may not be (issue 5, bad input)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    @api.constrains("pricelist_id", "currency_id")
    def _check_currency(self):
        for contract in self:
            pricelist = contract.pricelist_id
            if pricelist and pricelist.currency_id != contract.currency_id:
                raise ConstraintError(
                    speaking(self.env)._(
                        "%(contract)s is in %(currency)s and its pricelist “%(pricelist)s” in "
                        "%(other)s. Choose a pricelist in %(currency)s.",
                        contract=contract.display_name,
                        currency=contract.currency_id.name,
                        pricelist=pricelist.display_name,
                        other=pricelist.currency_id.name,
                    ),
                    "contract_currency",
                    model=self._name,
                    ids=contract.ids,
                )

    @api.constrains("company_id")
    def _check_lines_company(self):
        # The company of the lines follows without a write that would check them.
        self.line_ids._check_company()

    @api.constrains("date_start", "date_end")
    def _check_line_dates(self):
        self.line_ids._check_within_contract()

    @api.constrains("kind")
    def _check_articles(self):
        self.line_ids._check_contract_article()
