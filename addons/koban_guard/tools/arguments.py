"""The door of public methods: over RPC anything may come as an argument or as an id.

``@public`` stands next to ``def`` of every public method. It checks the records and the arguments
by the method's type hints before a line of it runs, and raises :class:`DocumentError` with a
stable code. Dates, files and ids, which arrive as text and numbers, have hints of their own::

    @api.model
    @public
    def create_archive(self, date_from: Day, company_id: Company | None = None) -> dict:

A caller of the code may give a date where a :data:`Day` is meant. ``False`` stands for no value
where there may be none, since XML-RPC has no other: the method gets its default. What one public
method calls of another is not asked for its records again: they cost a query.
"""

import base64
import datetime
import functools
import inspect
import math
import re
from contextvars import ContextVar
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from odoo.api import NewId

from ..exceptions import DocumentError, speaking

# What a column of PostgreSQL can hold as an id or as a whole number.
LARGEST = 2**31 - 1
SHOWN = 60
# A day outside of them is a slip of the pen, and near the ends of time no day has neighbours.
YEARS = range(1900, 2200)
DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?", re.ASCII)
inside: ContextVar[bool] = ContextVar("inside a checked method", default=False)


@dataclass(frozen=True)
class Record:
    """The id of a record of this model, which must exist."""

    model: str


Day = Annotated[str, "day"]
File = Annotated[str, "file"]
Company = Annotated[int, Record("res.company")]


def public(method=None, *, one: bool = False):
    """Check what a public method is called with; the docstring of this module tells how.

    :param one: it works on one record: none or many are refused
    """
    if method is None:
        return functools.partial(public, one=one)
    signature = inspect.signature(method)
    hints = get_type_hints(method, include_extras=True)

    @functools.wraps(method)
    def checked(self, *args, **kwargs):
        _check_records(self, one)
        given = bind(signature, method, self, args, kwargs)
        for name, value in list(given.arguments.items())[1:]:
            if name in hints:
                default = signature.parameters[name].default
                given.arguments[name] = _take(self.env, name, value, hints[name], default)
        token = inside.set(True)
        try:
            return method(*given.args, **given.kwargs)
        finally:
            inside.reset(token)

    return checked


def bind(signature, method, records, args, kwargs) -> inspect.BoundArguments:
    """Return the arguments by their names; refuse those that the method does not know."""
    try:
        return signature.bind(records, *args, **kwargs)
    except TypeError as error:
        raise refuse(records.env, "wrong_arguments", method.__name__, str(error)) from error


def _check_records(records, one: bool) -> None:
    check_ids(records)
    if not inside.get():
        _refuse_lost(records, (records - records.exists()).ids)
    if one and len(records) != 1:
        raise refuse(
            records.env, "one_record", records._description, len(records), model=records._name
        )


def check_ids(records) -> None:
    """Refuse ids that no record can have; what RPC carries as such may be anything."""
    _refuse_lost(
        records,
        [id_ for id_ in records._ids if not (isinstance(id_, NewId) or _is_id(id_))],
    )


def _refuse_lost(records, lost: list) -> None:
    if lost:
        raise refuse(
            records.env,
            "unknown_record",
            records._description,
            lost[0],
            model=records._name,
            ids=[id_ for id_ in lost if isinstance(id_, int)],
        )


def _is_id(value) -> bool:
    return _is_number(value, int) and 0 < value <= LARGEST


def _is_number(value, *kinds) -> bool:
    # True is an int for Python, and a mistake for a caller.
    return isinstance(value, kinds) and not isinstance(value, bool)


def _take(env, name: str, value, hint, default):
    """Return an argument, which must be what its hint says; its default if it says nothing."""
    choices = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    is_missing = value is None or (value is False and bool not in choices)
    if is_missing and not default:  # a required one has a default for Python, which is true
        return default
    [hint] = [choice for choice in choices if choice is not NoneType]
    check(env, name, value, hint)
    return value


def check(env, name: str, value, hint) -> None:
    """Raise unless a value is what a hint says: a type, a list of one, or a meaning from above."""
    kind, *more = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    if more:
        _check_meant(env, name, value, more[0])
    elif kind is not Any:
        _check_kind(env, name, value, kind)


def _check_kind(env, name: str, value, hint) -> None:
    kind = get_origin(hint) or hint
    if not CHECKS[kind](value):
        raise refuse(env, "wrong_argument", name, value, expected=kind)
    if kind is list and get_args(hint):
        _check_elements(env, name, value, *get_args(hint))


