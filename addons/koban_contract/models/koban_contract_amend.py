from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.koban_document.tools.numbers import format_number
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, check, public
from odoo.addons.koban_guard.tools.field_values import check_values
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

# What an amendment may change: on its day…
BILLING_FIELDS = ("invoice_partner_id", "payment_term_id", "user_id", "grouping")
# … and at once, as they say what is to come: a term renewed meanwhile could not be taken back.
TERM_FIELDS = ("date_end", "notice_months", "renewal", "renewal_months")
HEADER_FIELDS = (*BILLING_FIELDS, *TERM_FIELDS)
PARTS = {"contract": dict, "lines": list[dict], "add": list[dict], "end": list[int]}


class KobanContract(models.Model):
    """Amendments: a changed line ends, another takes over; what was billed stays as it is."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    amendment_ids = fields.One2many("koban.contract.amendment", "contract_id", readonly=True)
    amendment_count = fields.Integer(compute="_compute_amendment_count")

    @api.depends("amendment_ids")
    def _compute_amendment_count(self):
        for contract in self:
            contract.amendment_count = len(contract.amendment_ids)

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @public(one=True)
    def amend(self, date: Day, changes: dict, reason: str = "") -> dict:
        """Change a running contract from a day on.

        Of the contract itself, who is invoiced and how waits for that day; the end of the
        commitment, its notice and its renewal are agreed on at once.

        :param date: first day of the new conditions, ``YYYY-MM-DD``
        :param changes: any of ``contract`` (values of ``HEADER_FIELDS``), ``lines`` (a list of
            values of :meth:`koban.contract.line._get_changed_fields`, each with the ``id`` of
            its line), ``add`` (a list of values of new lines, of ``_get_added_fields``) and
            ``end`` (ids of lines that end the day before)
        :param reason: why, told in the history
        :return: ``{"id": …, "number": …, "line_ids": [ids of the new lines]}``
        :raise DocumentError: codes ``contract_state``, ``contract_amendment_empty``,
            ``contract_amendment_values``, ``contract_amendment_billed`` with the first possible
            day, ``contract_amendment_period``, ``contract_amendment_revised``
        """
        self.check_access("write")
        if self.state != "running":
            self._raise_state()
        self._claim()  # no run bills it meanwhile
        day = fields.Date.to_date(date)
        changes = self._check_changes(day, changes)
        told = self._describe_changes(day, changes)
        later = self._get_later_values(day, changes["contract"])
        now = {name: value for name, value in changes["contract"].items() if name not in later}
        with (
            sealed_act(self, "amendment"),
            open_pass(self, **self._get_amendment_pass(changes)),
        ):
            amendment = self._create_amendment(day, told, reason, later)
            if now:
                self.write(now)
            added = self._apply_line_changes(day, changes, amendment)
            self._number_lines(added)
        if set(now) & set(TERM_FIELDS):
            self._on_terms_changed()
        self._on_price_changed("added", day)
        self.message_post(body=self._get_amendment_message(amendment), subtype_xmlid="mail.mt_note")
        return {"id": amendment.id, "number": amendment.number, "line_ids": added.ids}

    def _get_amendment_pass(self, changes) -> dict:
        """Return what an amendment may write, as ``open_pass`` takes it."""
        names = set().union(*changes["lines"].values(), self.line_ids._get_price_fields())
        return {
            "fields": set(changes["contract"]),
            "line_fields": names | {"date_end", "sequence", "replaces_id", "price_date"},
            "lines": True,
        }

    def _create_amendment(self, day, told, reason, later):
        # Nobody writes one but through here.
        return (
            self.env["koban.contract.amendment"]
            .sudo()
            .create(
                {
                    "contract_id": self.id,
                    "number": max(self.amendment_ids.mapped("number"), default=0) + 1,
                    "date": day,
                    "reason": reason or False,
                    "description": "\n".join(told),
                    "user_id": self.env.uid,
                    "waiting_values": later or False,
                    "state": "waiting" if later else "done",
                }
            )
        )

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    def _check_changes(self, day, changes) -> dict:
        """Return what is to change: lines as records, and nothing that changes nothing."""
        self._check_names(changes, PARTS)
        for part, value in changes.items():
            if value:
                check(self.env, part, value, PARTS[part])
        header = changes.get("contract") or {}
        # What would change meanwhile is told again.
        header = self._keep_changed(self, header, HEADER_FIELDS, self._get_waiting_names())
        lines = {}
        for values in changes.get("lines") or []:
            line = self._find_line(values.get("id"))
            values = {name: value for name, value in values.items() if name != "id"}
            kept = self._keep_changed(line, values, line._get_changed_fields())
            if "price_unit" in kept and not line._has_unit_price():
                self._raise_values(["price_unit"])  # it bills nothing
            if kept:
                lines[line] = kept
        added = changes.get("add") or []
        for values in added:
            self._check_names(values, self.line_ids._get_added_fields())
            check_values(self.line_ids, values)
        ended = self.line_ids.browse()
        for id_ in changes.get("end") or []:
            ended |= self._find_line(id_)
        if not (header or lines or added or ended):
            self._raise(
                speaking(self.env)._("The amendment changes nothing."), "contract_amendment_empty"
            )
        if ended & self.line_ids.browse().union(*lines):
            self._raise_values(["end"])
        touched = ended.union(*lines)
        self._check_open(day, touched, header)
        self._check_fees_kept(ended)
        kept = ended.filtered(lambda line: line.period_ids and line._get_first_day() >= day)
        if kept:
            # The ledger knows the line: it does not go as if it had never been.
            possible = max(line._get_first_day() for line in kept) + timedelta(days=1)
            self._raise_billed(day, possible)
        self._check_period(day, touched - ended)
        return {"contract": header, "lines": lines, "add": added, "end": ended}

    def _check_fees_kept(self, ended):
        """Refuse to end fees that the ledger knows: they would be billed again all the same."""
        for line in ended.filtered(lambda line: line.charge == "once" and line.period_ids):
            self._raise(
                speaking(self.env)._(
                    "“%s” was billed, and that is kept: change its price to 0 instead of ending "
                    "it.",
                    line._get_line_label(),
                ),
                "contract_amendment_billed",
            )

    def _keep_changed(self, record, values, allowed, always=()) -> dict:
        self._check_names(values, allowed)
        check_values(record, values)
        kept = {}
        for name, value in values.items():
            field = record._fields[name]
            new = field.convert_to_record(field.convert_to_cache(value, record), record)
            if new != record[name] or name in always:
                kept[name] = value
        return kept

    def _check_names(self, values, allowed):
        unknown = sorted(set(values) - set(allowed))
        if unknown:
            self._raise_values(unknown)

    def _find_line(self, id_):
        line = self.line_ids.filtered(lambda line: line.id == id_)
        if not line:
            self._raise(
                speaking(self.env)._(
                    "%(contract)s has no line with the id %(id)s.",
                    contract=self.display_name,
                    id=id_,
                ),
                "contract_amendment_values",
            )
        return line

    def _check_open(self, day, lines, header):
        """Refuse to change days that were billed."""
        opened = self._get_open_periods()
        billed = {line: line._get_last_billed(opened) for line in lines}
        last_billed = max(filter(None, billed.values()), default=None)
        end = fields.Date.to_date(header.get("date_end"))
        if end:
            # The commitment cannot end before what was billed of it.
            days = [line._get_last_billed(opened) for line in self._get_repeated_lines()]
            reached = max(filter(None, days), default=end)
            if end < reached:
                self._raise_billed(end, reached)
        if last_billed and day <= last_billed:
            self._raise_billed(day, last_billed + timedelta(days=1))
        for line in lines:
            last = line._get_last_day()
            if (last and last < day) or (line.charge == "once" and billed[line]):
                self._raise(
                    speaking(self.env)._(
                        "“%(line)s” ended on %(date)s: it cannot be changed from a later day on. "
                        "Add a line instead.",
                        line=line._get_line_label(),
                        date=format_date(speaking(self.env), last or line.billed_to),
                    ),
                    "contract_amendment_values",
                )

    def _check_period(self, day, lines):
        """Refuse that both lines bill the whole price of the period in which they change."""
        replaced = lines.filtered(
            lambda line: line.charge != "once" and line._get_first_day() < day
        )
        if self.proration != "none" or not replaced:
            return
        period = self._get_rhythm().get_full(day)
        if period.date_from != day:
            env = speaking(self.env)
            self._raise(
                env._(
                    "%(contract)s bills whole periods: changed on %(date)s, the period would be "
                    "billed at both prices. Amend it from %(first)s or from %(next)s.",
                    contract=self.display_name,
                    date=format_date(env, day),
                    first=format_date(env, period.date_from),
                    next=format_date(env, period.date_to + timedelta(days=1)),
                ),
                "contract_amendment_period",
            )

    def _get_repeated_lines(self):
        """Return the lines that bill period after period."""
        return self._get_billed_lines().filtered(lambda line: line.charge != "once")

    def _raise_billed(self, day, possible):
        env = speaking(self.env)
        raise DocumentError(
            env._(
                "%(contract)s cannot be amended as of %(date)s: it was billed beyond. The first "
                "possible day is %(possible)s. For an earlier one, cancel the invoice first.",
                contract=self.display_name,
                date=format_date(env, day),
                possible=format_date(env, possible),
            ),
            "contract_amendment_billed",
            model=self._name,
            ids=self.ids,
            date=fields.Date.to_string(possible),
        )

    def _raise_values(self, names):
        self._raise(
            speaking(self.env)._(
                "An amendment cannot change these values: %s. End the line and add another, or "
                "make another contract.",
                ", ".join(names),
            ),
            "contract_amendment_values",
        )

    def _raise(self, message, code):
        raise DocumentError(message, code, model=self._name, ids=self.ids)

    # ------------------------------------------------------------------
    # Changes of lines; the records carry a pass
    # ------------------------------------------------------------------
    def _apply_line_changes(self, day, changes, amendment):
        """End, change and add lines; return those that are new."""
        eve = day - timedelta(days=1)
        Line = self.env["koban.contract.line"]
        values = []
        for line, changed in changes["lines"].items():
            line = line.with_env(self.env)
            if line.charge == "once" or line._get_first_day() >= day:
                line._change_whole(changed)  # none of its days comes before
                continue
            values.append(line._prepare_successor(day, changed, amendment))
            line.date_end = eve
        for line in changes["end"].with_env(self.env):
            if line.charge == "once" or line._get_first_day() >= day:
                line._leave_followers()
                line.unlink()  # it would never bill
            else:
                line.date_end = eve
        for added in changes["add"]:
            values.append(
                {
                    "date_start": None if added.get("display_type") else day,
                    "price_date": self._get_own_price_date(day, added),
                    "contract_id": self.id,
                    "amendment_id": amendment.id,
                    "sequence": max(self.line_ids.mapped("sequence"), default=0) + 1,
                    **added,
                }
            )
        lines = Line.create(values)
        for line in lines.filtered("replaces_id"):
            line._take_over(day)
        return lines

    def _number_lines(self, added):
        """Put each new line below the one that it replaces."""
        added = added.with_env(self.env)
        ordered = list(self._get_ordered_lines() - added.filtered("replaces_id"))
        for line in added.filtered("replaces_id"):
            ordered.insert(ordered.index(line.replaces_id) + 1, line)
        for sequence, line in enumerate(ordered, start=1):
            if line.sequence != sequence:
                line.sequence = sequence

    # ------------------------------------------------------------------
    # History
    # ------------------------------------------------------------------
    def _describe_changes(self, day, changes) -> list[str]:
        """Return each change in the user's words."""
        env = speaking(self.env)
        told = self._describe_values_of(self, changes["contract"])
        for line, values in changes["lines"].items():
            for text in self._describe_values_of(line, values):
                told.append(
                    env._("“%(line)s”: %(change)s", line=line._get_line_label(), change=text)
                )
        for line in changes["end"]:
            told.append(env._("“%s” ends", line._get_line_label()))
        Product = self.env["product.product"]
        for values in changes["add"]:
            name = values.get("name") or Product.browse(values.get("product_id")).display_name
            told.append(env._("“%s” is added", (name or "").split("\n")[0]))
        return told

    def _describe_values_of(self, record, values) -> list[str]:
        env = speaking(self.env)
        told = []
        record = record.with_env(env)
        for name, value in values.items():
            field = record._fields[name]
            new = field.convert_to_record(field.convert_to_cache(value, record), record)
            told.append(
                env._(
                    "%(field)s: %(old)s → %(new)s",
                    field=field._description_string(env),
                    old=self._show(field, record[name], record),
                    new=self._show(field, new, record),
                )
            )
        return told

    def _show(self, field, value, record) -> str:
        env = record.env
        if field.type == "date":
            return format_date(env, value) if value else "–"
        if field.type == "float":
            return format_number(env, value)
        if field.type == "selection":
            return dict(field._description_selection(env)).get(value, "–")
        if field.type == "many2many":
            return ", ".join(value.mapped("display_name")) or "–"
        return str(field.convert_to_display_name(value, record) or "–")

    def _get_amendment_message(self, amendment) -> str:
        env = speaking(self.env)
        return env._(
            "Amendment %(number)s, in force from %(date)s. %(reason)s %(changes)s",
            number=amendment.number,
            date=format_date(env, amendment.date),
            reason=amendment.reason or "",
            changes="; ".join(amendment.description.split("\n")),
        )

    # ------------------------------------------------------------------
    # Screen
    # ------------------------------------------------------------------
    @public(one=True)
    def action_amend(self) -> dict:
        """Open the amendment to enter."""
        if self.state != "running":
            self._raise_state()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amend"),
            "res_model": "koban.contract.amend",
            "context": {"default_contract_id": self.id},
            "views": [(False, "form")],
            "target": "new",
        }

    @public
    def action_open_amendments(self) -> dict:
        """Open the history of these contracts."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Amendments"),
            "res_model": "koban.contract.amendment",
            "domain": [("contract_id", "in", self.ids)],
            "views": [(False, "list"), (False, "form")],
        }

    def _prepare_amend(self, names) -> dict:
        """Return what the amendment starts with: the values in force, and the first open day."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        opened = self._get_open_periods()
        lines = self._get_billed_lines().filtered(
            lambda line: not (line.charge == "once" and line._get_last_billed(opened))
        )
        reached = list(filter(None, (line._get_last_billed(opened) for line in lines)))
        start = max([self.date_start, *(day + timedelta(days=1) for day in reached)])
        lines = lines.filtered(lambda line: (line._get_last_day() or start) >= start)
        values = {
            "date": start if reached or start > today else today,
            "line_ids": [Command.create(line._prepare_amend()) for line in lines],
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in HEADER_FIELDS
            },
        }
        return {name: value for name, value in values.items() if name in names}
