"""Bad input (issue 10): every public method of ours, called as over RPC with what cannot be."""

import datetime
import inspect
import re
import traceback
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

OURS = "koban_"
CODE = re.compile(r"\n\[[a-z_]+\]$")
UNKNOWN = 2**31 - 2
# What XML-RPC and JSON carry.
NUMBERS = (0, 1, -1, 2**31, 10**30, 1.5, float("nan"), float("inf"))
NO_DAYS = ("2026-02-30", "0001-01-01", "9999-12-31", "2026-06")
TEXTS = ("", "x", "é" * 300, "\0", "\ud800", "%s", "31/12/2026", "2026-13-45", "=!é")
DAYS = ("2026-06-15", "1900-01-01", "2199-12-31", "2026-06-15 12:00:00")
COLLECTIONS = ([], [0], [UNKNOWN], ["x"], [[1]], [None], [{}], {}, {"x": 1}, {1: 2})
OTHERS = (None, False, True, b"\xff", datetime.datetime(2026, 6, 15))
VALUES = (*NUMBERS, *TEXTS, *NO_DAYS, *DAYS, *COLLECTIONS, *OTHERS)
# No ids of any record.
IDS = ([UNKNOWN], [0], [-1], [2**31], [10**30], ["x"], [None], [True], [1.5], [[1]], [{}], "x")
# What may be where a kind of value is meant.
FITTING = {
    "day": lambda value: value in DAYS or isinstance(value, datetime.date),
    "file": lambda value: value == "",
    str: lambda value: isinstance(value, str) and value not in ("\0", "\ud800"),
    int: lambda value: type(value) is int and abs(value) < 2**31,
    float: lambda value: type(value) in (int, float) and abs(value) < 10**300,
    bool: lambda value: type(value) in (bool, int) and value in (0, 1),
    dict: lambda value: isinstance(value, dict) and 1 not in value,
}
SAMPLES = {"day": "2026-06-15", "file": "eA==", str: "x", int: 1, float: 1.0, bool: True, dict: {}}
# What the door answers.
REFUSED = {
    "one_record", "unknown_record", "wrong_argument", "wrong_arguments", "wrong_file",
    "wrong_date",
}  # fmt: skip


class Undo(Exception):
    """Takes back what a call did."""


class Argument(NamedTuple):
    """What a method takes, by its hint."""

    kind: Any
    model: str | None
    is_list: bool
    may_miss: bool

    def takes(self, value):
        """Tell whether a value may be given."""
        if value is None or value is False:
            return self.may_miss or self.kind is bool and value is False
        if self.is_list:
            return value == []
        if self.model:
            return type(value) is int and value == 1  # there may be one
        return FITTING[self.kind](value)


class Method(NamedTuple):
    """A public method of ours on a model."""

    model: str
    name: str
    arguments: dict
    takes_ids: bool


def find_methods(registry, of_host=False):
    """Give what may be called over RPC and a class of ours defines, of the host too or not."""
    for name, model in registry.items():
        if model._abstract and (not name.startswith("koban.") or "mixin" in name):
            continue
        for attribute in dir(model):
            layers = find_layers(model, attribute)
            ours = [layer for layer in layers if OURS in layer.__module__]
            if ours and (len(ours) < len(layers)) == of_host:
                arguments = {} if of_host else read_arguments(ours[-1])
                takes_ids = not getattr(layers[0], "_api_model", False)
                yield Method(name, attribute, arguments, takes_ids)


def find_layers(model, name):
    """Return the functions that make up a method, the first one first; none if it is private."""
    if name.startswith("_"):
        return []
    layers = [vars(layer)[name] for layer in model.__mro__ if name in vars(layer)]
    if any(getattr(layer, "_api_private", False) for layer in layers):
        return []
    return [layer for layer in layers if inspect.isfunction(layer)]


def read_arguments(function):
    hints = get_type_hints(function, include_extras=True)
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {item.name: read_argument(hints[item.name], item.default) for item in parameters}


def read_argument(hint, default):
    choices = [hint] if get_origin(hint) in (Annotated, list) or not get_args(hint) else None
    choices = choices or get_args(hint)
    may_miss = NoneType in choices or not default
    [hint] = [choice for choice in choices if choice is not NoneType]
    is_list = get_origin(hint) is list
    hint = get_args(hint)[0] if is_list else hint
    kind, meant = get_args(hint) if get_origin(hint) is Annotated else (hint, hint)
    model = getattr(meant, "model", None)
    return Argument(kind if model else meant, model, is_list, may_miss)


