"""Puts on record what was there before: when an addon comes, or the protection.

Functions, no methods: code typed in a client must not have sealed what it made by SQL, nor have
told anew what is compared.
"""

from collections.abc import Iterator

from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.names import freeze_names

from ..models.koban_event import ACT_KINDS, SEAL_KINDS
from . import lock_dates
from .acknowledgements import read_acknowledgements
from .findings import NOTE, Finding
from .journal import record_event, seal
from .signing import get_signer

# So many late seals are read at a time.
BATCH = 1000
# The models whose documents an upgrade could not seal.
WAITING = "koban_seal.waiting_takeovers"


class Takeover:
    """What a takeover shows the models that it asks: no code typed in a client has one."""


def seal_existing(companies, *model_names):
    """Seal the validated documents of companies that have no seal.

    An addon names its own models. What the others have to seal was sealed when they came: a
    document without a seal was made past the software since, and stays an alarm.

    :param companies: those that protect their documents are taken
    :param model_names: all that are sealed by default, for a company that protects them from now on
    """
    guarded = companies.filtered("document_guard")
    for model in guarded._get_sealed_models():
        if not model_names or model._name in model_names:
            model._prepare_takeover(guarded, Takeover())
            _seal_model(guarded, model)


def seal_upgraded(env, *model_names):
    """Seal what an upgrade brings seals to; without the key, once there is one.

    An upgrade is tried on a copy first, and a copy has no key. It must not stop there: the remedy
    is a screen of the server that would not start.

    :param env: of the superuser
    :param model_names: as :func:`seal_existing` takes them
    """
    companies = _get_guarded(env)
    if not companies:
        return
    if _can_sign(env):
        seal_existing(companies, *model_names)
    else:
        parameters = env["ir.config_parameter"]
        waiting = {*_get_waiting(parameters), *model_names}
        parameters.set_param(WAITING, ",".join(sorted(waiting)))


def resume_takeovers(env):
    """Seal what an upgrade left, if this database has its key now."""
    env = env(su=True)  # what is validated is sealed, whoever declares the key
    parameters = env["ir.config_parameter"]
    waiting = _get_waiting(parameters)
    if waiting and _can_sign(env):
        parameters.set_param(WAITING, False)
        seal_existing(_get_guarded(env), *waiting)


def _get_waiting(parameters) -> list[str]:
    return [name for name in (parameters.get_param(WAITING) or "").split(",") if name]


def _get_guarded(env):
    companies = env["res.company"].with_context(active_test=False).search([])
    return companies.filtered("document_guard")


def _can_sign(env) -> bool:
    try:
        get_signer(env)
    except DocumentError:
        return False
    return True


def _seal_model(companies, model):
    for ids in companies._iter_unsealed(model):
        documents = model.browse(ids)
        if "frozen_names" in documents:
            freeze_names(documents)  # as they are called now
        seal(documents, "takeover")
        model.env.cr.precommit.run()
        model.env.invalidate_all()


def record_lock_dates(companies):
    """Have the journal tell the lock dates as they are: what follows is compared with them."""
    for company in companies:
        locks = lock_dates.describe(None, company._get_lock_dates())
        record_event(companies.env, "parameter", company, detail={"locks": locks})


def find_late(cr, company) -> Iterator[Finding]:
    """Yield the documents that nobody sealed when they were validated, but later.

    A takeover comes before the first validation of a model, and a seal of the validation before
    any correction and act.
    """
    last = 0
    while rows := _read_late(cr, company.id, last):
        last = rows[-1][0]
        reasons = {
            chain: read_acknowledgements(
                cr, company.id, chain, [row[2] for row in rows if row[1] == chain]
            )
            for chain in {row[1] for row in rows}
        }
        for _id, chain, number, model, res_id, label, operator, date in rows:
            reason = reasons[chain].get(number, "")
            yield Finding(
                "document_sealed_late", model, res_id, label or "", chain=chain, link=number,
                operator=operator or "", date=date, reason=reason, told=NOTE if reason else "",
            )  # fmt: skip


def _read_late(cr, company_id, last) -> list[tuple]:
    """Return the first seals of documents that are none of their validation."""
    cr.execute(
        SQL(
            "WITH first AS MATERIALIZED (SELECT chain, res_model, min(number) number "
            "FROM koban_event WHERE company_id = %(company)s AND kind = 'validation' "
            "GROUP BY chain, res_model) "
            "SELECT e.id, e.chain, e.number, e.res_model, e.res_id, e.res_name, e.user_name, "
            "e.date FROM koban_event e LEFT JOIN first USING (chain, res_model) "
            "WHERE e.company_id = %(company)s AND e.id > %(last)s AND e.kind IN %(later)s "
            "AND (e.kind <> 'takeover' OR e.number > first.number) "
            "AND NOT EXISTS (SELECT FROM koban_event p WHERE p.res_model = e.res_model "
            "AND p.res_id = e.res_id AND p.kind IN %(seals)s AND p.company_id = e.company_id "
            "AND p.chain = e.chain AND p.number < e.number) "
            "ORDER BY e.id LIMIT %(batch)s",
            company=company_id,
            last=last,
            batch=BATCH,
            later=("takeover", "correction", *ACT_KINDS),
            seals=SEAL_KINDS,
        )
    )
    return cr.fetchall()
