"""What settles the invoices of customers, whatever route it takes: written once, then kept.

A matching of the receivable of a customer's invoice is a settlement as long as it is there and what
settles is posted. Each gets a row of ``koban.settlement`` when it comes, and one of the opposite
amount when it goes: rows add up to what is settled, and a closing never counts a euro twice.

Functions of a module, not methods: code typed in the web client cannot reach them.
"""

from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_seal.tools.journal import seal

RECEIPT, MONEY, OFFSET, EXCHANGE, OTHER = "receipt", "money", "offset", "exchange", "other"
MONEY_JOURNALS = ("bank", "cash", "credit")
# Those that closings count: a receipt is counted itself, a credit note is in the turnover.
COUNTED = (MONEY, OTHER)
COLUMNS = (
    "company_id", "partial_id", "undone_id", "date", "kind", "amount", "journal_id", "method",
    "document_id", "document_line_id", "document_name", "document_amount",
    "entry_id", "entry_line_id", "entry_name", "entry_date", "entry_amount",
)  # fmt: skip
BATCH = 1000


def follow(env, partials, new=False, gone=False) -> None:
    """Write what became of matchings: those that settle now, and those that no longer do.

    :param partials: matchings whose entries changed their state; or
    :param new: that came just now; or
    :param gone: that are about to go
    """
    partials = partials.sudo()  # whoever matches, the journal is written
    settling = {} if gone else find_settling(partials)
    live = {} if new else find_live(env, partials.ids)
    left = [_prepare_undoing(row) for id_, row in live.items() if id_ not in settling]
    came = [values for id_, values in settling.items() if id_ not in live]
    for rows, kind in ((left, "settlement_undone"), (came, "settlement")):
        if rows:
            seal(add_rows(env, env["koban.settlement"]._date_settlements(rows)), kind)


def add_rows(env, rows):
    """Add rows to the table, and return their records.

    :param rows: values by the name of each of ``COLUMNS``
    """
    env.cr.execute_values(
        f"INSERT INTO koban_settlement ({', '.join(COLUMNS)}) VALUES %s RETURNING id",
        [tuple(row[name] for name in COLUMNS) for row in rows],
        page_size=len(rows),
    )
    return env["koban.settlement"].sudo().browse([id_ for (id_,) in env.cr.fetchall()])


def find_live(env, partial_ids) -> dict:
    """Return the last row of the matchings that settle as far as the rows say.

    :return: values by the id of the matching
    """
    if not partial_ids:
        return {}
    env.cr.execute(
        SQL(
            "SELECT DISTINCT ON (partial_id) id, %s FROM koban_settlement "
            "WHERE partial_id IN %s ORDER BY partial_id, id DESC",
            SQL(", ").join(map(SQL.identifier, COLUMNS)),
            tuple(partial_ids),
        )
    )
    rows = [dict(zip(("id", *COLUMNS), row, strict=True)) for row in env.cr.fetchall()]
    return {row["partial_id"]: row for row in rows if not row["undone_id"]}


def _prepare_undoing(row) -> dict:
    opposite = {name: -row[name] for name in ("amount", "document_amount", "entry_amount")}
    return {**row, **opposite, "undone_id": row["id"]}


def find_settling(partials) -> dict:
    """Return what settles an invoice among matchings: the values of a row by their ids."""
    settling = {}
    for partial in partials:
        sides = get_sides(partial)
        if sides and (sides[1].parent_state == "posted" or is_customers(sides[1])):
            settling[partial.id] = _prepare_row(partial, *sides)
    return settling


def get_sides(partial):
    """Return the line of the customer's document and the one that settles it, or nothing."""
    debit, credit = partial.debit_move_id, partial.credit_move_id
    if is_customers(debit):
        return debit, credit
    return (credit, debit) if is_customers(credit) else None


def is_customers(line) -> bool:
    """Whether a line is the receivable of a guarded document of a customer."""
    receivable = line.account_id.account_type == "asset_receivable"
    return receivable and line.move_id._is_guard_enabled()


