"""Acts that change a validated document by agreement: each is a seal of its own kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from .journal import get_waiting, record_event, seal
from .signing import get_signer

# Model and id of the documents that an act is changing.
_changing: ContextVar[frozenset[tuple[str, int]]] = ContextVar("changing", default=frozenset())


@contextmanager
def sealed_act(documents, kind: str) -> Iterator[None]:
    """Have what the block does to documents sealed, as an act and no correction.

    A function, no method: code typed in a client must not call anything an act.

    :param documents: of a model that ``koban.sealed.mixin`` extends; drafts among them are let be
    :param kind: one of ``ACT_KINDS``
    :raise DocumentError: code ``signing_key``: nothing can be signed, so nothing is agreed on
    """
    validated = documents.filtered(lambda one: one._is_sealable() and one._is_validated())
    if validated:
        get_signer(documents.env)
        _tell_altered(leave_changing(validated))
    token = _changing.set(_changing.get() | {(one._name, one.id) for one in validated})
    try:
        yield
    finally:
        _changing.reset(token)
    seal(validated, kind)


def leave_changing(documents):
    """Return documents without those that an act is changing: it seals them itself."""
    changing = _changing.get()
    return documents.filtered(lambda one: (one._name, one.id) not in changing)


def _tell_altered(documents):
    """Seal what someone changed past the application first: the act would cover it up."""
    env = documents.env(su=True)  # compared only, whatever the caller may read
    waiting = get_waiting(env, documents._name)
    left = documents.with_env(env).filtered(lambda one: one.id not in waiting)
    if not left:
        return
    env.flush_all()
    contents = left._get_sealed_content(left.ids)
    places = {(one._get_event_company().id, one._get_chain(), one.id) for one in left}
    last = left._get_last_seals(places)
    said = left._find_said(contents, last)
    altered = left.filtered(lambda one: one.id in last and one.id not in said)
    for chain, own in altered.grouped(lambda one: one._get_chain()).items():
        detail = {one.id: contents[one.id] for one in own}
        record_event(env, "correction", own, detail=detail, chain=chain)
