from dataclasses import replace

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date, formatLang

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..billed_fields import open_billing
from .koban_contract_billing import MOVE_TYPES
from .koban_contract_period import open_invoice

SETTLEMENT_KINDS = [("late", "Revised Late"), ("real", "Final Value")]
STATES = [("open", "To Invoice"), ("billed", "Invoiced"), ("dropped", "Dropped")]
REFUND_TYPES = {"sale": "out_refund", "purchase": "in_refund"}
# The ledger keeps shares with six decimals.
SHARE_GAP = 1e-5


class KobanPriceSettlement(models.Model):
    """What a revision that came after the billing changes on a period: billed or credited once."""

    _name = "koban.price.settlement"
    _description = "Regularised Period"
    _order = "id desc"
    _rec_name = "period_id"

    revision_id = fields.Many2one(
        "koban.price.revision", required=True, readonly=True, ondelete="restrict"
    )
    kind = fields.Selection(SETTLEMENT_KINDS, required=True, readonly=True)
    period_id = fields.Many2one(
        "koban.contract.period", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    partner_id = fields.Many2one(related="contract_id.partner_id")
    old_price = fields.Float(digits="Product Price", readonly=True, aggregator=None)
    new_price = fields.Float(digits="Product Price", readonly=True, aggregator=None)
    amount = fields.Monetary(readonly=True, help="Difference to bill, or to credit if negative.")
    state = fields.Selection(
        STATES,
        required=True,
        readonly=True,
        default="open",
        index=True,
        help="Dropped: the revision was undone, or the period is billed again at its price.",
    )
    move_line_ids = fields.One2many("account.move.line", "contract_settlement_id", readonly=True)
    move_id = fields.Many2one(
        "account.move", string="Invoice", compute="_compute_move_id", compute_sudo=True
    )

    _once = models.Constraint(
        "UNIQUE (revision_id, period_id, kind)", "A period is regularised once for a revision."
    )

    @api.depends("move_line_ids.move_id.state")
    def _compute_move_id(self):
        for settlement in self:
            moves = settlement.move_line_ids.sorted("id").move_id
            live = moves.filtered(lambda move: move.state != "cancel")
            settlement.move_id = (live or moves)[-1:]

    @public(one=True)
    def action_open_invoice(self) -> dict:
        """Open the invoice or the credit note of the difference."""
        self.check_access("read")
        return open_invoice(self.move_id)

    # ------------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------------
    def _draft(self):
        """Make one draft invoice or credit note for each contract.

        :return: records of ``account.move``
        """
        Move = self.env["account.move"]
        moves = Move
        for company, own in self.grouped("company_id").items():
            values = [
                contract.with_company(company)._prepare_settlement(settlements)
                for contract, settlements in own.grouped("contract_id").items()
            ]
            with open_billing(self.env):
                moves |= Move.with_company(company).create(values).with_env(Move.env)
        self.state = "billed"
        return moves

    def _prepare_line(self, sign) -> dict:
        """Return the values of the line that bills (1) or credits (-1) the difference."""
        line, period = self.period_id.line_id, self.period_id
        env = speaking(self.with_context(lang=self.contract_id.partner_id.lang).env)
        digits = {"dp": "Product Price"}
        name = env._(
            "Adjustment: %(name)s\nFrom %(first)s to %(last)s: %(old)s → %(new)s",
            name=line._get_price_label(env),
            first=format_date(env, period.date_from),
            last=format_date(env, period.date_to),
            old=formatLang(env, self.old_price, **digits),
            new=formatLang(env, self.new_price, **digits),
        )
        return {
            "contract_settlement_id": self.id,
            "product_id": line.product_id.id,
            "name": name,
            "quantity": 1.0,
            "product_uom_id": line.product_uom_id.id,
            "price_unit": sign * self.amount,
            # The difference is net of it.
            "discount": 0.0,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
        }

    def _reopen(self):
        """Mark differences whose draft came to nothing to be invoiced again."""
        self.filtered(lambda settlement: settlement.state == "billed").write({"state": "open"})

    def _drop(self):
        """Give up the differences that are not invoiced; what invoiced them once keeps them."""
        self.filtered(lambda settlement: settlement.state == "open").write({"state": "dropped"})

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        if any(settlement.state == "billed" for settlement in self):
            raise DocumentError(
                speaking(self.env)._("A regularised period cannot be deleted: credit its invoice."),
                "contract_settlement",
                model=self._name,
                ids=self.ids,
            )


class KobanContract(models.Model):
    """Differences between what was billed and the prices as revised since."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _prepare_settlement(self, settlements) -> dict:
        """Return the values of the invoice or the credit note of a contract's differences."""
        self.ensure_one()
        credited = sum(settlements.mapped("amount")) < 0
        ordered = settlements.sorted(lambda item: (item.period_id.date_from, item.period_id.id))
        lines = [item._prepare_line(-1 if credited else 1) for item in ordered]
        for sequence, line in enumerate(lines, start=1):
            line["sequence"] = sequence
        values = self._prepare_invoice(lines, fields.Date.context_today(self))
        return {**values, "move_type": (REFUND_TYPES if credited else MOVE_TYPES)[self.kind]}

    def _get_period_price(self, item) -> float:
        """A price revised since, and settled apart, does not count for the period."""
        if item.price is not None:
            return item.price
        if item.row:
            # The difference is invoiced apart: what is billed again is the price without it.
            settled = item.row.sudo().settlement_ids.filtered(lambda own: own.state == "billed")
            if settled:
                return settled.sorted("id")[0].old_price
        return super()._get_period_price(item)

    def _write_ledger(self, due):
        rows = super()._write_ledger(due)
        again = [item for items in due.values() for item in items if item.row]
        if again:
            billed = self.env["koban.contract.period"].union(*(item.row for item in again)).sudo()
            # Billed at the price of today, they leave no difference to invoice.
            billed.settlement_ids._drop()
            for item in again:
                contract = item.line.contract_id
                item.row.sudo().amount = contract._get_ledger_amount(item)  # billing alone
        return rows

    def _get_revised_amount(self, row, price) -> float:
        """Return what a billed period amounts to at another price."""
        self.ensure_one()
        due = self._prepare_billed(row)
        # Suspended since, it is billed all the same: the ledger knows what was.
        share = due.share if abs(due.share - row.share) < SHARE_GAP else row.share
        return self._get_period_amount(replace(due, share=share, price=price))


class KobanContractPeriod(models.Model):
    _inherit = "koban.contract.period"

    settlement_ids = fields.One2many("koban.price.settlement", "period_id", readonly=True)

    def _get_billed_amount(self) -> float:
        """Return what the invoice bills for the period, at its own prices.

        A draft may have been changed by hand since the ledger was written.
        """
        self.ensure_one()
        move, currency = self._get_invoice(), self.currency_id
        lines = move.invoice_line_ids.filtered(lambda line: line.contract_period_id == self)
        if not lines or move.currency_id != currency:
            return self.amount
        return sum(
            currency.round(line.quantity * line.price_unit * (1 - (line.discount or 0.0) / 100))
            for line in lines
        )


class KobanPriceRevision(models.Model):
    _name = "koban.price.revision"
    _inherit = ["koban.price.revision"]

    def _check_undoable(self):
        super()._check_undoable()
        settlements = self.sudo().settlement_ids  # whatever the user may see
        for settlement in settlements.filtered(lambda own: own.state == "billed")[:1]:
            raise DocumentError(
                speaking(self.env)._(
                    "%(revision)s cannot be undone: %(invoice)s bills or credits what it changed. "
                    "Delete that draft, or credit it and reopen its periods.",
                    revision=settlement.revision_id.display_name,
                    invoice=settlement.move_id.display_name,
                ),
                "contract_revision_billed",
                model=self._name,
                ids=settlement.revision_id.ids,
            )

    def _undo(self):
        done = self.filtered(lambda revision: revision.state == "done")
        super()._undo()
        done.sudo().settlement_ids._drop()  # written by revisions alone

    def _regularise(self, kind):
        """Invoice or credit what these revisions change on periods billed already, once.

        :param kind: ``late`` or ``real``
        :return: records of ``account.move``
        """
        revisions = self.sudo()  # what was billed is the system's to know
        Settlement = self.env["koban.price.settlement"].sudo()
        if not revisions:
            return self.env["account.move"]
        lines = revisions.line_id.union(*(line._get_followers() for line in revisions.line_id))
        rows = (
            self.env["koban.contract.period"]
            .sudo()
            .search(
                [
                    ("line_id", "in", lines.ids),
                    ("state", "=", "billed"),
                    ("date_from", ">=", min(revisions.mapped("date_from"))),
                ],
                order="contract_id, date_from, id",
            )
        )
        by_line = {line: list(line._get_price_history().sorted("date_from")) for line in lines}
        values = []
        for row in rows:
            before = [item for item in by_line[row.line_id] if item.date_from <= row.date_from]
            if before and before[-1] in revisions:
                # Of several missed ones, the first says what was billed.
                first = next(item for item in by_line[row.line_id] if item in revisions)
                billed_price = first.provisional_price if kind == "real" else first.old_price
                values += before[-1]._prepare_settlement(row, kind, billed_price)
        settlements = Settlement.create(values)
        # As superuser: the value of an index is entered by who may not invoice.
        return settlements._draft().with_env(self.env)

    def _prepare_settlement(self, row, kind, billed_price) -> list[dict]:
        """Return the values of the difference on a billed period, if there is one."""
        contract, line = row.contract_id, row.line_id
        price = line._get_price_on(row.date_from)
        settled = row.settlement_ids.filtered(lambda own: own.state != "dropped")
        currency = contract.currency_id
        billed = row._get_billed_amount() + sum(settled.mapped("amount"))
        amount = currency.round(contract._get_revised_amount(row, price) - billed)
        if currency.is_zero(amount):
            return []
        return [
            {
                "revision_id": self.id,
                "kind": kind,
                "period_id": row.id,
                "contract_id": contract.id,
                "company_id": contract.company_id.id,
                "old_price": billed_price,
                "new_price": price,
                "amount": amount,
            }
        ]
