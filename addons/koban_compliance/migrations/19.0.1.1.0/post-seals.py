"""Seal what was validated before seals existed."""

from odoo import SUPERUSER_ID, api

from odoo.addons.koban_seal.tools.takeover import seal_existing


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    seal_existing(companies, "account.move", "account.payment")
