from odoo import api, fields, models

from odoo.addons.koban_guard.tools.batches import isolate_failures, process_scheduled
from odoo.addons.koban_seal.tools.acts import sealed_act

# So many contracts are settled while someone enters a value.
AT_ONCE = 40
ACTIVITY = "koban_contract.activity_type_revision"


class KobanContract(models.Model):
    """Revisions that come by themselves, each contract apart (issue 5 §4)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    @api.model
    def _cron_revise(self):
        """Do what comes before the billing of the day: conditions, final prices, revisions."""
        day = fields.Date.context_today(self)
        process_scheduled(
            self,
            [
                (
                    self._get_conditions_domain(day),
                    lambda self: self._apply_conditions_apart(day),
                ),
                (self._get_unsettled_domain(), lambda self: self._settle()),
                (self._get_revision_due_domain(day), lambda self: self._revise_due(day)),
            ],
        )

    @api.model
    def _get_revision_due_domain(self, day) -> fields.Domain:
        """Return which contracts are to be revised by themselves, in all companies.

        Not those whose commitment has ended, as long as they are not renewed.
        """
        running = fields.Domain("state", "=", "running")
        due = running & fields.Domain("next_revision_date", "<=", day)
        return due & (fields.Domain("date_end", "=", False) | fields.Domain("date_end", ">=", day))

    def _revise_due(self, day):
        free = self.filtered(lambda contract: not contract._is_revision_held())
        free._note_revision_apart(lambda contracts: contracts._apply_revision(day))

    def _is_revision_held(self) -> bool:
        """Whether a person undid the revision that is due: it is for him to decide."""
        return bool(self._get_undone_revisions())

    def _get_undone_revisions(self):
        """Return the revisions that a person undid, of the day that is due."""
        self.ensure_one()
        return self.revision_ids.filtered(
            lambda revision: (
                revision.state == "undone" and revision.date_from == self.next_revision_date
            )
        )

    @api.model
    def _get_unsettled_domain(self) -> fields.Domain:
        """Return which contracts have provisional prices, or a difference still to be billed."""
        opened = self.env["koban.price.settlement"]._read_group(
            [("state", "=", "open"), ("period_id.state", "=", "billed")], ["contract_id"]
        )
        provisional = [("is_provisional", "=", True), ("state", "=", "done")]
        return fields.Domain("revision_ids", "any", provisional) | fields.Domain(
            "id", "in", [contract.id for [contract] in opened]
        )

    @api.model
    def _settle_at_once(self):
        """Settle what new values make final: of a few contracts now, else by the scheduled job."""
        contracts = self.search(self._get_unsettled_domain(), limit=AT_ONCE + 1)
        if len(contracts) > AT_ONCE:
            self.env.ref("koban_contract.ir_cron_revision").sudo()._trigger()  # its own job
        else:
            # What is being billed is settled by the job too.
            contracts.try_lock_for_update(allow_referencing=True)._settle()

    def _settle(self):
        """Make provisional prices final where the value has appeared, and bill the difference."""
        self._note_revision_apart(lambda contracts: contracts._finish_revisions())

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
            final.contract_id._claim()
        with sealed_act(final.contract_id, "revision"):
            for revision in final:
                revision._finish(previews[revision])
        final._log()
        final._tell_prices_changed()
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
    def _note_revision_apart(self, work):
        """Do something for each that can, see ``isolate_failures``, and note what fails."""
        failures = isolate_failures(self, work)
        failing = self.browse([contract.id for contract in failures])
        failing._note_revision_failures(
            {contract.id: failure.reason for contract, failure in failures.items()}
        )

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
                activity.res_id not in reasons
                or activity.note.striptags() != reasons[activity.res_id]
            )
        ).unlink()
        told = set(existing.exists().mapped("res_id"))
        for contract in self.filtered(lambda own: own.id in reasons and own.id not in told):
            contract.sudo().activity_schedule(  # as above
                ACTIVITY, note=reasons[contract.id], user_id=contract._get_follower().id
            )
