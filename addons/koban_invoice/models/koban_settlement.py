from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_seal.tools.takeover import Takeover
from odoo.addons.koban_seal.tools.verification import Finding

from ..tools.settlements import COUNTED, EXCHANGE, MONEY, OFFSET, OTHER, RECEIPT, take_over

# What a matching and its entry say now, by the column of the row that holds it.
DEBIT = "s.document_line_id = p.debit_move_id"
FOUND = {
    "document_line_id": f"CASE WHEN {DEBIT} THEN p.debit_move_id ELSE p.credit_move_id END",
    "entry_line_id": f"CASE WHEN {DEBIT} THEN p.credit_move_id ELSE p.debit_move_id END",
    "amount": f"CASE WHEN {DEBIT} THEN p.amount ELSE -p.amount END",
    "document_amount": f"CASE WHEN {DEBIT} THEN p.debit_amount_currency "
    "ELSE -p.credit_amount_currency END",
    "entry_amount": f"CASE WHEN {DEBIT} THEN p.credit_amount_currency "
    "ELSE -p.debit_amount_currency END",
    "entry_id": "l.move_id",
    "entry_date": "l.date",
    "journal_id": "l.journal_id",
}
BATCH = 1000


class KobanSettlement(models.Model):
    """What settled customers' invoices, and what of it was undone (DESIGN §3).

    Written by ``tools/settlements.py``, once; PostgreSQL refuses to change it. A receipt is here
    too, so that its matching is covered; closings count it as the payment it is.
    """

    _name = "koban.settlement"
    _description = "Settlement of an invoice"
    _inherit = ["koban.append.only.mixin", "koban.sealed.mixin"]
    _order = "id desc"
    _log_access = False

    _sealed_fields = (
        "company_id", "partial_id", "undone_id", "date", "kind", "amount", "journal_id", "method",
        "document_id", "document_line_id", "document_name", "document_amount",
        "entry_id", "entry_line_id", "entry_name", "entry_date", "entry_amount",
    )  # fmt: skip
    _archive_dates = ("date",)
    _archive_totals = ("amount",)

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        readonly=True,
        help="When closings count it: the date of the entry or, if that month was closed, the "
        "first open day.",
    )
    kind = fields.Selection(
        [
            (RECEIPT, "Receipt"),
            (MONEY, "Bank or Cash Entry"),
            (OFFSET, "Credit Note"),
            (EXCHANGE, "Exchange Difference"),
            (OTHER, "Settled Without Payment"),
        ],
        required=True,
        readonly=True,
    )
    amount = fields.Monetary(
        readonly=True, help="In the company's currency; negative: paid back, or undone."
    )
    journal_id = fields.Many2one("account.journal", readonly=True, ondelete="restrict")
    method = fields.Char(string="Payment Method", readonly=True)
    # Numbers: the records they name may go, and these stay.
    partial_id = fields.Integer(string="Matching", readonly=True, aggregator=None)
    undone_id = fields.Integer(
        string="Undoes", readonly=True, aggregator=None, help="The settlement that this one undoes."
    )
    document_id = fields.Integer(string="Document ID", readonly=True, aggregator=None)
    document_line_id = fields.Integer(readonly=True, aggregator=None)
    document_name = fields.Char(string="Document", readonly=True)
    document_amount = fields.Float(
        string="In the Document's Currency", digits=(16, 6), readonly=True, aggregator=None
    )
    entry_id = fields.Integer(string="Entry ID", readonly=True, aggregator=None)
    entry_line_id = fields.Integer(readonly=True, aggregator=None)
    entry_name = fields.Char(string="Entry", readonly=True)
    entry_date = fields.Date(readonly=True)
    entry_amount = fields.Float(
        string="In the Entry's Currency", digits=(16, 6), readonly=True, aggregator=None
    )

    _partial_idx = models.Index("(partial_id, id)")
    _undone_idx = models.Index("(undone_id) WHERE undone_id IS NOT NULL")
    _entry_idx = models.Index("(entry_id)")
    _counted_idx = models.Index("(company_id, date) WHERE kind IN ('money', 'other')")
    # Undone once: what comes again is another settlement.
    _undone_once = models.UniqueIndex("(undone_id)")

    @api.depends("document_name", "entry_name", "undone_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            name = f"{row.entry_name or row.entry_id} → {row.document_name or row.document_id}"
            row.display_name = self.env._("Undone: %s", name) if row.undone_id else name

    @public(one=True)
    def action_open_document(self) -> dict:
        """Open the invoice or credit note that was settled."""
        return self._open_move(self.document_id)

    @public(one=True)
    def action_open_entry(self) -> dict:
        """Open the entry that settled it."""
        return self._open_move(self.entry_id)

    def _open_move(self, id_) -> dict:
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": id_,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Dates
    # ------------------------------------------------------------------
    @api.model
    def _date_settlements(self, rows) -> list[dict]:
        """Return rows about to be written with the day on which closings count them.

        An addon that closes periods moves those of a closed one to the first open day.
        """
        return rows

    @api.model
    def _get_first_counted_date(self, company):
        """Return the date of the first settlement of a company that closings count, or None."""
        self.env.cr.execute(
            SQL(
                "SELECT min(date) FROM koban_settlement WHERE company_id = %s AND kind IN %s",
                company.id,
                COUNTED,
            )
        )
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------------
    def _is_sealable(self):
        return True

    @api.model
    def _prepare_takeover(self, companies, takeover):
        super()._prepare_takeover(companies, takeover)
        if isinstance(takeover, Takeover):  # which no code typed in a client has
            take_over(self.env, companies)

    @api.model
    def _get_validated_condition(self):
        return SQL("TRUE")

    @api.model
    def _get_archive_name(self):
        return "lettrages"

    @api.model
    def _get_archive_title(self):
        return "Ce qui a soldé les factures des clients, et ce qui en a été annulé."

    def _collect_seal_notes(self):
        # A document may be gone; all are looked for at once.
        moves = self.env["account.move"].browse(self.mapped("document_id")).exists()
        known = {move.id: move for move in moves}
        return {
            row.id: row._prepare_notes(known.get(row.document_id, self.env["account.move"]))
            for row in self
        }

    def _get_seal_notes(self):
        return self._collect_seal_notes()[self.id]

    def _prepare_notes(self, move) -> dict:
        return {
            "company": self.company_id._get_identity(),
            "partner": move.commercial_partner_id._get_identity(),
            "currency": self.currency_id.name,
            "journal": self.journal_id.name,
            "payment_method": self.method or "",
        }

    # ------------------------------------------------------------------
    # Verification
    # ------------------------------------------------------------------
    @api.model
    def _iter_findings(self, company):
        """Yield what differs between the rows of a company and the matchings as they are."""
        yield from self._find_altered(company)
        if company.document_guard:
            yield from self._find_unwritten(company)

    def _find_altered(self, company):
        """Yield the matchings that are gone or altered, and entries no longer posted."""
        told = SQL(", ").join(SQL.identifier("s", name) for name in FOUND)
        found = SQL(", ").join(SQL(expression) for expression in FOUND.values())
        query = SQL(
            "SELECT s.id, concat_ws(' → ', s.entry_name, s.document_name), p.id, "
            "CASE WHEN s.kind <> %(offset)s THEN coalesce(m.state, '') ELSE 'posted' END, "
            "%(told)s, %(found)s FROM koban_settlement s "
            "LEFT JOIN account_partial_reconcile p ON p.id = s.partial_id "
            "LEFT JOIN account_move_line l ON l.id = s.entry_line_id "
            "LEFT JOIN account_move m ON m.id = l.move_id "
            "WHERE s.company_id = %(company)s AND s.undone_id IS NULL "
            "AND NOT EXISTS (SELECT FROM koban_settlement u WHERE u.undone_id = s.id) "
            "AND (p.id IS NULL OR (m.state IS DISTINCT FROM 'posted' AND s.kind <> %(offset)s) "
            "OR (%(told)s) IS DISTINCT FROM (%(found)s))",
            told=told,
            found=found,
            company=company.id,
            offset=OFFSET,
        )
        for id_, label, partial, state, *values in self._iter_rows(query, SQL("s.id")):
            about = {"model": self._name, "res_id": id_, "label": label}
            if not partial:
                yield Finding("document_deleted", **about)
                continue
            if state != "posted":
                about_state = {"field": "entry_id", "expected": "posted", "found": state}
                yield Finding("document_altered", **about, **about_state)
            half = len(FOUND)
            for name, told_, found_ in zip(FOUND, values[:half], values[half:], strict=True):
                if told_ != found_:
                    told_now = {"field": name, "expected": str(told_), "found": str(found_)}
                    yield Finding("document_altered", **about, **told_now)

    def _find_unwritten(self, company):
        """Yield the matchings that settle a document and have no row."""
        is_sale = "(%s.move_type IN %%(types)s OR %s.type = 'sale')"
        query = SQL(
            "SELECT p.id, concat_ws(' → ', CASE WHEN sides.debit THEN c.name ELSE d.name END, "
            "CASE WHEN sides.debit THEN d.name ELSE c.name END) "
            "FROM account_partial_reconcile p "
            "JOIN account_move_line dl ON dl.id = p.debit_move_id "
            "JOIN account_move_line cl ON cl.id = p.credit_move_id "
            "JOIN account_move d ON d.id = dl.move_id JOIN account_move c ON c.id = cl.move_id "
            "JOIN account_journal dj ON dj.id = d.journal_id "
            "JOIN account_journal cj ON cj.id = c.journal_id "
            "JOIN account_account a ON a.id = dl.account_id "
            "JOIN LATERAL (SELECT " + is_sale % ("d", "dj") + " AS debit, "
            + is_sale % ("c", "cj") + " AS credit) sides ON TRUE "
            "WHERE a.account_type = 'asset_receivable' "
            "AND CASE WHEN sides.debit THEN d.company_id ELSE c.company_id END = %(company)s "
            "AND CASE WHEN sides.debit THEN sides.credit OR c.state = 'posted' "
            "ELSE sides.credit AND d.state = 'posted' END "
            "AND NOT EXISTS (SELECT FROM koban_settlement s WHERE s.partial_id = p.id "
            "AND s.undone_id IS NULL "
            "AND NOT EXISTS (SELECT FROM koban_settlement u WHERE u.undone_id = s.id))",
            company=company.id,
            types=tuple(self.env["account.move"].get_sale_types(include_receipts=True)),
        )  # fmt: skip
        for id_, label in self._iter_rows(query, SQL("p.id")):
            yield Finding("document_unsealed", "account.partial.reconcile", id_, label)

    def _iter_rows(self, query, key):
        """Yield the rows of a query, by batches in the order of the id that they begin with."""
        last = 0
        while True:
            self.env.cr.execute(
                SQL("%s AND %s > %s ORDER BY %s LIMIT %s", query, key, last, key, BATCH)
            )
            rows = self.env.cr.fetchall()
            yield from rows
            if len(rows) < BATCH:
                return
            last = rows[-1][0]
