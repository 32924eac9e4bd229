"""French companies that were there before get the reverse charge of construction."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    env["account.chart.template"]._set_up_construction(companies)
