"""Seal what was validated before seals existed."""

from odoo import SUPERUSER_ID, api

from odoo.addons.koban_seal.tools.takeover import seal_upgraded


def migrate(cr, version):
    seal_upgraded(api.Environment(cr, SUPERUSER_ID, {}), "account.move", "account.payment")
