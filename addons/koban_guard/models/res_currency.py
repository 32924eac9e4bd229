from odoo import api, models

from ..tools.frozen_view import as_today, is_viewing
from ..tools.overrides import override


class ResCurrency(models.Model):
    _inherit = "res.currency"

    @api.model
    @override
    def get_all_currencies(self):
        if not is_viewing(self.env):
            return super().get_all_currencies()
        # The pages of the portal ask for them, and the host remembers them for every other page.
        with as_today(self.env):
            return super().get_all_currencies()
