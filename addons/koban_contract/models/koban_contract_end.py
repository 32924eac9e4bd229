from odoo import api, fields, models


class KobanContract(models.Model):
    """The end of a contract, with its reason."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    stop_reason_id = fields.Many2one(
        "koban.contract.stop.reason",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        check_company=True,
    )

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"stop_reason_id"}

    def action_open_end(self) -> dict:
        """Open the wizard that ends these contracts."""
        for contract in self:
            if contract.state != "running":
                contract._raise_state()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("End the Contract"),
            "res_model": "koban.contract.end",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contract_ids": self.ids},
        }

    def action_close(
        self, date: str | None = None, reason: str = "", stop_reason_id: int | None = None
    ) -> bool:
        """End running contracts: nothing is billed after a day.

        :param date: last day billed, ``YYYY-MM-DD``; by default the end of the commitment, or
            today
        :param reason: why it ends, in words
        :param stop_reason_id: one of the reasons of ``koban.contract.stop.reason``
        :raise DocumentError: code ``contract_state``
        """
        stop_reason = self.env["koban.contract.stop.reason"].browse(stop_reason_id or [])
        result = super().action_close(date, reason or stop_reason.name or "")
        if stop_reason:
            opened = self._with_guard_pass(self, fields={"stop_reason_id"})
            opened.stop_reason_id = stop_reason
        self._on_terms_changed()
        return result

    def _close_at_end(self):
        """End contracts that are not renewed, on the last day of their commitment."""
        stop_reason = self.env.ref("koban_contract.stop_reason_term", raise_if_not_found=False)
        for contract in self:
            env = contract._get_reader_env()
            contract.with_env(env).action_close(
                contract.date_end,
                env._("The commitment came to its end, and is not renewed."),
                stop_reason.id if stop_reason else None,
            )
