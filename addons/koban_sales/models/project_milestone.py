from odoo import fields, models


class ProjectMilestone(models.Model):
    _inherit = "project.milestone"

    # A search by it would ask for no right to the line, which a group may hide.
    sale_line_display_name = fields.Char(groups="base.group_user")
