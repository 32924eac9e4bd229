from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    # Of the software, not of a company: who delivers it attests.
    editor_name = fields.Char(string="Editor", config_parameter="koban_archive.editor_name")
    editor_address = fields.Char(config_parameter="koban_archive.editor_address")
    editor_registry = fields.Char(
        string="Editor SIREN", config_parameter="koban_archive.editor_registry"
    )
    signatory = fields.Char(config_parameter="koban_archive.signatory")
    signatory_role = fields.Char(
        string="Capacity of the Signatory", config_parameter="koban_archive.signatory_role"
    )