def _check_elements(env, name: str, values, hint) -> None:
    meant = get_args(hint)[1] if get_origin(hint) is Annotated else None
    if isinstance(meant, Record):
        _check_ids(env, name, values, meant.model)
    else:
        for value in values:
            check(env, name, value, hint)


def _check_meant(env, name: str, value, meant) -> None:
    if isinstance(meant, Record):
        _check_ids(env, name, [value], meant.model)
    elif meant == "day":
        if not _is_day(value):
            raise refuse(env, "wrong_date", name, value)
    elif not _is_file(value):
        raise refuse(env, "wrong_file", name, value)


def _check_ids(env, name: str, values, model: str) -> None:
    for value in values:
        if not _is_number(value, int):
            raise refuse(env, "wrong_argument", name, value, expected=int)
    known = env[model].browse([value for value in values if _is_id(value)]).exists()
    for value in values:
        if value not in known._ids:
            label = env[model]._description
            raise refuse(env, "unknown_record", label, value, model=model, ids=[value])


def _is_text(value) -> bool:
    # PostgreSQL takes no zero byte in a text, nor half of a character.
    return isinstance(value, str) and "\0" not in value and _is_encodable(value)


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _is_day(value) -> bool:
    if isinstance(value, datetime.date):  # a moment is one too
        return value.year in YEARS
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return False
    try:
        return datetime.date.fromisoformat(value[:10]).year in YEARS
    except ValueError:
        return False


def _is_file(value) -> bool:
    try:
        # Many tools fold base64 into lines.
        value = value.encode("ascii") if isinstance(value, str) else value
        base64.b64decode(b"".join(value.split()), validate=True)
    except (AttributeError, TypeError, ValueError):  # binascii's error is a ValueError
        return False
    return True


CHECKS = {
    str: _is_text,
    int: lambda value: _is_number(value, int) and abs(value) <= LARGEST,
    float: lambda value: _is_number(value, int, float) and math.isfinite(value),
    bool: lambda value: isinstance(value, bool) or (_is_number(value, int) and value in (0, 1)),
    list: lambda value: isinstance(value, (list, tuple)),
    dict: lambda value: isinstance(value, dict) and all(isinstance(key, str) for key in value),
}


def refuse(env, code: str, name: str, value, expected=None, **details) -> DocumentError:
    """Return the refusal: it names the argument, the value and what is expected."""
    env = speaking(env)
    shown = value if isinstance(value, str) else repr(value)
    shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
    # An answer cannot carry half of a character.
    shown = shown.replace("\0", "\\0").encode(errors="backslashreplace").decode()
    named = {"name": name, "value": shown}
    messages = {
        "wrong_arguments": lambda: env._(
            "The method %(name)s was called in a way that it does not know (%(value)s): its "
            "documentation names its arguments.",
            **named,
        ),
        "wrong_date": lambda: env._(
            "“%(value)s” is no date: give %(name)s as year-month-day, such as 2026-12-31, from "
            "%(first)s to %(last)s.",
            **named,
            first=YEARS[0],
            last=YEARS[-1],
        ),
        "wrong_file": lambda: env._(
            "%(name)s holds no file (“%(value)s”): give its content in base64.", **named
        ),
        "unknown_record": lambda: env._(
            "%(name)s number %(value)s does not exist, or no longer: look for it again.", **named
        ),
        "unknown_field": lambda: env._("%(name)s has no field “%(value)s”.", **named),
        "required_field": lambda: env._("%(name)s needs a value in “%(value)s”.", **named),
        "one_record": lambda: env._(
            "%(name)s: this is done for one record at a time, and %(value)s were given. Choose "
            "one.",
            **named,
        ),
        "wrong_argument": lambda: env._(
            "“%(value)s” cannot be %(name)s: give %(expected)s.",
            **named,
            expected=_describe(env, expected),
        ),
    }
    details = details or {"argument": name}
    return DocumentError(messages[code](), code, **details)


def _describe(env, expected) -> str:
    """Describe a type, or what a field of choices takes."""
    if not isinstance(expected, type):
        return env._("one of: %s", ", ".join(expected.get_values(env)))
    return {
        str: lambda: env._("a text"),
        int: lambda: env._("a whole number"),
        float: lambda: env._("a number"),
        bool: lambda: env._("true or false"),
        list: lambda: env._("a list"),
        dict: lambda: env._("values by the names of their fields"),
    }[expected]()
