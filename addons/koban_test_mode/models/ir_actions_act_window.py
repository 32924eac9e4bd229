from odoo import models


class IrActionsActWindow(models.Model):
    """Lists that show totals open without the TEST documents; one click shows them."""

    _inherit = "ir.actions.act_window"

    def _get_action_dict(self):
        action = super()._get_action_dict()
        if self._is_test_left_out(action):
            action["context"] = self._add_search_default(action["context"], "without_test")
        return action

    def _is_test_left_out(self, action) -> bool:
        """Whether the filter “Without TEST” is on when this action opens.

        Not in the mode TEST, where people look for what they just made.
        """
        model = self.env.get(action["res_model"])
        if model is None or "is_test" not in model._fields or action["res_id"]:
            return False
        # The switches of the companies alone.
        guarded = any(company.document_guard for company in self.env.companies.sudo())
        return guarded and not model._is_test_mode_on()

    @staticmethod
    def _add_search_default(context, name):
        """Return the source of a context with one more filter that is on."""
        source = (context or "{}").strip()
        if not (source.startswith("{") and source.endswith("}")):
            return context
        rest = source[1:].lstrip()
        return f"{{'search_default_{name}': 1" + ("" if rest == "}" else ", ") + rest
