import logging

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .koban_billing_run import BATCH

_logger = logging.getLogger(__name__)

ACTIVITY = "koban_contract.activity_type_revision"


class KobanContract(models.Model):
    """Revisions that come by themselves, each contract apart (issue 5 §4)."""

    _inherit = "koban.contract"

    @api.model
    def _cron_revise(self):
        """Revise what is due, before the billing of the day, and settle what has become final."""
        day = fields.Date.context_today(self)
        self._settle_provisional()
        cron = self.env["ir.cron"]
        contracts = self._get_due_for_revision(day)
        cron._commit_progress(remaining=len(contracts))
        for start in range(0, len(contracts), BATCH):
            batch = contracts[start : start + BATCH].exists()
            batch._isolate(lambda some: some._apply_revision(day))
            self.env.flush_all()
            self.env.invalidate_all()
            if not cron._commit_progress(len(batch)):
                break

    @api.model
    def _get_due_for_revision(self, day):
        """Return the contracts to revise by themselves, in all companies.

        Not those whose commitment has ended, as long as they are not renewed; nor those whose
        revision of the day due a person has undone.
        """
        contracts = self.search(
            [
                ("state", "=", "running"),
                ("next_revision_date", "<=", day),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", day),
            ]
        )
        undone = self.env["koban.price.revision"].search(
            [("contract_id", "in", contracts.ids), ("state", "=", "undone")]
        )
        by_hand = {(revision.contract_id, revision.date_from) for revision in undone}
        return contracts.filtered(
            lambda contract: (contract, contract.next_revision_date) not in by_hand
        )

    @api.model
    def _settle_provisional(self, at_once=False):
        """Make provisional prices final where the value has appeared, and settle the difference.

        :param at_once: a few contracts now, the others by the scheduled job
        """
        Revision = self.env["koban.price.revision"]
        domain = [("is_provisional", "=", True), ("state", "=", "done")]
        contracts = Revision.search(domain).contract_id
        opened = self.env["koban.price.settlement"].search([("state", "=", "open")])
        contracts |= opened.filtered(lambda own: own.period_id.state == "billed").contract_id
        if at_once and len(contracts) > BATCH:
            self.env.ref("koban_contract.ir_cron_revision").sudo()._trigger()  # its own job
            return
        for start in range(0, len(contracts), BATCH):
            contracts[start : start + BATCH]._isolate(lambda some: some._finish_revisions())

    def _finish_revisions(self):
        """Give provisional revisions their final price where the value is published.

        :return: records of ``account.move``: the complements and the credit notes
        """
        provisional = self.revision_ids.filtered(
            lambda revision: revision.is_provisional and revision.state == "done"
        )
        series = provisional.contract_id.index_id._read_series()
        today = fields.Date.context_today(self)
        previews = {}
        for revision in provisional:
            contract = revision.contract_id
            preview = contract._quote_final(revision, series, today)
            if preview:
                previews[revision] = preview
        final = provisional.filtered(lambda revision: revision in previews)
        if final:
            final.contract_id.lock_for_update(allow_referencing=True)
        opened = final.line_id._with_guard_pass(
            final.contract_id, line_fields={"price_unit"}
        )
        for revision in final:
            values = revision._prepare_final(previews[revision])
            opened.browse(revision.line_id.id).price_unit = values["new_price"]
            revision.sudo().write(values)  # by revisions alone
        final._log()
        final._note_revenue()
        moves = final._regularise("real")
        left = self.env["koban.price.settlement"].search(
            [("contract_id", "in", self.ids), ("state", "=", "open")]
        )
        left = left.filtered(lambda own: own.period_id.state == "billed")
        return moves | left.sudo()._draft()  # as the first time

    def _quote_final(self, revision, series, today) -> dict | None:
        """Return the preview of a provisional revision with its final value, if published."""
        preview = {"old_price": revision.old_price, "date_from": revision.date_from, "hit": False}
        refusal = self._quote_index(preview, revision.line_id, series, today, final=True)
        if refusal and refusal.code:
            self._note_revision_failures({self.id: refusal.reason})
        return None if refusal else preview

    # ------------------------------------------------------------------
    # One contract does not stop the others
    # ------------------------------------------------------------------
    def _isolate(self, method):
        """Call a method on contracts together; if that fails, on each, noting why it fails."""
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                method(self)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except LockError:
            # Being billed: what is still due comes the next time.
            if len(self) > 1:
                for contract in self:
                    contract._isolate(method)
        except Exception as error:  # whatever it is, it is told on the contract it comes from
            if len(self) > 1:
                for contract in self:
                    contract._isolate(method)
                return
            if not isinstance(error, UserError):
                _logger.exception("The prices of contract %s cannot be revised", self.id)
            self._note_revision_failures({self.id: str(error.args[0] if error.args else error)})

    def _note_revision_failures(self, reasons):
        """Ask the salesperson to mend what prevents a revision; done, the activity goes away.

        :param reasons: ``{contract id: reason}``
        """
        activities = self.env["mail.activity"].sudo()  # the system's own, whoever revises
        kind = self.env.ref(ACTIVITY, raise_if_not_found=False)
        if not kind or not self:
            return
        existing = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "=", kind.id),
            ]
        )
        existing.filtered(
            lambda activity: (
                activity.res_id not in reasons or activity.note.striptags() != reasons[activity.res_id]
            )
        ).unlink()
        told = set(existing.exists().mapped("res_id"))
        for contract in self.filtered(lambda own: own.id in reasons and own.id not in told):
            contract.sudo().activity_schedule(  # as above
                ACTIVITY, note=reasons[contract.id], user_id=contract.user_id.id or self.env.uid
            )
