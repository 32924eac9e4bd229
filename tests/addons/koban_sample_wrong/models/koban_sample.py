from odoo import api, models

from odoo.addons.koban_guard.tools.pipeline import insert_step


class KobanSample(models.Model):
    _inherit = "koban.sample"

    @api.model
    def _get_validation_steps(self):
        return insert_step(super()._get_validation_steps(), "toll", after="nowhere")

    def _validate_toll(self, run):
        """Never called."""
