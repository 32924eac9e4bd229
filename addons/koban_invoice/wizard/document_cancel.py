from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public


class KobanDocumentCancel(models.TransientModel):
    """“Cancel the Document”: the only way back from a validated invoice (row 2-59)."""

    _name = "koban.document.cancel"
    _description = "Cancel the Document"

    move_ids = fields.Many2many("account.move", string="Invoices", required=True)
    date = fields.Date(string="Credit Note Date", required=True, default=fields.Date.context_today)
    reason = fields.Char(help="Printed on the credit note.")
    validate = fields.Boolean(
        string="Validate the Credit Note",
        default=True,
        help="The credit note takes its number and settles the invoice at once. "
        "Otherwise it stays a draft that you can review.",
    )
    new_draft = fields.Boolean(
        string="Create a New Draft Invoice",
        help="A copy of the invoice, to correct and validate.",
    )

    @public(one=True)
    def action_cancel(self) -> dict:
        """Cancel the invoices and open what was created."""
        result = self.move_ids.action_cancel_document(
            reason=self.reason or "",
            validate=self.validate,
            new_draft=self.new_draft,
            date=fields.Date.to_string(self.date),
        )
        ids = result["draft_ids"] or result["credit_note_ids"]
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices") if result["draft_ids"] else self.env._("Credit Notes"),
            "res_model": "account.move",
            "view_mode": "form" if len(ids) == 1 else "list,form",
        }
        if len(ids) == 1:
            return {**action, "res_id": ids[0]}
        return {**action, "domain": [("id", "in", ids)]}
