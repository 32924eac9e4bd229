from odoo import fields, models
from odoo.tools import format_date


class ComplianceDashboard(models.AbstractModel):
    """The card of closings: the last one, the next one, and what is left to do before it."""

    _name = "koban.compliance.dashboard"
    _inherit = ["koban.compliance.dashboard"]

    def _get_cards(self, company):
        cards = super()._get_cards(company)
        if self.env["koban.closing"].has_access("read"):
            cards.append(self._get_closing_card(company))
        return cards

    def _get_closing_card(self, company):
        Closing = self.env["koban.closing"]
        last = Closing._get_last(company)
        closable = Closing._get_closable_month(company)
        next_date = company.next_closing_date
        action = (
            "koban_compliance.koban_closing_run_server_action"
            if closable and self.env.user.has_group("koban_guard.group_manager")
            else "koban_compliance.koban_closing_action"
        )
        state, todo = self._get_closing_todo(company, closable, action)
        return self._prepare_card(
            "closing",
            self.env._("Closings"),
            "fa-calendar-check-o",
            state or ("good" if last else "info"),
            [
                (self.env._("Last closing"), last.display_name if last else ""),
                (self.env._("Next closing"), company.next_closing_name),
                (self.env._("Closes by itself on"), next_date and format_date(self.env, next_date)),
            ],
            todo,
            action=action,
            action_label=self.env._("Close a Month") if closable else self.env._("Closings"),
        )

    def _get_closing_todo(self, company, closable, action) -> tuple[str, list]:
        """Return the state of a card with something to do, empty if all is well, and what."""
        findings = self.env["koban.closing"].get_findings(company_id=company.id)
        warnings = [finding for finding in findings if finding["warning"]]
        todo = [
            (finding["message"], self._prepare_documents_action(finding)) for finding in warnings
        ]
        if failure := company.sudo().closing_failure:  # told to who may read closings
            return "bad", [(failure, "account.action_account_config"), *todo]
        if closable and company.next_closing_date < fields.Date.context_today(company):
            text = self.env._(
                "%s should have closed by itself: close it", company.next_closing_name
            )
            return "warning", [(text, action), *todo]
        return "warning" if warnings and closable else "", todo

    def _prepare_documents_action(self, finding) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": finding["message"],
            "res_model": finding["model"],
            "domain": [["id", "in", finding["ids"]]],
            "views": [[False, "list"], [False, "form"]],
        }
