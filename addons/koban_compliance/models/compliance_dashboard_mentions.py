from odoo import models


class ComplianceDashboard(models.AbstractModel):
    """What the company does not say of itself on its documents (row 2-33)."""

    _name = "koban.compliance.dashboard"
    _inherit = ["koban.compliance.dashboard"]

    def _get_cards(self, company):
        return [*super()._get_cards(company), self._get_mentions_card(company)]

    def _get_mentions_card(self, company):
        facts = company.sudo()  # they are printed on each of its documents
        missing = facts._find_missing_identity()
        action = company.action_open_legal_mentions()
        blocking = facts.mention_check == "block"
        return self._prepare_card(
            "mentions",
            self.env._("Legal mentions"),
            "fa-gavel",
            "good" if not missing else "bad" if blocking else "warning",
            [
                (self.env._("Identity"), facts._get_legal_form_label()),
                (self.env._("Missing"), str(len(missing) or "")),
            ],
            [(self.env._("Type %s", item.text), action) for item in missing],
            action=action,
            action_label=self.env._("Open the Company"),
        )
