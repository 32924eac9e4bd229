from odoo.tools import SQL

from .keyword_search import GRAMS


def post_init_hook(env):
    """Give the companies in use their model of article sheets."""
    companies = env["res.company"].with_context(active_test=False).search([])
    companies._create_ready_models()


def uninstall_hook(env):
    """Take the function of the index with it: PostgreSQL would keep it."""
    env.cr.execute(SQL("DROP FUNCTION IF EXISTS %s(text) CASCADE", SQL.identifier(GRAMS)))
