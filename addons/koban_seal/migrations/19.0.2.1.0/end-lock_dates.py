"""Put the lock dates of protected companies on record: from now on they are compared."""

from odoo import SUPERUSER_ID, api

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.tools.signing import get_signer
from odoo.addons.koban_seal.tools.takeover import record_lock_dates


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    companies = env["res.company"].with_context(active_test=False).search([])
    sealed = companies.filtered(lambda company: company.document_guard and company._has_seals())
    if not sealed:
        return
    try:
        get_signer(env)
    except DocumentError:
        return  # without the key nothing is recorded; their next change will be
    record_lock_dates(sealed)
