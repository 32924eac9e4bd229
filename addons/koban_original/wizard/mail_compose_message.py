from odoo import models

from ..tools.issue import ROUND_KEY, IssueRound


class MailComposeMessage(models.TransientModel):
    _inherit = "mail.compose.message"

    def _compute_attachment_ids(self):
        """Show what will be sent; the document is issued when it is sent, see message_post."""
        round_ = IssueRound("mail", provisional=True)
        composers = self.with_context(**{ROUND_KEY: round_})
        return super(MailComposeMessage, composers)._compute_attachment_ids()
