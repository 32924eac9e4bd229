from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.koban_guard.tools.arguments import Company, public

# From the best to the worst: the page says first what is worst.
STATES = ("good", "info", "warning", "bad")


class ComplianceDashboard(models.AbstractModel):
    """What a company has to know of its compliance, and to do, on one page."""

    _name = "koban.compliance.dashboard"
    _description = "Compliance Dashboard"

    @api.model
    @public
    def get_cards(self, company_id: Company | None = None) -> list[dict]:
        """Return the cards of the page, for a company of the user.

        :param company_id: by default the current company
        :return: ``[{"key", "title", "icon", "state", "facts": [{"label", "value"}],
            "todo": [{"text", "action"}], "action", "action_label"}]``; a state is one of
            ``good``, ``info``, ``warning``, ``bad``; an action is an XML id or an action
        :raise AccessError: the user may not read the journal
        """
        self.env["koban.event"].check_access("read")
        company = self.env["res.company"].browse(company_id) or self.env.company
        company.check_access("read")
        return self.with_company(company)._get_cards(company)

    def _get_cards(self, company) -> list[dict]:
        """Return the cards of a company; parts of the suite add theirs."""
        return [self._get_chain_card(company)]

    def _prepare_card(self, key, title, icon, state, facts=(), todo=(), **action) -> dict:
        return {
            "key": key,
            "title": title,
            "icon": icon,
            "state": state,
            "facts": [{"label": label, "value": value} for label, value in facts if value],
            "todo": [{"text": text, "action": what} for text, what in todo],
            "action": action.get("action"),
            "action_label": action.get("action_label"),
        }

    def _format_moment(self, moment) -> str:
        return format_datetime(self.env, moment, dt_format="short") if moment else ""

    # ------------------------------------------------------------------
    # Seals and journal
    # ------------------------------------------------------------------
    def _get_chain_card(self, company):
        last = self.env["koban.verification"].search(
            [("company_id", "=", company.id), ("state", "!=", "waiting")], limit=1
        )
        event = self.env["koban.event"].search(
            [("company_id", "=", company.id), ("chain", "=", "main")], limit=1
        )
        states = {"holds": "good", "warning": "warning", "broken": "bad"}
        state = states.get(last.state, "info")
        labels = dict(last._fields["state"]._description_selection(self.env))
        todo = [
            (
                self.env._("Read the %s points of the last verification", last.finding_count),
                {
                    "type": "ir.actions.act_window",
                    "res_model": "koban.verification",
                    "res_id": last.id,
                    "views": [[False, "form"]],
                },
            )
        ]
        old = not last or last.date < fields.Datetime.subtract(fields.Datetime.now(), days=2)
        if state == "good" and old and event:
            state = "warning"
        return self._prepare_card(
            "chain",
            self.env._("Seals and journal"),
            "fa-link",
            state,
            [
                (self.env._("Events recorded"), str(event.number or "")),
                (self.env._("Last event"), self._format_moment(event.date)),
                (self.env._("Last verification"), self._format_moment(last.date)),
                (self.env._("Result"), labels.get(last.state)),
                (self.env._("Documents compared"), str(last.documents or "")),
            ],
            todo if last.state in ("warning", "broken") else (),
            action="koban_seal.action_server_verify",
            action_label=self.env._("Verify Now"),
        )
