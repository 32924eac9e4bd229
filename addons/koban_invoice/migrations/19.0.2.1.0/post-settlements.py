"""Write down and seal what settled invoices before settlements were kept."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    companies.filtered("document_guard")._seal_existing()
