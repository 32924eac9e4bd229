from contextlib import nullcontext

from odoo import api, models

from ..tools.frozen_view import get_shown, viewing
from ..tools.overrides import override


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    @override
    def get_all_currencies(self):
        """Return today's currencies within the page of a document too, as they are remembered.

        The pages of the portal ask for them, and the host keeps them for every other page.
        """
        with viewing(self.env, {}) if get_shown(self.env) else nullcontext():
            return super().get_all_currencies()
