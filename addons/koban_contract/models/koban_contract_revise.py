from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_compare, format_date, formatLang

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from ..indexation import IndexationError, change_amount, change_percent, revise
from ..periods import add_interval

NO_INDEX = {
    "index_id": False, "index": "", "base_index_id": False, "base_value": 0.0, "base_period": False,
    "new_value": 0.0, "new_period": False, "published_on": False,
}  # fmt: skip
TRACE = (
    "line_id", "contract_id", "date_from", "kind", "is_planned", "old_price", "new_price",
    "base_price", "yearly_effect", "formula", "hit", "index_id", "base_index_id", "base_value",
    "base_period", "new_value", "new_period", "published_on",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OneOff:
    """A change of prices apart from what the contracts say.

    :param kind: ``percent`` or ``amount``
    """

    kind: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a price is not revised.

    :param code: of the error if it is one to mend, else empty: then it waits
    """

    reason: str
    code: str = ""


def to_decimal(number: float) -> Decimal:
    """Return a float as the decimal number it is written as."""
    return Decimal(str(number))


class KobanContract(models.Model):
    """Revision of prices: what it would be, and doing it (issue 5 §4)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @public
    def revise_prices(
        self,
        date: Day | None = None,
        kind: str | None = None,
        value: float = 0.0,
        dry_run: bool = False,
    ) -> list[dict]:
        """Revise the prices of running contracts that are due on a day, or all by a one-off.

        :param date: ``YYYY-MM-DD``, today by default
        :param kind: ``percent`` or ``amount`` for a one-off; by default, as the contracts say
        :param value: of the one-off
        :param dry_run: only tell
        :return: one dictionary per line: ``line_id``, ``contract_id``, ``date_from``,
            ``old_price``, ``new_price`` (of a line with tiers, their level), ``index``,
            ``formula``, ``hit``, ``yearly_effect``, ``provisional``, ``waiting_reason`` (why
            nothing is revised) …
        :raise DocumentError: codes ``contract_index_span``, ``contract_revision_value``
        """
        self.check_access("read" if dry_run else "write")
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        previews = self._preview_revision(day, self._get_one_off(kind, value))
        if not dry_run:
            self._apply_revision(day, previews)
        days = ("date_from", "base_period", "new_period", "published_on")
        return [
            {
                **preview,
                **{name: fields.Date.to_string(preview[name] or None) or "" for name in days},
            }
            for preview in previews
        ]

    @api.model
    def _get_one_off(self, kind: str | None, value: float) -> OneOff | None:
        if not kind:
            return None
        if kind not in ("percent", "amount") or not value:
            raise DocumentError(
                speaking(self.env)._("Enter by how much the prices are to change."),
                "contract_revision_value",
                model=self._name,
                ids=self.ids,
            )
        return OneOff(kind, to_decimal(value))

    # ------------------------------------------------------------------
    # What it would be
    # ------------------------------------------------------------------
    def _preview_revision(
        self, day: date, one_off: OneOff | None = None, refuse: bool | None = None
    ) -> list[dict]:
        """Return what a revision would do, nothing being written.

        A contract that is not due by the day gives nothing; one that is gives a dictionary for
        each line that the revision touches, dated of the day it was due. Where
        ``waiting_reason`` is filled, the price stays: the value is not published, or (with a
        ``code``) something is to be mended.

        :param one_off: a change of these contracts' prices from the day on, due or not
        :param refuse: raise what is to be mended; by default for a single contract: of several,
            the one that is refused does not hide the others
        :raise DocumentError: codes ``contract_index_span``, ``contract_index_link`` …
        """
        due = self.filtered(lambda contract: contract._is_revision_due(day, one_off))
        series = due.index_id._read_series() if due and not one_off else {}
        today = fields.Date.context_today(self)
        previews = []
        for contract in due:
            date_from = day if one_off else contract.next_revision_date
            kind = one_off.kind if one_off else contract.revision_kind
            for line in contract.line_ids:
                if line._is_revised_on(date_from, kind):
                    previews.append(contract._quote(line, date_from, one_off, series, today))
        if one_off:
            self._refuse_billed(previews, day)
        if len(self) == 1 if refuse is None else refuse:
            self._raise_refusal(previews)
        return previews

    def _is_revision_due(self, day: date, one_off) -> bool:
        self.ensure_one()
        if self.state != "running":
            return False
        return bool(one_off or (self.next_revision_date and self.next_revision_date <= day))

    def _raise_refusal(self, previews):
        for preview in previews:
            if preview["code"]:
                raise DocumentError(
                    f"{self.display_name}: {preview['waiting_reason']}",
                    preview["code"],
                    model=self._name,
                    ids=self.ids,
                )

    def _refuse_billed(self, previews, day):
        """A one-off does not change what is billed."""
        lines = self.env["koban.contract.line"].browse([item["line_id"] for item in previews])
        billed = lines._get_billed_from(day)
        env = speaking(self.env)
        for preview, line in zip(previews, lines, strict=True):
            if billed[line]:
                reason = env._(
                    "the period from %s is billed: choose a later day",
                    format_date(env, billed[line][-1]),
                )
                preview |= {
                    "waiting_reason": reason,
                    "code": "contract_revision_billed",
                    "new_price": preview["old_price"],
                    "formula": "",
                    "yearly_effect": 0.0,
                }

    def _quote(self, line, date_from, one_off, series, today) -> dict:
        """Return the preview of one line."""
        kind = one_off.kind if one_off else self.revision_kind
        price = line._get_price()
        preview = {
            "line_id": line.id, "contract_id": self.id, "date_from": date_from, "kind": kind,
            "is_planned": not one_off, "old_price": price, "new_price": price,
            "base_price": price, "yearly_effect": 0.0, "formula": "", "hit": False,
            "provisional": False, "waiting_reason": "", "code": "", **NO_INDEX,
        }  # fmt: skip
        refusal = self._get_order_refusal(line, date_from, one_off)
        if not refusal:
            if kind == "index":
                refusal = self._quote_index(preview, line, series, today)
            else:
                self._quote_change(preview, line, one_off)
        if refusal:
            return {**preview, "waiting_reason": refusal.reason, "code": refusal.code}
        return {**preview, "yearly_effect": line._get_yearly_effect(preview)}

    def _get_order_refusal(self, line, date_from, one_off) -> Refusal | None:
        """Revisions come one after the other, each on a final price."""
        env = speaking(self.env)
        due = self.next_revision_date
        if one_off and due and due <= date_from:
            return Refusal(self._describe_due(due), "contract_revision_due")
        if any(revision.is_provisional for revision in line._get_price_history()):
            return Refusal(env._("the last revision is still provisional"))
        revisions = (line | line._get_followers())._get_revisions()
        later = [revision.date_from for revision in revisions if revision.date_from >= date_from]
        if later:
            day = format_date(env, max(later))
            return Refusal(env._("the price is already revised from %s", day))
        return None

    def _describe_due(self, due) -> str:
        env = speaking(self.env)
        return env._("the revision of the contract, due on %s, comes first", format_date(env, due))

    def _quote_change(self, preview, line, one_off):
        kind = preview["kind"]
        if one_off:
            value = one_off.value
        else:
            value = to_decimal(self.revision_percent if kind == "percent" else self.revision_amount)
        old, step = to_decimal(preview["old_price"]), self._get_revision_step(line)
        sign, size = ("-" if value < 0 else "+"), f"{abs(value).normalize():f}"
        if kind == "percent":
            new, formula = change_percent(old, value, step), f"(1 {sign} {size} / 100)"
            formula = f"{old.normalize():f} × {formula}"
        else:
            new, formula = change_amount(old, value, step), f"{old.normalize():f} {sign} {size}"
        base = line._get_base_price()
        preview |= {
            "new_price": float(new),
            "formula": formula,
            # What the index goes on from includes the change.
            "base_price": base * float(new) / preview["old_price"]
            if preview["old_price"]
            else base,
        }

    # ------------------------------------------------------------------
    # By an index
    # ------------------------------------------------------------------
    def _quote_index(self, preview, line, series, today, final=False) -> Refusal | None:
        """Fill in what the index gives.

        :param final: only with the value of the reference period, never provisionally
        :return: why it gives nothing, if so
        """
        if not self.index_id or self.base_value <= 0 or not self.base_period:
            problem = speaking(self.env)._("the contract has no index, or no base value for it")
            return Refusal(problem, "contract_index_base")
        base = self._get_index_base(line, preview, series, today)
        if not base:
            if self._is_billed_provisionally() and not final:
                # At its own price: what it is revised from comes with the final value.
                preview["provisional"] = True
                return None
            return Refusal(self._describe_missing(line._get_price_date()))
        found, is_final = self._find_new_value(preview["date_from"], base, series, today)
        provisional = not is_final and not final and self.index_unpublished == "provisional"
        if not found or not (is_final or provisional):
            return Refusal(self._describe_missing(preview["date_from"]))
        refusal = self._get_link_refusal(found) or self._get_span_refusal(
            base, found, preview["date_from"], is_final
        )
        if refusal:
            return refusal
        try:
            revision = revise(
                to_decimal(base["price"]),
                to_decimal(base["value"]),
                found.value.value,
                self._get_index_terms(line),
                found.series.coefficient,
                to_decimal(preview["old_price"]),
            )
        except IndexationError as error:
            return Refusal(str(error), "contract_index_terms")
        preview |= self._prepare_index_preview(base, found, revision)
        preview["provisional"] = provisional
        return None

    def _prepare_index_preview(self, base, found, revision) -> dict:
        return {
            "new_price": float(revision.price),
            "base_price": base["price"],
            "formula": revision.formula,
            "hit": revision.hit or False,
            "index_id": found.series.index.id,
            "index": found.series.index.name,
            "base_index_id": base["index"].id,
            "base_value": base["value"],
            "base_period": base["period"],
            "new_value": float(found.value.value),
            "new_period": found.value.period,
            "published_on": found.value.published_on or False,
        }

    def _find_new_value(self, date_from, base, series, today) -> tuple:
        """Return the value that the revision takes, and whether it is the one agreed on."""
        Index = self.env["koban.index"]
        chain = series[base["index"]]
        known = Index._find_known(chain, add_interval(date_from, -self.index_lag, "month"))
        if self.index_value_rule == "known":
            return known, bool(known)
        period = self._get_reference_period(date_from)
        real = Index._find_real(chain, period, max(today, date_from))
        if real:
            return real, True
        return Index._find_known(chain, date_from), False

    def _describe_missing(self, date_from) -> str:
        env = speaking(self.env)
        period = self._get_reference_period(date_from)
        if self.index_value_rule == "real":
            return env._(
                "the value of %(index)s for %(period)s is not published",
                index=self.index_id.display_name,
                period=format_date(env, period, date_format="MM/yyyy"),
            )
        return env._(
            "no value of %(index)s is published by %(day)s",
            index=self.index_id.display_name,
            day=format_date(env, add_interval(date_from, -self.index_lag, "month")),
        )

    def _get_link_refusal(self, found) -> Refusal | None:
        if not found.series.missing_link:
            return None
        return Refusal(
            speaking(self.env)._(
                "%(index)s is replaced by %(successor)s: enter its official linking coefficient",
                index=found.series.missing_link,
                successor=found.series.index.display_name,
            ),
            "contract_index_link",
        )

    def _get_span_refusal(self, base, found, date_from, is_final) -> Refusal | None:
        span = (base["period"], found.value.period, base["day"], date_from)
        if not is_final or self._is_span_allowed(*span):
            return None
        return Refusal(self._describe_span(*span), "contract_index_span")

    # ------------------------------------------------------------------
    # Doing it
    # ------------------------------------------------------------------
    def _apply_revision(self, day: date, previews: list[dict] | None = None):
        """Revise the prices that are due by a day, missed revisions included, in order.

        :param previews: only these, as :meth:`_preview_revision` gave them
        :return: records of ``koban.price.revision``
        :raise DocumentError: codes ``contract_index_span`` and the like for a single contract,
            ``contract_revision_stale``
        """
        self._claim()
        if previews is not None:
            done = self._write_revisions(previews)
        else:
            done, contracts = self.env["koban.price.revision"], self
            while contracts:
                made = contracts._write_revisions(contracts._preview_revision(day))
                done |= made
                contracts = made.contract_id
        done._regularise_late()
        return done

    def _write_revisions(self, previews):
        """Write the revisions that wait for nothing, and the prices of their lines."""
        planned = {item["contract_id"] for item in previews if item["is_planned"]}
        waiting = {
            item["contract_id"] for item in previews if item["waiting_reason"] and not item["code"]
        }
        refused = {
            item["contract_id"]: item["waiting_reason"]
            for item in previews
            if item["code"] and item["is_planned"]
        }
        previews = [item for item in previews if not item["waiting_reason"]]
        lines = self._check_current(previews)
        Revision = self.env["koban.price.revision"].sudo()  # written by revisions alone
        contracts = lines.contract_id
        with (
            sealed_act(contracts, "revision"),
            open_pass(contracts, line_fields=lines._get_price_fields(), lines=True),
        ):
            revisions = Revision.create([self._prepare_revision(item) for item in previews])
            for line, preview in zip(lines, previews, strict=True):
                (line | line._get_followers())._set_price(preview["new_price"])
        self.browse(planned)._mark_waiting(waiting)
        self.browse(planned)._note_revision_failures(refused)
        revisions._log()
        revisions._tell_prices_changed()
        return revisions.with_env(self.env)

    def _check_current(self, previews):
        """Return the lines of previews, which must still say what is true."""
        lines = self.env["koban.contract.line"].browse([item["line_id"] for item in previews])
        for line, preview in zip(lines, previews, strict=True):
            is_own = line.contract_id in self and line.contract_id.id == preview["contract_id"]
            if not is_own or float_compare(
                line._get_price(), preview["old_price"], precision_digits=6
            ):
                raise DocumentError(
                    speaking(self.env)._(
                        "The price of “%s” has changed meanwhile. Compute the revision again.",
                        line._get_line_label(),
                    ),
                    "contract_revision_stale",
                    model=line._name,
                    ids=line.ids,
                )
        return lines

    def _prepare_revision(self, preview) -> dict:
        contract = self.browse(preview["contract_id"])
        return {
            **{name: preview[name] for name in TRACE},
            "company_id": contract.company_id.id,
            "index_name": preview["index"],
            "is_provisional": preview["provisional"],
        }

    def _mark_waiting(self, waiting):
        """Note which contracts wait for a value.

        :param waiting: their ids
        """
        for is_waiting in (True, False):
            changed = self.filtered(
                lambda contract, own=is_waiting: (
                    (contract.id in waiting) == own and contract.is_revision_waiting != own
                )
            )
            with open_pass(changed, fields={"is_revision_waiting"}):
                changed.is_revision_waiting = is_waiting


class KobanPriceRevision(models.Model):
    _name = "koban.price.revision"
    _inherit = ["koban.price.revision"]

    def _log(self):
        """Note the new prices on the contracts, all at once."""
        env = speaking(self.env)
        if not self:
            return
        self.contract_id._message_log_batch(
            {
                contract.id: env._(
                    "Prices revised: %s",
                    "; ".join(revision._describe(env) for revision in revisions),
                )
                for contract, revisions in self.grouped("contract_id").items()
            }
        )

    def _tell_prices_changed(self):
        """Let others note what the revisions change."""
        for day, revisions in self.grouped("date_from").items():
            revisions.contract_id.with_env(self.env)._on_price_changed("revised", day)

    def _describe(self, env) -> str:
        return env._(
            "%(line)s from %(day)s: %(old)s → %(new)s",
            line=self.line_id._get_price_label(env),
            day=format_date(env, self.date_from),
            old=formatLang(env, self.old_price, dp="Product Price"),
            new=formatLang(env, self.new_price, dp="Product Price"),
        )

    def _prepare_final(self, preview) -> dict:
        """Return the values of a provisional revision that becomes final."""
        names = ("formula", "hit", "index_id", "base_index_id", "base_value", "base_period",
                 "new_value", "new_period", "published_on")  # fmt: skip
        return {
            **{name: preview[name] for name in names},
            "index_name": preview["index"],
            "new_price": preview["new_price"],
            "provisional_price": self.new_price,
            "yearly_effect": self.line_id._get_yearly_effect(preview),
            "is_provisional": False,
        }

    def _finish(self, preview):
        """Write the final price of a provisional revision."""
        values, line = self._prepare_final(preview), self.line_id
        names = values.keys() | line._get_price_fields()
        with open_pass(self.contract_id, line_fields=names):
            (line | line._get_followers())._set_price(values["new_price"])
            self.sudo().write(values)  # by revisions alone

    def _regularise_late(self):
        """Bill the difference of periods that were billed before the revision that was due."""
        self.filtered("is_planned")._regularise("late")
