from odoo import models

from ..tools.issue import ROUND_KEY, IssueRound, get_round


class MailTemplate(models.Model):
    _inherit = "mail.template"

    def _generate_template_attachments(self, res_ids, render_fields, render_results=None):
        """A document printed for a mail is issued by mail."""
        prints = "report_template_ids" in render_fields and self.report_template_ids
        if get_round(self.env) or not prints:
            return super()._generate_template_attachments(res_ids, render_fields, render_results)
        round_ = IssueRound("mail")
        template = self.with_context(**{ROUND_KEY: round_})
        results = super(MailTemplate, template)._generate_template_attachments(
            res_ids, render_fields, render_results
        )
        self.env["koban.document.print"]._record_round(round_)
        return results
