from odoo import models

from .fictitious_mixin import add_test_prefix


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template(self, res_ids, render_fields, *args, **kwargs):
        """Say in the subject that a document is TEST, before it is sent."""
        rendered = super()._generate_template(res_ids, render_fields, *args, **kwargs)
        if "is_test" not in self.env.get(self.model, self):
            return rendered
        for record in self.env[self.model].browse(rendered).filtered("is_test"):
            if subject := rendered[record.id].get("subject"):
                rendered[record.id]["subject"] = add_test_prefix(subject)
        return rendered
