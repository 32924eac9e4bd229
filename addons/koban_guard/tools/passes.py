"""Who may write on a validated document, and what changes nothing.

A pass is a Python object carried by the context: no client can send one,
because JSON and XML-RPC only carry plain values. A pass never opens more than
the documents and the fields it names.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from odoo.fields import Command
from odoo.models import BaseModel

CONTEXT_KEY = "document_guard_passes"

# Countries whose commercial documents fall under article 286 I-3 bis of the
# French tax code or its local transposition (ISO codes).
FRENCH_COUNTRY_CODES = (
    "FR", "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GuardPass:
    """Leave to write on given documents, held by the method that needs it.

    Equal passes are the same leave, so that the environments they open are shared.

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


def get_passes(env) -> tuple[GuardPass, ...]:
    """The passes of an environment, whatever a client put under the same key."""
    passes = env.context.get(CONTEXT_KEY)
    if not isinstance(passes, tuple):
        return ()
    return tuple(item for item in passes if isinstance(item, GuardPass))


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


def without_passes(result, env):
    """Return what a method gives back without the leave that its own calls held.

    :param result: records, or an action of the client, whose context may hold passes
    :param env: of the caller
    """
    if isinstance(result, BaseModel):
        return result.with_env(env)
    if isinstance(result, dict) and isinstance(result.get("context"), Mapping):
        context = {key: value for key, value in result["context"].items() if key != CONTEXT_KEY}
        return {**result, "context": context}
    return result


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
