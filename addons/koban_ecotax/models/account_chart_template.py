from odoo import models


class AccountChartTemplate(models.AbstractModel):
    """A company that gets its chart of accounts gets the taxes of the eco-taxes too."""

    _inherit = "account.chart.template"

    def _post_load_data(self, template_code, company, template_data):
        super()._post_load_data(template_code, company, template_data)
        self.env["koban.ecotax"].search([("rate_ids", "!=", False)])._make_taxes()
