from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override


class ProjectProject(models.Model):
    _inherit = "project.project"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        # The host ties the new project to its order, validated or not.
        context = self.env["sale.order"]._prepare_pass_context(fields={"project_id"}, every=True)
        opened = self.with_context(**context)
        return super(ProjectProject, opened).create(vals_list).with_env(self.env)