def _prepare_row(partial, line, settling) -> dict:
    entry = settling.move_id
    kind = get_kind(partial, settling)
    debit = line == partial.debit_move_id
    sign = 1 if debit else -1
    amounts = [
        partial.debit_currency_id.round(partial.debit_amount_currency),
        partial.credit_currency_id.round(partial.credit_amount_currency),
    ]
    document_amount, entry_amount = amounts if debit else reversed(amounts)
    return {
        "company_id": line.company_id.id,
        "partial_id": partial.id,
        "undone_id": None,
        "date": entry.date,
        "kind": kind,
        "amount": sign * partial.company_currency_id.round(partial.amount),
        "journal_id": entry.journal_id.id,
        "method": entry.origin_payment_id.payment_method_line_id.name or None,
        "document_id": line.move_id.id,
        "document_line_id": line.id,
        "document_name": line.move_id.name or None,
        "document_amount": sign * document_amount,
        "entry_id": entry.id,
        "entry_line_id": settling.id,
        "entry_name": entry.name or None,
        "entry_date": entry.date,
        "entry_amount": sign * entry_amount,
    }


def get_kind(partial, settling) -> str:
    """Return what a line that settles is: one of the kinds above."""
    entry = settling.move_id
    if is_customers(settling):
        return OFFSET
    if entry.origin_payment_id.filtered(lambda payment: payment._is_sealable()):
        return RECEIPT
    if entry.journal_id == entry.company_id.currency_exchange_journal_id:
        return EXCHANGE
    if entry.journal_id.type not in MONEY_JOURNALS:
        return OTHER
    return RECEIPT if _is_awaited(partial, settling) else MONEY


def _is_awaited(partial, settling) -> bool:
    """Whether money is that of a receipt without an entry, which the bank now confirms."""
    amount = (
        partial.debit_amount_currency
        if partial.debit_move_id != settling
        else -partial.credit_amount_currency
    )
    sides = (partial.debit_move_id | partial.credit_move_id).move_id
    return any(
        payment._is_sealable()
        and not payment.outstanding_account_id
        and not payment.currency_id.compare_amounts(payment.amount_signed, amount)
        for payment in sides.matched_payment_ids
    )


def take_over(env, companies) -> None:
    """Write the rows of what was matched before there were any, at their own dates."""
    last = 0
    while ids := _find_matched(env, companies, last):
        partials = env["account.partial.reconcile"].sudo().browse(ids)  # those of all users
        live = find_live(env, ids)
        rows = [row for id_, row in find_settling(partials).items() if id_ not in live]
        if rows:
            add_rows(env, rows)
        last = ids[-1]
        env.invalidate_all()


def _find_matched(env, companies, after) -> list[int]:
    env.flush_all()
    env.cr.execute(
        SQL(
            "SELECT id FROM account_partial_reconcile WHERE company_id = ANY(%s) AND id > %s "
            "ORDER BY id LIMIT %s",
            companies.ids,
            after,
            BATCH,
        )
    )
    return [id_ for (id_,) in env.cr.fetchall()]


def check_kept(partials, values) -> None:
    """Refuse to change matchings that settle an invoice.

    :raise DocumentError: code ``document_validated``
    """
    live = find_live(partials.env, partials.ids)
    for partial in partials.filtered(lambda partial: partial.id in live)[:1]:
        partial.check_access("write")
        raise DocumentError(
            speaking(partial.env)._(
                "The matching of %(entry)s with %(document)s settles a customer's invoice: it does "
                "not change. Undo it, which is recorded, and match again.",
                entry=live[partial.id]["entry_name"],
                document=live[partial.id]["document_name"],
            ),
            "document_validated",
            model=partials._name,
            ids=partial.ids,
            fields=sorted(values),
        )


def check_entries_kept(moves) -> None:
    """Refuse to change the number, the date or the journal of entries that settle invoices.

    :raise DocumentError: code ``document_validated``
    """
    entries = moves.filtered(lambda move: move.company_id.sudo().document_guard)  # its switch alone
    if not entries:
        return
    moves.env.cr.execute(
        SQL(
            "SELECT s.entry_id, s.document_name FROM koban_settlement s WHERE s.entry_id IN %s "
            "AND s.undone_id IS NULL AND NOT EXISTS "
            "(SELECT FROM koban_settlement u WHERE u.undone_id = s.id) LIMIT 1",
            tuple(entries.ids),
        )
    )
    for entry_id, document in moves.env.cr.fetchall():
        entry = entries.browse(entry_id)
        entry.check_access("write")
        raise DocumentError(
            speaking(moves.env)._(
                "%(entry)s settles %(document)s: its number, date and journal do not change. Undo "
                "the matching first, which is recorded.",
                entry=entry.display_name,
                document=document,
            ),
            "document_validated",
            model=moves._name,
            ids=entry.ids,
        )
