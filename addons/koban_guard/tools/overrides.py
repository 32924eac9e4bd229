"""The door of our overrides of the host's public methods, whose signature they keep.

The host takes for granted that ids are numbers and values what their fields hold. So may the
lines of ours that run before it: what would fail there is refused as in :mod:`.arguments`. Whether
the records exist, and all else about a value, the host says itself. Only the first door that a call
comes to is locked: behind it code calls code.
"""

import functools
import inspect
from collections.abc import Iterable, Mapping

from odoo import fields, models
from odoo.api import NewId
from odoo.fields import Command

from .arguments import bind, check_ids, inside, refuse


def override(method):
    """Check the ids and values that an override of a host's public method is called with.

    :raise DocumentError: codes ``unknown_record``, ``wrong_argument``, ``wrong_arguments``,
        ``wrong_date``
    """
    signature = inspect.signature(method)
    check_values = {"create": _check_all, "write": _check_values}.get(method.__name__)

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        if inside.get():
            return method(self, *args, **kwargs)
        check_ids(self)
        given = bind(signature, method, self, args, kwargs)
        if check_values:
            [_, (name, values)] = given.arguments.items()
            check_values(self, name, values)
        token = inside.set(True)
        try:
            return method(self, *args, **kwargs)
        finally:
            inside.reset(token)

    return checked


def _check_all(records, name: str, vals_list) -> None:
    if not isinstance(vals_list, Iterable) or isinstance(vals_list, (str, bytes)):
        raise refuse(records.env, "wrong_argument", name, vals_list, expected=list)
    for values in vals_list if isinstance(vals_list, (list, tuple)) else ():
        _check_values(records, name, values)


def _check_values(records, name: str, values) -> None:
    if not isinstance(values, Mapping):
        raise refuse(records.env, "wrong_argument", name, values, expected=dict)
    for name, value in values.items():
        field = records._fields.get(name)
        if value and field and field.type in CHECKS and not _is_named_later(records, value):
            code, expected, may_hold = CHECKS[field.type]
            if not may_hold(value):
                raise refuse(records.env, code, name, value, expected=expected)


def _is_named_later(records, value) -> bool:
    # A chart of accounts gives a company the names of accounts that it makes next.
    return records._name == "res.company" and isinstance(value, str)


def _is_read_by(read):
    """Return a check by what the host itself reads such a value with."""

    def may_hold(value) -> bool:
        try:
            read(value)
        except (TypeError, ValueError, OverflowError):
            return False
        return True

    return may_hold


def _may_be_one(value) -> bool:
    return not isinstance(value, (str, float, list, Mapping))


def _may_be_many(value) -> bool:
    if isinstance(value, (str, int, float, Mapping)):
        return False
    return isinstance(value, models.BaseModel) or all(map(_may_be_item, value))


def _may_be_item(item) -> bool:
    """Whether this is an id, or a command of the ORM's."""
    if not isinstance(item, (list, tuple)):
        return _may_be_known(item)
    code, id_, more = [*item, None, None, None][:3]
    if code in (Command.CREATE, Command.UPDATE) and not isinstance(more, Mapping):
        return False
    if code == Command.SET:
        return isinstance(more, Iterable) and all(map(_may_be_known, more))
    return code in (Command.CREATE, Command.CLEAR) or _may_be_known(id_)


def _may_be_known(value) -> bool:
    return isinstance(value, (int, NewId, models.BaseModel))


CHECKS = {
    "date": ("wrong_date", None, _is_read_by(fields.Date.to_date)),
    "datetime": ("wrong_date", None, _is_read_by(fields.Datetime.to_datetime)),
    "float": ("wrong_argument", float, _is_read_by(float)),
    "html": ("wrong_argument", str, lambda value: not isinstance(value, (list, Mapping))),
    "integer": ("wrong_argument", int, _is_read_by(int)),
    "many2many": ("wrong_argument", list, _may_be_many),
    "many2one": ("wrong_argument", int, _may_be_one),
    "monetary": ("wrong_argument", float, _is_read_by(float)),
    "one2many": ("wrong_argument", list, _may_be_many),
    "selection": ("wrong_argument", str, lambda value: not isinstance(value, (list, Mapping))),
}
