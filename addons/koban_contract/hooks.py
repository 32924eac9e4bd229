from odoo.addons.koban_seal.tools.takeover import seal_existing

from .models.res_company import CONTRACT_SEQUENCE_CODE


def post_init_hook(env):
    """Give companies the sequence of their contract numbers and their model, contracts a seal."""
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._create_contract_sequence()
    companies._set_up_models()
    seal_existing(companies, "koban.contract")


def uninstall_hook(env):
    """Remove the sequences of contract numbers: there are no contracts left to number."""
    sequences = env["ir.sequence"].with_context(active_test=False)
    sequences.search([("code", "=", CONTRACT_SEQUENCE_CODE)]).unlink()
