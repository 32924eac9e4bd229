"""Explain the corrections that the upgrade to 19.0.1.3.0 made: the verification lists them now.

It completed the labels of receivables, and sealed those invoices again. Such a correction is known
by what it changed: labels of lines that were empty or lacked the number, and nothing else.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_seal.tools.acknowledgements import read_acknowledgements
from odoo.addons.koban_seal.tools.journal import record_event
from odoo.addons.koban_seal.tools.seal_reader import SealReader
from odoo.addons.koban_seal.tools.signing import get_signer

BATCH = 1000
REASON = "Upgrade to 19.0.1.3.0: the label of the receivable got the number of the invoice"


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    env.cr.flush()  # what that upgrade itself sealed, if it came with this one
    try:
        get_signer(env)
    except DocumentError:
        return  # a manager explains them once the key is back
    last = 0
    while rows := find_corrections(env, last):
        last = rows[-1][0]
        explain(env, rows)
        env.cr.flush()


def find_corrections(env, last) -> list[tuple]:
    """Return the next corrections of invoices by the system, each with the seal before it.

    :param last: id of the link that the search begins behind
    """
    env.cr.execute(
        SQL(
            "SELECT e.id, e.company_id, e.chain, e.number, e.res_id, e.algorithm, e.content, "
            "       earlier.algorithm, earlier.content "
            "FROM koban_event e, LATERAL ("
            "    SELECT p.algorithm, p.content FROM koban_event p"
            "     WHERE p.res_model = e.res_model AND p.res_id = e.res_id"
            "       AND p.company_id = e.company_id AND p.chain = e.chain"
            "       AND p.kind IN ('validation', 'takeover', 'correction') AND p.number < e.number"
            "     ORDER BY p.number DESC LIMIT 1) earlier "
            "WHERE e.id > %s AND e.kind = 'correction' AND e.res_model = 'account.move' "
            "  AND e.user_id = %s ORDER BY e.id LIMIT %s",
            last,
            SUPERUSER_ID,
            BATCH,
        )
    )
    return env.cr.fetchall()


def explain(env, rows):
    """Record the reason of those that only completed labels."""
    reader, by_chain = SealReader(env), {}
    for _id, company_id, chain, number, res_id, *seals in rows:
        if is_completed(reader.compare_seals("account.move", seals[2:], seals[:2])):
            by_chain.setdefault((company_id, chain), {})[number] = res_id
    for (company_id, chain), corrected in by_chain.items():
        told = read_acknowledgements(env.cr, company_id, chain, list(corrected))
        # One that was deleted since is told by the verification: its link has the reason alone.
        known = env["account.move"].browse(corrected.values()).exists()
        invoices = {invoice.id: invoice for invoice in known}
        for number, res_id in corrected.items():
            if number not in told:
                company = env["res.company"].browse(company_id)
                detail = {"link": number, "reason": REASON}
                invoice = invoices.get(res_id)
                record_event(env, "acknowledgement", invoice, company, detail, chain)


def is_completed(changes) -> bool:
    """Tell whether labels of lines got what they lacked in front, and nothing else changed."""
    return bool(changes) and all(
        part == "line" and field == "name" and (after or "").endswith((before or "").lstrip())
        for part, _line, field, before, after in changes
    )
