from collections import defaultdict
from datetime import date

from odoo import fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.koban_document.rows import split_amount
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.passes import open_pass

from ..billed_fields import open_billing
from ..periods import ONE_DAY, Period
from ..proration import prorate
from ..ready_invoices import complete
from .koban_contract_schedule import DuePeriod

MOVE_TYPES = {"sale": "out_invoice", "purchase": "in_invoice"}
# Contracts whose invoices agree on these may share one.
SHARED_FIELDS = (
    "company_id", "kind", "invoice_partner_id", "currency_id", "journal_id", "fiscal_position_id",
    "payment_term_id", "process_id",
)  # fmt: skip


class KobanContract(models.Model):
    """Draft invoices of the periods that are due (rows 2-67, 2-68)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _bill(self, day: date):
        """Make the draft invoices of all that is due.

        All or nothing: whoever calls isolates a contract that cannot be billed.

        :param day: of the billing
        :return: records of ``account.move``
        """
        due = defaultdict(list)
        for item in self._find_due(day):
            due[item.line.contract_id].append(item)
        rows = self._write_ledger(due)
        moves = self._create_drafts(due, rows, day)
        self._advance(due)
        return moves

    # ------------------------------------------------------------------
    # The ledger
    # ------------------------------------------------------------------
    def _write_ledger(self, due) -> dict:
        """Write down the periods; the database refuses those that are billed.

        :param due: ``{contract: [DuePeriod]}``
        :return: ``{(line id, first day): row}``
        """
        rows, values = {}, []
        for contract, items in due.items():
            for item in items:
                if item.row:
                    rows[item.line.id, item.period.date_from] = item.row
                else:
                    values.append(contract._prepare_row(item))
        Row = self.env["koban.contract.period"].sudo()  # written by billing alone
        again = Row.union(*rows.values())
        self._cut_rows(due, Row)
        again.write({"state": "billed"})
        again.contract_id._forget_open_periods()
        for row in Row.create(values):
            rows[row.line_id.id, row.date_from] = row
        return rows

    def _cut_rows(self, due, Row):
        """Leave open what is not billed again of a period: the days after the end of its line."""
        cut = [
            item for items in due.values() for item in items
            if item.row and item.period.date_to < item.row.date_to
        ]  # fmt: skip
        rest = [
            {
                **item.line.contract_id._prepare_row(item),
                "date_from": item.period.date_to + ONE_DAY,
                "date_to": item.row.date_to,
                "share": 0.0,
                "amount": 0.0,
                "state": "open",
            }
            for item in cut
        ]
        for item in cut:
            item.row.with_env(Row.env).date_to = item.period.date_to
        Row.create(rest)

    def _prepare_row(self, item) -> dict:
        return {
            "line_id": item.line.id,
            "contract_id": self.id,
            "company_id": self.company_id.id,
            "date_from": item.period.date_from,
            "date_to": item.period.date_to,
            "share": float(item.share),
            "amount": self._get_ledger_amount(item),
            "state": "billed" if item.share else "suspended",
        }

    def _advance(self, due):
        """Note how far each line is billed."""
        reached = defaultdict(lambda: self.env["koban.contract.line"])
        for items in due.values():
            last = {item.line: item.period.date_to for item in items if not item.row}
            for line, day in last.items():
                reached[day] |= line
        for day, lines in reached.items():
            with open_pass(lines.contract_id, line_fields={"billed_to"}):
                lines.billed_to = day

    def _prepare_billed(self, row) -> DuePeriod:
        """Return a billed period as it is in the ledger.

        :param row: record of ``koban.contract.period``
        """
        return self._prepare_due(row.line_id, Period(row.date_from, row.date_to), row)

    # ------------------------------------------------------------------
    # Prices
    # ------------------------------------------------------------------
    def _get_period_price(self, item) -> float:
        """Return the price of a whole period, as in force on its first day."""
        return item.line._get_price_on(item.period.date_from)

    def _get_period_amount(self, item) -> float:
        """Return what a period amounts to; with taxes if the prices of its line are."""
        quantity, price = self._get_quantity_and_price(item)
        net = quantity * price * (1 - (item.line.discount or 0.0) / 100)
        return self.currency_id.round(net)

    def _get_ledger_amount(self, item) -> float:
        """Return what a period amounts to, excluding tax."""
        return item.line._exclude_taxes(self._get_period_amount(item))

    def _get_quantity_and_price(self, item) -> tuple[float, float]:
        """Return the quantity and the unit price that bill a period to the cent."""
        price, quantity = self._get_period_price(item), item.line.quantity
        if item.share == 1:
            return quantity, price
        amount = prorate(price * quantity, item.share, self.currency_id.rounding)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return split_amount(amount, quantity, digits, self.currency_id.round)

    # ------------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------------
    def _create_drafts(self, due, rows, day):
        values = []
        for contracts in self._group_by_invoice(due).values():
            lines = contracts._prepare_invoice_lines(due, rows, grouped=len(contracts) > 1)
            if lines:
                values.append(contracts._prepare_invoice(lines, day))
        with open_billing(self.env):
            return self.env["account.move"].create(complete(self.env, values))

    def _group_by_invoice(self, due) -> dict:
        """Return the contracts of each invoice to make."""
        groups = defaultdict(lambda: self.browse())
        for contract in due:
            key = [contract[name] for name in SHARED_FIELDS]
            if contract.grouping == "contract":
                key.append(contract.id)
            groups[tuple(key)] |= contract
        return groups

    def _prepare_invoice(self, lines, day) -> dict:
        """Return the values of the invoice of these contracts, which agree on what it says."""
        self.env["account.move"]._check_billing_allowed()
        contract = self[:1]
        values = {
            "move_type": MOVE_TYPES[contract.kind],
            "company_id": contract.company_id.id,
            "partner_id": contract.invoice_partner_id.id,
            "currency_id": contract.currency_id.id,
            "fiscal_position_id": contract.fiscal_position_id.id,
            "invoice_payment_term_id": contract.payment_term_id.id,
            "invoice_date": day,
            "invoice_origin": ", ".join(self.mapped("name")),
            "invoice_user_id": contract.user_id.id,
            "process_id": contract.process_id.id,
            "invoice_line_ids": [Command.create(line) for line in lines],
        }
        if contract.journal_id:
            values["journal_id"] = contract.journal_id.id
        if len(self) == 1:
            values |= {
                **contract._prepare_document_texts(),
                "partner_shipping_id": contract.partner_id.id,
            }
        return values

    def _prepare_invoice_lines(self, due, rows, grouped) -> list[dict]:
        lines = []
        for contract in self:
            own = contract._prepare_contract_lines(due[contract], rows)
            if own and grouped:
                lines.append({"display_type": "line_section", "name": contract.display_name})
                for line in own:
                    if line.get("display_type") == "line_section":
                        line["display_type"] = "line_subsection"
            lines += own
        for sequence, line in enumerate(lines, start=1):
            line["sequence"] = sequence
        return lines

    def _prepare_contract_lines(self, items, rows) -> list[dict]:
        """Return the lines that bill the periods of one contract, under their titles."""
        self.ensure_one()
        by_line = defaultdict(list)
        for item in items:
            if item.share:
                by_line[item.line].append(item)
        prepared, titles = [], {}
        for line in self._get_ordered_lines():
            if line.display_type:
                titles = self._keep_titles(titles, line)
                continue
            for item in by_line[line]:
                prepared += [title._prepare_title() for title in titles.values()]
                titles = {}
                row = rows[line.id, item.period.date_from]
                prepared += self._prepare_period_lines(item, row)
        return prepared

    def _prepare_period_lines(self, item, row) -> list[dict]:
        """Return the invoice lines of a period; a consumption has one for each of its prices."""
        return [self._prepare_invoice_line(item, row)]

    def _keep_titles(self, titles, line) -> dict:
        """Return the titles to print before the next line that is billed."""
        if line.display_type == "line_section":
            return {"section": line}
        kept = {key: title for key, title in titles.items() if key != line.display_type}
        return {**kept, line.display_type: line}

    def _prepare_invoice_line(self, item, row) -> dict:
        line = item.line
        quantity, price = self._get_quantity_and_price(item)
        return {
            "contract_period_id": row.id,
            "product_id": line.product_id.id,
            "name": self._get_billed_name(item),
            "quantity": quantity,
            "product_uom_id": line.product_uom_id.id,
            "price_unit": price,
            "discount": line.discount,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
        }

    def _get_billed_name(self, item) -> str:
        """Return the text of a line: what is billed, and its period."""
        env = speaking(self.with_context(lang=self.partner_id.lang).env)
        period = item.period
        if item.line.charge == "once":
            return item.line.name
        text = env._(
            "From %(first)s to %(last)s",
            first=format_date(env, period.date_from),
            last=format_date(env, period.date_to),
        )
        return f"{item.line.name}\n{text}"

    # ------------------------------------------------------------------
    # One contract, by hand
    # ------------------------------------------------------------------
    @public
    def action_bill(self, date: Day | None = None) -> dict:
        """Make the draft invoices of what is due of these contracts, and show them.

        :param date: day of the billing, ``YYYY-MM-DD``; today by default
        :return: action that shows the drafts; of several contracts, those that cannot be billed
            are in the list of failures
        :raise DocumentError: codes ``contract_nothing_due``, ``contract_being_billed``, or what
            prevents the billing of one
        """
        self.check_access("write")
        runs = self.env["koban.billing.run"]._bill_now(self, date)
        if runs.failure_ids and len(self) == 1:
            failure = runs.failure_ids[0]
            raise DocumentError(
                f"{failure.contract_id.display_name}: {failure.reason}", failure.code or "contract"
            )
        if not runs.move_ids and not runs.failure_ids:
            self._check_not_being_billed(date)
            raise DocumentError(
                speaking(self.env)._("Nothing is due on that day."),
                "contract_nothing_due",
                model=self._name,
                ids=self.ids,
            )
        return runs._show()

    def _check_not_being_billed(self, date):
        """Refuse what is due, and another worker bills at this moment.

        :raise DocumentError: code ``contract_being_billed``
        """
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        due = self.filtered(lambda one: one.next_invoice_date and one.next_invoice_date <= day)
        if due:
            raise DocumentError(
                speaking(self.env)._(
                    "%s is being billed, or changed by someone else, at this moment. Look at its "
                    "invoices in a minute.",
                    due[0].display_name,
                ),
                "contract_being_billed",
                model=self._name,
                ids=due.ids,
            )

    @public
    def action_bill_later(self) -> dict:
        """Have the scheduled job bill what is due of these contracts, and show its progress."""
        Run = self.env["koban.billing.run"]
        return Run.browse(Run.create_run(None, self.ids)["id"])._start_and_show()
