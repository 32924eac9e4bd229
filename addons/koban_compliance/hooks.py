"""What installing the addon sets up."""

from odoo.api import Environment


def post_init_hook(env: Environment) -> None:
    """Give the host's field ``no_followup`` its wording here (row 3-19).

    The host has already translated its own label of it, which an import keeps.
    """
    languages = [code for code, _name in env["res.lang"].get_installed()]
    env["ir.module.module"]._load_module_terms(["koban_compliance"], languages, overwrite=True)
    env["account.chart.template"]._set_up_construction(env["res.company"].search([]))
