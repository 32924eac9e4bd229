"""Puts on record which database this is, and tells each chain.

Functions, no methods: code typed in a client goes by the methods that ask who may.
"""

from .database import identify, read_declared, write_declared
from .journal import get_heads_query, record_event
from .signing import declare_new, get_current_key_id
from .takeover import resume_takeovers


def declare_database(env, kind: str, reason: str) -> str:
    """Declare that this database signs from now on, with a key of its own.

    :param kind: ``moved`` or ``copied``
    :param reason: told to the auditor
    :return: fingerprint of the new key
    """
    before, previous = read_declared(env)[0], get_current_key_id(env)
    signer = declare_new(env, reason)
    write_declared(env, kind, reason)
    env.registry.clear_cache()
    identity = identify(env)
    detail = {
        "reason": reason,
        "database": identity.name,
        "identity": [before, identity.code],
        "previous": previous,
        "key": signer.key_id,
    }
    for company, chain in get_chains(env):
        record_event(env, kind, company=company, detail=detail, chain=chain)
    resume_takeovers(env)
    return signer.key_id


def tell_new_key(env, previous: str, key_id: str, reason: str) -> None:
    """Tell each chain which key signs from now on: the verification knows it by that.

    :param previous: fingerprint of the key that signed until now
    :param key_id: that of the new one
    :param reason: told to the auditor
    """
    detail = {"previous": previous, "key": key_id, "reason": reason}
    for company, chain in get_chains(env):  # the key signs all of them
        record_event(env, "key_declared", company=company, detail=detail, chain=chain)


def get_chains(env) -> list[tuple]:
    """Return company and name of each chain that has links, or should have some.

    That of the current company where there is none: what is declared must stand somewhere.
    """
    # The declaration is that of all chains, whichever companies the user sees.
    companies = env["res.company"].sudo().with_context(active_test=False).search([])
    rows: list[tuple] = env.execute_query(get_heads_query(companies.ids))
    chains = {(company_id, chain) for company_id, chain, _number, _hash in rows}
    chains |= {(company.id, "main") for company in companies if company.document_guard}
    chains = chains or {(env.company.id, "main")}
    return [(companies.browse(id_), chain) for id_, chain in sorted(chains)]
