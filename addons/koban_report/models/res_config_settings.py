from odoo import fields, models

from .ir_actions_report import ENGINES


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    koban_report_engine = fields.Selection(
        ENGINES,
        string="PDF Engine",
        default="automatic",
        config_parameter="koban_report.engine",
        help="Automatic: Chromium, unless a patched wkhtmltopdf is installed.",
    )
    koban_report_chromium = fields.Char(
        string="Chromium Program",
        config_parameter="koban_report.chromium",
        help="Path of the program. Empty: the first of chromium, chromium-browser and "
        "google-chrome that the server finds.",
    )
