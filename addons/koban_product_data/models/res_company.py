from odoo import api, models

from ..ready_models import READY_MODELS


class ResCompany(models.Model):
    """Companies have a model of article sheets."""

    _inherit = "res.company"

    @api.model
    def _get_ready_models(self):
        return [*super()._get_ready_models(), *READY_MODELS]