def find_fault(error):
    """Return where a traceback ends, and whether that is ours."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}", f"/{OURS}" in frame.filename


@tagged("post_install", "-at_install")
class TestBadInput(TransactionCase):
    """As an administrator, who may do everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env.ref("base.user_admin")
        for group in ("account.group_account_manager", "koban_document.group_manager"):
            admin.group_ids += cls.env.ref(group)
        cls.env = cls.env(user=admin, context={"lang": "fr_FR", "tz": "Europe/Paris"})

    def setUp(self):
        super().setUp()
        self.failures = []

    def find_records(self, name):
        """Return two records of a model; a wizard is made."""
        Model = self.env[name]
        if Model._abstract:
            return Model
        if not Model._transient:
            found = Model.search([], limit=2)
            if found:
                return found
        try:
            with self.env.cr.savepoint():
                Model = Model.sudo()
                return Model.union(*(Model.create(self.fill(Model)) for _count in range(2)))
        except Exception as e:
            print("NOT MADE", name, repr(e)[:150])
            return Model

    def fill(self, Model):
        """Return values for the required fields."""
        values = Model.default_get(list(Model._fields))
        for name, field in Model._fields.items():
            if field.required and not values.get(name) and not field.compute:
                values[name] = self.make_value(field)
        return values

    def make_value(self, field):
        if field.type == "many2one":
            return self.env[field.comodel_name].search([], limit=1).id
        if field.type == "many2many":
            return self.env[field.comodel_name].search([], limit=1).ids
        if field.type == "selection":
            return field.get_values(self.env)[0]
        return {"date": datetime.date(2026, 6, 15), "char": "x", "text": "x"}.get(field.type, 1)

    def make_arguments(self, method):
        """Return arguments that a method takes."""
        return {name: self.make_argument(item) for name, item in method.arguments.items()}

    def make_argument(self, argument):
        value = SAMPLES[argument.kind]
        if argument.model:
            value = self.env[argument.model].search([], limit=1).id
        return [value] if argument.is_list else value

    def call(self, method, args, kwargs, refused=False):
        """Call as RPC does and take it back; keep what should not come out of it.

        :param refused: nothing else may come out than a refusal before the first line
        """
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                call_kw(self.env[method.model], method.name, args, kwargs)
                self.env.flush_all()
                raise Undo
        except Exception as error:
            fault = self.judge(method, error, refused)
        self.env.invalidate_all()
        if fault:
            self.failures.append(f"{method.model}.{method.name}(*{args!r}, **{kwargs!r}): {fault}")

    def judge(self, method, error, refused):
        """Return what is wrong with what came out of a call; nothing if nothing is."""
        if isinstance(error, Undo):
            return refused and "not refused"
        place, is_ours = find_fault(error)
        if refused and getattr(error, "code", None) not in REFUSED:
            return f"refused otherwise: {error!r} ({place})"
        if isinstance(error, AccessError):
            return None
        if isinstance(error, UserError):
            return is_ours and not CODE.search(str(error)) and f"no code: {error!r} ({place})"
        return f"{error!r} ({place})"

    def count_writes(self):
        """Return how many rows the transaction wrote, taken back or not."""
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables"
        )
        return self.env.cr.fetchone()[0]

    def check_refused(self, method, ids):
        """What cannot be is refused before anything is written."""
        before = self.count_writes()
        good = self.make_arguments(method)
        bad = [{**good, "unknown_argument": 1}]
        bad += [
            {**good, name: value}
            for name, argument in method.arguments.items()
            for value in VALUES
            if not argument.takes(value)
        ]
        for kwargs in bad:
            self.call(method, ids, kwargs, refused=True)
        for wrong in IDS if method.takes_ids else ():
            self.call(method, [wrong], good, refused=True)
        self.call(method, [*ids, *good.values(), 1], {}, refused=True)
        if self.count_writes() != before:
            self.failures.append(f"{method.model}.{method.name} wrote before it refused")

    def check_odd(self, method, records):
        """What may be, but makes little sense, brings no traceback."""
        good = self.make_arguments(method)
        for name, argument in method.arguments.items():
            for value in filter(argument.takes, VALUES):
                self.call(method, [records[:1].ids] * method.takes_ids, {**good, name: value})
        for chosen in (records[:0], records[:1], records) if method.takes_ids else ():
            self.call(method, [chosen.ids], good)

    def test_methods(self):
        """Each refuses a wrong type, date, id, number of records and file, with a code."""
        methods = list(find_methods(self.env.registry))
        self.assertGreater(len(methods), 100)
        import time
        for method in methods:
            t=time.time()
            if getattr(self,'last',None) and t-self.t0>0.4: print("SLOW", t-self.t0, self.last)
            self.t0=t; self.last=method[:2]
            records = self.find_records(method.model)
            self.check_refused(method, [records[:1].ids] * method.takes_ids)
            self.check_odd(method, records)
        self.assertFalse(self.failures, "\n".join(self.failures))
