from typing import Annotated

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, Record, public
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from .koban_contract_schedule import BILLED_STATES

StopReason = Annotated[int, Record("koban.contract.stop.reason")]

# What the end of a contract writes on it.
END_FIELDS = {"state", "close_date", "close_reason", "stop_reason_id"}


class KobanContract(models.Model):
    """The end of a contract, with its reason, and back (issue 5 §3)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    close_date = fields.Date(
        string="Ends on",
        copy=False,
        readonly=True,
        tracking=True,
        help="Day after which nothing is billed. The contract runs until then.",
    )
    close_reason = fields.Char(copy=False, readonly=True)
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
        return super()._get_business_fields() | END_FIELDS - {"state"}

    @public
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

    @public
    def action_close(
        self, date: Day | None = None, reason: str = "", stop_reason_id: StopReason | None = None
    ) -> bool:
        """End running contracts: nothing is billed after a day, until which they run.

        :param date: last day billed, ``YYYY-MM-DD``; by default the end of the commitment, or
            today
        :param reason: why it ends, in words
        :param stop_reason_id: one of the reasons of ``koban.contract.stop.reason``
        :raise DocumentError: codes ``contract_state``, ``contract_end_early``
        """
        stop_reason = self.env["koban.contract.stop.reason"].browse(stop_reason_id or [])
        today = fields.Date.context_today(self)
        with sealed_act(self, "end"), open_pass(self, fields=END_FIELDS):
            for contract in self:
                day = fields.Date.to_date(date) or contract.date_end or today
                contract._check_end(day)
                contract.write(
                    {
                        "state": "closed" if day < today else "running",
                        "close_date": day,
                        "close_reason": reason or stop_reason.name or False,
                        "stop_reason_id": stop_reason.id,
                    }
                )
                contract._tell_end()
            self._on_terms_changed()
        return True

    def _check_end(self, day):
        if self.state != "running":
            self._raise_state()
        if day < self.date_start:
            env = speaking(self.env)
            raise DocumentError(
                env._(
                    "%(contract)s starts on %(start)s: it cannot end on %(day)s. Cancel it, if "
                    "nothing was billed.",
                    contract=self.display_name,
                    start=format_date(env, self.date_start),
                    day=format_date(env, day),
                ),
                "contract_end_early",
                model=self._name,
                ids=self.ids,
            )

    def _tell_end(self):
        env = speaking(self.env)
        self.message_post(
            body=env._(
                "The contract ends on %(date)s. %(reason)s",
                date=format_date(env, self.close_date),
                reason=self.close_reason or "",
            ),
            subtype_xmlid="mail.mt_note",
        )

    @public
    def action_undo_end(self) -> bool:
        """Take the end of contracts back: they run again, and what they missed is due.

        :raise DocumentError: code ``contract_state``
        """
        for contract in self:
            if not contract.close_date or contract.state not in BILLED_STATES:
                contract._raise_state()
        with sealed_act(self, "end"), open_pass(self, fields=END_FIELDS):
            self.write(
                {
                    "state": "running",
                    "close_date": False,
                    "close_reason": False,
                    "stop_reason_id": False,
                }
            )
        for contract in self:
            contract.message_post(
                body=speaking(self.env)._("The contract does not end: it runs again."),
                subtype_xmlid="mail.mt_note",
            )
        self._on_terms_changed()
        return True

    def _close_ended(self):
        """Note that the last day of contracts has gone by."""
        with sealed_act(self, "end"), open_pass(self, fields={"state"}):
            self.write({"state": "closed"})

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
