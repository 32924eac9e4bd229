from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import open_pass


class ProjectProject(models.Model):
    _inherit = "project.project"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        # The host ties the new project to its order, validated or not.
        with open_pass(self.env["sale.order"], fields={"project_id"}, every=True):
            return super().create(vals_list)
