"""What installing the addon sets up."""

from odoo.api import Environment


def post_init_hook(env: Environment) -> None:
    """Word the host's field ``no_followup`` (row 3-19), and seal what was validated before.

    The host has already translated its own label of the field, which an import keeps.
    """
    languages = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(["koban_compliance"], languages, overwrite=True)
    companies = env["res.company"].with_context(active_test=False).search([])
    companies.filtered("document_guard")._seal_existing()
    env["account.chart.template"]._set_up_construction(companies)
    env["account.chart.template"]._clear_tax_notes(companies)
