from collections import defaultdict
from datetime import date

from odoo import fields, models

from odoo.addons.koban_guard.tools.arguments import public

from ..periods import ONE_DAY


class KobanContract(models.Model):
    """What contracts add to the recurring revenue and take from it."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    movement_ids = fields.One2many("koban.contract.movement", "contract_id", copy=False)

    def _validated_follow(self, run):
        super()._validated_follow(run)
        self._note_revenue_change("new")

    @public
    def action_close(self, date=None, reason="", stop_reason_id=None):
        before = {contract: contract.close_date for contract in self}
        result = super().action_close(date=date, reason=reason, stop_reason_id=stop_reason_id)
        for contract, previous in before.items():
            day = min(filter(None, [previous, contract.close_date]))
            contract._note_revenue_change("churn", day + ONE_DAY)
        return result

    @public
    def action_undo_end(self):
        before = {contract: contract.close_date for contract in self}
        result = super().action_undo_end()
        for contract, previous in before.items():
            contract._note_revenue_change("churn", previous + ONE_DAY)
        return result

    def _cancelled_follow(self, run):
        super()._cancelled_follow(run)
        # Those that never counted are told by _note_revenue_change.
        for day, contracts in self.grouped("date_start").items():
            contracts._note_revenue_change("churn", day)

    def _on_price_changed(self, kind, day):
        super()._on_price_changed(kind, day)
        self._note_revenue_change(kind, day)

    def _note_revenue_change(self, kind: str, day: date | None = None):
        """Write down by how much the recurring revenue changes from a day on.

        The amount of each line on that day is compared with what its movements add up to, and
        the difference is written. So it is harmless to call it twice, or when nothing changed.
        Lines that start or end later, and what was noted for later days, are looked at too.
        Call it after the change.

        :param kind: of ``koban.contract.movement``; "added" and "removed" take the sign of the
            difference
        :param day: by default the first day of each line in force, for a contract that is new
        """
        validated = self.filtered("validation_date")
        recorded = validated._get_recorded_movements()
        values = []
        for contract in validated:
            first = day or contract.date_start
            values += contract._prepare_movements(kind, first, recorded[contract])
        self.env["koban.contract.movement"]._append(values)

    def _get_recorded_movements(self) -> dict:
        """Return what is written: ``{contract: {(day, line id): amount}}``."""
        # Those of all salespersons.
        Movement = self.env["koban.contract.movement"].sudo()
        groups = Movement._read_group(
            [("contract_id", "in", self.ids)],
            ["contract_id", "line_id", "date:day"],
            ["amount:sum"],
        )
        recorded = defaultdict(dict)
        for contract, line, day, amount in groups:
            recorded[contract.with_env(self.env)][fields.Date.to_date(day), line.id] = amount
        return recorded

    def _prepare_movements(self, kind, first, recorded) -> list[dict]:
        """Return the values of the movements from a day on.

        :param recorded: ``{(day, line id): amount}``
        """
        self.ensure_one()
        currency = self.company_id.currency_id
        reached = defaultdict(float)
        for (day, line_id), amount in recorded.items():
            if day < first:
                reached[line_id] += amount
        values = []
        for day in sorted(self._get_days_of_change(first, recorded)):
            for (other, line_id), amount in recorded.items():
                if other == day:
                    reached[line_id] += amount
            for line_id, delta in self._get_differences(day, reached).items():
                if not currency.is_zero(delta):
                    reached[line_id] += delta
                    shown = kind if day == first else self._get_later_kind(kind, day, line_id)
                    values.append(self._prepare_movement(shown, day, line_id, delta))
        return values

    def _get_days_of_change(self, first, recorded) -> set[date]:
        """Return the days, from one on, on which the monthly amount may change."""
        days = {first} | {day for day, _line in recorded}
        days.add(self.close_date and self.close_date + ONE_DAY)
        days |= self._get_revision_days()
        for line in self.line_ids:
            days.add(line.date_start)
            days.add(line.date_end and line.date_end + ONE_DAY)
        return {day for day in days if day and day >= first}

    def _get_revision_days(self) -> set[date]:
        if not self.last_revision_date:  # as of each contract that is being validated
            return set()
        return set(self.line_ids._get_revisions().mapped("date_from"))

    def _get_later_kind(self, kind, day, line_id) -> str:
        """Return the kind of a movement of a day after the one of the change."""
        if kind == "new":
            return "added"
        if kind == "added" and day in self._get_revision_days():
            line = self.line_ids.filtered(lambda line: line.id == line_id)
            if day not in (line.date_start, line.date_end and line.date_end + ONE_DAY):
                return "revised"  # another amount, or another line, has the price revised
        return kind

    def _get_differences(self, day, reached) -> dict:
        """Return by how much each line is off what its movements say: ``{line id: amount}``."""
        amounts = self._get_monthly_amounts(self._get_lines_in_force(day), day)
        due = {line.id: company for line, (_own, company) in amounts.items()}
        return {
            line_id: due.get(line_id, 0.0) - reached.get(line_id, 0.0)
            for line_id in [*due, *(other for other in reached if other not in due)]
        }

    def _prepare_movement(self, kind, day, line_id, amount) -> dict:
        if kind in ("added", "removed"):
            kind = "added" if amount > 0 else "removed"
        return {
            "date": day,
            "kind": kind,
            "amount": amount,
            "contract_id": self.id,
            "line_id": line_id,
            "contract_kind": self.kind,
            "partner_id": self.commercial_partner_id.id,
            "type_id": self.type_id.id,
            "user_id": self.user_id.id,
            "company_id": self.company_id.id,
        }
