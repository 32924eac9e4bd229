from odoo import api, models

from odoo.addons.koban_guard.tools.pipeline import HOST, insert_step


class KobanSample(models.Model):
    _inherit = "koban.sample"

    @api.model
    def _get_validation_steps(self):
        steps = insert_step(super()._get_validation_steps(), "toll", before="open")
        return insert_step(steps, "bell", after=HOST)

    def _validate_toll(self, run):
        run.told["toll"] = ",".join(self.mapped("state"))

    def _validated_bell(self, run):
        for sample in self:
            sample.trail = f"toll {run.told['toll']}, bell {sample.state} {sample.name}"

    @api.model
    def _get_cancellation_steps(self):
        return insert_step(super()._get_cancellation_steps(), "farewell", after=HOST)

    def _cancelled_farewell(self, run):
        for sample in self:
            sample.trail = f"farewell {sample.state}"
