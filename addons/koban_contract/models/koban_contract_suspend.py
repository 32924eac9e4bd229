from odoo import fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public


class KobanContract(models.Model):
    """Suspensions of a running contract."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    @public(one=True)
    def suspend(self, date_from: Day, date_to: Day, reason: str = "") -> dict:
        """Suspend a contract for some days: they are not billed.

        :param date_from: first day, ``YYYY-MM-DD``
        :param date_to: last day
        :param reason: told in the history
        :return: ``{"id": id of the suspension}``
        :raise DocumentError: codes ``contract_state``, ``contract_suspension_overlap``,
            ``contract_suspension_billed`` with the first possible day
        """
        self.check_access("write")
        if self.state != "running":
            self._raise_state()
        suspension = self.env["koban.contract.suspension"].create(
            {
                "contract_id": self.id,
                "date_from": fields.Date.to_date(date_from),
                "date_to": fields.Date.to_date(date_to),
                "reason": reason or False,
            }
        )
        return {"id": suspension.id}

    @public(one=True)
    def action_suspend(self) -> dict:
        """Open the suspension to enter."""
        if self.state != "running":
            self._raise_state()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Suspend"),
            "res_model": "koban.contract.suspend",
            "context": {"default_contract_id": self.id},
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_not_cancelled(self):
        for contract in self.filtered(lambda contract: contract.state == "cancel"):
            raise DocumentError(
                speaking(self.env)._("%s is cancelled.", contract.display_name),
                "contract_state",
                model=self._name,
                ids=contract.ids,
            )
