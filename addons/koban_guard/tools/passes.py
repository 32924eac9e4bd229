"""Who may write on a validated document, and what changes nothing.

A pass is leave to write, open for the length of a ``with`` block. It stands in no environment, no
record and no context: what a client sends or types never holds one. It never opens more than the
documents and the fields it names.
"""

import builtins
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from odoo.fields import Command

BUILTINS = vars(builtins)

# Countries whose commercial documents fall under article 286 I-3 bis of the
# French tax code or its local transposition (ISO codes).
FRENCH_COUNTRY_CODES = (
    "FR", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardPass:
    """Leave to write on given documents.

    :param model: model of the documents
    :param ids: their ids; ``None`` for every document of the model
    :param fields: header fields that may change; ``None`` for all
    :param line_fields: line fields that may change; ``None`` for all
    :param lines: whether lines may be added and removed
    """

    model: str
    ids: frozenset[int] | None
    fields: frozenset[str] | None = frozenset()
    line_fields: frozenset[str] | None = frozenset()
    lines: bool = False

    def covers(self, document) -> bool:
        """Whether the pass names this document."""
        if self.model != document._name:
            return False
        return self.ids is None or document._origin.id in self.ids


# Each with the number of pieces of typed code that it was opened within.
_open: ContextVar[tuple[tuple[GuardPass, int], ...]] = ContextVar("guard_passes", default=())


@contextmanager
def open_pass(documents, *, fields=(), line_fields=(), lines=False, every=False) -> Iterator[None]:
    """Give leave to write on documents until the block ends.

    :param documents: recordset of a guarded document model
    :param fields: names of header fields; ``None`` for all
    :param line_fields: names of line fields; ``None`` for all
    :param lines: whether lines may be added and removed
    :param every: on every document of the model, not on these only
    """
    given = GuardPass(
        model=documents._name,
        ids=None if every else frozenset(documents.ids),
        fields=None if fields is None else frozenset(fields),
        line_fields=None if line_fields is None else frozenset(line_fields),
        lines=lines,
    )
    token = _open.set((*_open.get(), (given, _count_typed())))
    try:
        yield
    finally:
        _open.reset(token)


def get_passes() -> tuple[GuardPass, ...]:
    """Return the open passes.

    Code typed in the client (an automation, a computed custom field, a template) that runs while
    one is open has none of it, nor has what it calls.
    """
    passes = _open.get()
    if not passes:
        return ()
    typed = _count_typed()
    return tuple(item for item, within in passes if within == typed)


def are_covered(documents) -> bool:
    """Whether open passes name each of these documents."""
    passes = get_passes()
    return all(any(item.covers(document) for item in passes) for document in documents)


def _count_typed() -> int:
    """Return how much of what is running was typed in a client, for the host's evaluators.

    They give such code, and templates, builtins of their own.
    """
    count, frame = 0, sys._getframe(1)
    while frame:
        count += frame.f_builtins is not BUILTINS
        frame = frame.f_back
    return count


def get_resulting_ids(field, record, value) -> list[int] | None:
    """Ids of a relation after a write, or ``None`` if a command creates or edits.

    :param field: a one2many or many2many field
    :param record: one record
    :param value: commands, ids or records, as given to ``write``
    """
    current = record[field.name].ids
    if not isinstance(value, (list, tuple)):
        return list(getattr(value, "ids", None) or [])
    # As in the ORM, a tuple or plain ids replace the relation.
    if isinstance(value, tuple) or (value and not isinstance(value[0], (list, tuple))):
        return list(value)
    for command in value:
        operation = command[0]
        if operation in (Command.CREATE, Command.UPDATE):
            return None
        if operation in (Command.DELETE, Command.UNLINK):
            current = [id_ for id_ in current if id_ != command[1]]
        elif operation == Command.LINK and command[1] not in current:
            current = [*current, command[1]]
        elif operation == Command.CLEAR:
            current = []
        elif operation == Command.SET:
            current = list(command[2])
    return current


def is_same_value(field, record, value) -> bool:
    """Whether writing ``value`` would leave the stored value as it is.

    :param field: a field of the record
    :param record: one record, readable by the caller
    :param value: as given to ``write``
    """
    if field.type in ("one2many", "many2many"):
        ids = get_resulting_ids(field, record, value)
        return ids is not None and set(ids) == set(record[field.name].ids)
    try:
        new = field.convert_to_cache(value, record, validate=False)
        old = field.convert_to_cache(record[field.name], record, validate=False)
    except (TypeError, ValueError):
        return False
    if field.type == "json":
        return json.dumps(new, sort_keys=True) == json.dumps(old, sort_keys=True)
    return (new or None) == (old or None)


def get_changed(records, vals, names):
    """Return the records whose stored value of one of these fields would change.

    :param records: records, readable by the caller
    :param vals: as given to ``write``
    :param names: names of fields
    """
    names = vals.keys() & names
    return records.filtered(
        lambda record: any(
            not is_same_value(records._fields[name], record, vals[name]) for name in names
        )
    )
