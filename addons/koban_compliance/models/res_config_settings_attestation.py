from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _name = "res.config.settings"
    _inherit = ["res.config.settings"]

    editor_name = fields.Char(string="Editor", config_parameter="koban_compliance.editor_name")
    editor_address = fields.Char(
        string="Editor Address", config_parameter="koban_compliance.editor_address"
    )
    editor_registry = fields.Char(
        string="Editor SIREN", config_parameter="koban_compliance.editor_registry"
    )
    signatory = fields.Char(string="Signatory", config_parameter="koban_compliance.signatory")
    signatory_role = fields.Char(
        string="Capacity of the Signatory", config_parameter="koban_compliance.signatory_role"
    )
