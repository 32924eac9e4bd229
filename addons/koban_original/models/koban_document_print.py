from odoo import api, fields, models

from odoo.addons.koban_seal.tools.journal import record_event

from ..tools.issue import Issue, IssueRound

ISSUE_KINDS = [
    ("original", "Original"),
    ("duplicate", "Duplicate"),
    ("updated", "Up-to-date Copy"),
]
ISSUE_CHANNELS = [("print", "Print"), ("mail", "E-mail"), ("portal", "Customer Portal")]


class KobanDocumentPrint(models.Model):
    """The editions of validated documents: which one, how, to whom (row 2-53)."""

    _inherit = "koban.document.print"

    issued_id = fields.Many2one(
        "koban.issued.document", string="Original", readonly=True, index=True, ondelete="restrict"
    )
    issue_kind = fields.Selection(
        ISSUE_KINDS, string="Edition", readonly=True, help="Empty for drafts and pro formas."
    )
    copy_number = fields.Integer(string="Duplicate no.", readonly=True, aggregator=None)
    channel = fields.Selection(ISSUE_CHANNELS, string="How", readonly=True)
    recipients = fields.Char(string="Sent to", readonly=True)

    @api.model
    def _record_round(self, round_):
        """Record the editions of a print or of a sending: a row and an event for each."""
        if not isinstance(round_, IssueRound):  # which no code typed in a client has
            return self.browse()
        issues = [issue for issue in round_.issues if isinstance(issue, Issue)]
        round_.issues = []
        values, events = [], {}
        for issue in issues:
            document = self.env[issue.model].browse(issue.res_id)
            recipients = round_.recipients.get(issue.res_id, "")
            channel = round_.channel
            if round_.deferred and not recipients:
                channel = "print"  # sent to nobody: downloaded
            values.append(
                {
                    **self._prepare_print(document),
                    "issued_id": issue.issued_id,
                    "issue_kind": issue.kind,
                    "copy_number": issue.number,
                    "channel": channel,
                    "recipients": recipients,
                }
            )
            kind = "print" if issue.kind == "original" else "reprint"
            detail = {
                **issue.details,
                "edition": issue.kind,
                "paper": issue.paper,
                "sha256": issue.sha256,
                "channel": channel,
                **({"number": issue.number} if issue.number else {}),
                **({"recipients": recipients} if recipients else {}),
            }
            key = "mail" if channel == "mail" else kind, issue.model
            events.setdefault(key, {})[issue.res_id] = detail
        prints = self.sudo().create(values)  # customers on the portal leave a trace too
        for (kind, model), details in events.items():
            record_event(self.env, kind, self.env[model].browse(details), detail=details)
        return prints
