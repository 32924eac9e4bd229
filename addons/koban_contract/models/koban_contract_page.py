from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import formatLang, is_html_empty

from odoo.addons.koban_document.rows import PrintedRow, RowSource, group_sources

REPORT = "koban_contract.action_report_contract"
# Rows of one charge; the fees that are billed once have a table of their own.
EACH_PERIOD = ("recurring", "usage")


class KobanContract(models.Model):
    """Contracts with customers on paper: parties, commitment, prices (rows 2-63, 2-64)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    @api.model
    def _get_kind_fields(self):
        return ["kind"]

    @api.model
    def _get_printable_domain(self):
        return Domain("kind", "=", "sale")

    def _get_document_kind(self):
        # The paper of a supplier's contract is the supplier's.
        return "contract" if self.kind == "sale" else False

    def _get_report_base_filename(self):
        return self._get_printed_filename()

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------
    def _get_mention_kind(self):
        # The law knows no other words for a contract than for an order.
        return "order" if self.kind == "sale" else ""

    def _get_mention_date(self):
        return fields.Date.context_today(self, self.validation_date or fields.Datetime.now())

    def _get_mention_lines(self):
        return self._get_billed_lines()

    # ------------------------------------------------------------------
    # Words
    # ------------------------------------------------------------------
    def _get_rhythm_label(self) -> str:
        """Return how often the contract is billed: “Every 3 months”."""
        count, env = self.interval_count, self.env
        if count == 1:
            return {
                "day": env._("Every day"),
                "week": env._("Every week"),
                "month": env._("Every month"),
                "year": env._("Every year"),
            }[self.interval_unit]
        return {
            "day": env._("Every %s days", count),
            "week": env._("Every %s weeks", count),
            "month": env._("Every %s months", count),
            "year": env._("Every %s years", count),
        }[self.interval_unit]

    def _get_period_label(self) -> str:
        """Return what a price is for: “for 3 months”."""
        count, env = self.interval_count, self.env
        if count == 1:
            return {
                "day": env._("per day"),
                "week": env._("per week"),
                "month": env._("per month"),
                "year": env._("per year"),
            }[self.interval_unit]
        return {
            "day": env._("for %s days", count),
            "week": env._("for %s weeks", count),
            "month": env._("for %s months", count),
            "year": env._("for %s years", count),
        }[self.interval_unit]

    def _get_commitment_label(self) -> str:
        """Return the days of the commitment: “from 01/01/2026 to 31/12/2026”."""
        return self._format_days(self.date_start, self.date_end)

    def _format_days(self, first, last) -> str:
        if first and last:
            return self.env._(
                "From %(first)s to %(last)s",
                first=self._format_day(first),
                last=self._format_day(last),
            )
        if last:
            return self.env._("Until %s", self._format_day(last))
        return self.env._("From %s", self._format_day(first)) if first else ""

    def _get_renewal_label(self) -> str:
        """Return what happens at the end: “Tacit, for 12 months”; empty without an end."""
        if not self.date_end:
            return ""
        if self.renewal == "none":
            return self.env._("None: the contract ends")
        label = dict(self._fields["renewal"]._description_selection(self.env))[self.renewal]
        if not self.renewal_months:
            return label
        return self.env._(
            "%(renewal)s, for %(months)s months", renewal=label, months=self.renewal_months
        )

    def _get_notice_label(self) -> str:
        """Return the notice: “3 months, by 30/09/2026 at the latest”; empty for none."""
        if not self.notice_months or not self.date_end:
            return ""
        return self.env._(
            "%(months)s months, by %(deadline)s at the latest",
            months=self.notice_months,
            deadline=self._format_day(self.notice_deadline),
        )

    def _get_billing_label(self) -> str:
        """Return when the contract is billed: “Every 3 months, in advance”."""
        timing = dict(self._fields["timing"]._description_selection(self.env))[self.timing]
        return f"{self._get_rhythm_label()}, {timing[:1].lower()}{timing[1:]}"

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------
    def _get_lines_to_print(self):
        """Leave out what is over: an amendment has taken its place."""
        day = self._get_shown_day()
        lines = super()._get_lines_to_print()
        return lines.filtered(lambda line: line.display_type or not line._is_over(day))

    def _get_charge_rows(self, charges) -> list[PrintedRow]:
        """Return the printed rows of the lines that are billed in these ways.

        The rule of groupings holds as for all of them; groups without such a line go.

        :param charges: among ``recurring``, ``usage`` and ``once``
        """
        lines = self._get_lines_to_print()
        shown = lines.filtered(
            lambda line: (
                line.charge in charges
                if not line.display_type
                # A note stands once: with what comes back.
                else line._is_group() or "recurring" in charges
            )
        )
        if shown == lines:
            return self._get_printed_rows()
        sources = [line._prepare_row_source() for line in shown]
        return self._get_row_builder().build(self._drop_empty_groups(sources))

    @api.model
    def _drop_empty_groups(self, sources) -> list[RowSource]:
        kept = []
        for group in group_sources(sources):
            below = [
                source
                for subgroup in group.subgroups
                if subgroup.sources
                for source in (subgroup.source, *subgroup.sources)
            ]
            if group.sources or below:
                kept += [*([group.source] if group.source else []), *group.sources, *below]
        return kept

    def _get_page_rows(self):
        return self._get_charge_rows(EACH_PERIOD)

    def _get_once_rows(self) -> list[PrintedRow]:
        """Return the rows of the fees that are billed once; none where there is no such fee."""
        return self._get_charge_rows(("once",)) if self._has_once_lines() else []

    def _has_once_lines(self) -> bool:
        return "once" in self._get_billed_lines().mapped("charge")

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------
    def _get_printed_title(self):
        return super()._get_printed_title() or self.env._("Contract")

    def _get_printed_status(self):
        if self.state == "closed":
            return self.env._("Ended on %s", self._format_day(self.close_date))
        return {"draft": self.env._("Draft"), "cancel": self.env._("Cancelled")}.get(self.state, "")

    def _get_printed_delivery(self):
        return self.partner_id.browse()

    def _get_printed_facts(self):
        model = self._get_printed_model()
        seller = self._on_paper(self.user_id)
        customer = self._on_paper(self.partner_id).commercial_partner_id
        validated = self.validation_date and self._get_mention_date()
        return [
            *super()._get_printed_facts(),
            (self.env._("Subject"), self.title),
            (self.env._("Date"), self._format_day(validated)),
            (self.env._("Commitment"), self._get_commitment_label()),
            (self.env._("Renewal"), self._get_renewal_label()),
            (self.env._("Notice"), self._get_notice_label()),
            (self.env._("Billed"), self._get_billing_label()),
            (self.env._("Customer no."), customer.ref or self._on_paper(self.partner_id).ref),
            (self.env._("Contact"), self._on_paper(self.contact_id).name),
            (self.env._("Salesperson"), seller.name if model.show_salesperson else ""),
            (self.env._("Customer's VAT No."), customer.vat),
        ]

    def _get_printed_mentions(self):
        note = self._on_paper(self.fiscal_position_id).note
        return [*super()._get_printed_mentions(), *([] if is_html_empty(note) else [note])]

    def _get_printed_due(self):
        hidden = self._get_hidden_vat()
        if hidden == "reverse":
            label = self.env._("Total, excluding tax, %s", self._get_period_label())
        elif hidden:
            label = self.env._("Total %s", self._get_period_label())
        else:
            label = self.env._("Total incl. VAT %s", self._get_period_label())
        return label, self.amount_total

    def _get_printed_totals(self, rows):
        # The last line says it, with the period.
        totals = super()._get_printed_totals(rows)
        return [total for total in totals if total["class"] != "kd-total"]

    def _get_printed_payment(self):
        term = self._on_paper(self.payment_term_id)
        text = term.note if not is_html_empty(term.note) else term.name
        return {"term": text} if text else {}

    def _get_printed_extra(self):
        model = self._get_printed_model()
        return {
            **super()._get_printed_extra(),
            "own_fields": self._get_printed_own_fields(),
            "once": self._prepare_once_table(model),
            "sign_both": model.show_signature and self.state != "cancel",
        }

    def _prepare_once_table(self, model) -> dict:
        """Return the table of the fees that are billed once; empty for none."""
        rows = self._get_once_rows()
        if not rows:
            return {}
        totals = self._sum_lines("once")
        hidden = self._get_hidden_vat()
        amounts = [
            (self.env._("Total excl. VAT"), totals["base_amount_currency"]),
            (self.env._("Total incl. VAT"), totals["total_amount_currency"]),
        ]
        if hidden:
            amounts = [(self.env._("Total"), totals["total_amount_currency"])]
        return {
            "columns": self._get_printed_columns(model, rows),
            "rows": self._prepare_page_rows(rows, model),
            "carried": False,
            "totals": [self._format_pair(pair) for pair in amounts],
        }

    # ------------------------------------------------------------------
    # Own fields
    # ------------------------------------------------------------------
    def _get_printed_own_fields(self) -> list[tuple[str, str]]:
        """Return the own fields of the type that have a value: labels and texts (row 2-64)."""
        [values] = self.read(["properties"])
        pairs = [(item["string"], self._format_property(item)) for item in values["properties"]]
        return [pair for pair in pairs if pair[1]]

    def _format_property(self, item) -> str:
        """Return the value of an own field as a person reads it; empty for none.

        :param item: as ``read`` gives it: type, value, and what the type needs
        """
        kind, value = item["type"], item.get("value")
        if kind == "boolean":
            return self.env._("Yes") if value else self.env._("No")
        if kind == "separator" or value in (False, None, "", []):
            return ""
        if kind in ("integer", "float", "monetary"):
            decimals = f"{value:.6f}".partition(".")[2].rstrip("0")
            return formatLang(self.env, value, digits=len(decimals))
        if kind == "date":
            return self._format_day(fields.Date.to_date(value))
        if kind == "datetime":
            moment = fields.Datetime.to_datetime(value)
            return self._format_day(fields.Datetime.context_timestamp(self, moment).date())
        if kind == "selection":
            return dict(item.get("selection") or []).get(value, "")
        if kind == "tags":
            labels = {tag[0]: tag[1] for tag in item.get("tags") or []}
            return ", ".join(labels[tag] for tag in value if tag in labels)
        if kind == "many2one":
            return value[1] or ""
        if kind == "many2many":
            return ", ".join(name for _id, name in value if name)
        return str(value)
