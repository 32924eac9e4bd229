"""French companies that were there before lose the English notes of two taxes of the host."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    env["account.chart.template"]._clear_tax_notes(companies)
