"""Run in an Odoo shell: make the scripts and style sheets of the first pages.

A copy of the database then opens its first page at once.
"""

SCRIPTS = ("web.assets_web", "web.assets_frontend_minimal", "web.assets_frontend_lazy")
STYLES = ("web.assets_web", "web.assets_web_print", "web.assets_frontend")

for name in SCRIPTS:
    env["ir.qweb"]._get_asset_bundle(name, css=False, js=True).js()  # noqa: F821
for name in STYLES:
    env["ir.qweb"]._get_asset_bundle(name, css=True, js=False).css()  # noqa: F821
env.cr.commit()  # noqa: F821
