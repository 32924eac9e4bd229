"""Bad input (issue 10): every public method of ours, called as over RPC with what cannot be."""

import datetime
import inspect
import re
import traceback
from contextlib import contextmanager, suppress
from types import NoneType
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

import psycopg2
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from odoo.addons.koban_closing.tools.writer import close

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
# One of each kind, where every call costs.
FEW = (0, 10**30, float("nan"), "x", "\0", "2026-13-45", [], [UNKNOWN], ["x"], {}, {"x": 1}, None)
# No ids of any record.
IDS = ([UNKNOWN], [0], [-1], [2**31], [10**30], ["x"], [None], [True], [1.5], [[1]], [{}], "x")
WRONG_IDS = (["x"], [[1]], [10**30])
NO_VALUES = (None, 5, "x", ["x"])
# What a field of a type may not hold; others get a list.
ODD = {
    "date": ["2026-13-45"],
    "datetime": ["2026-13-45"],
    "integer": [UNKNOWN, "x"],
    "many2one": [UNKNOWN, "x"],
    "selection": ["x", ["x"]],
}
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
    "wrong_date", "witness_code",
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
            return self.may_miss or (self.kind is bool and value is False)
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
            ours = find_layers_of_ours(model, attribute)
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


def find_layers_of_ours(model, name):
    """Return those of ours; none for what the whole of the host gets of ours."""
    layers = [layer for layer in find_layers(model, name) if OURS in layer.__module__]
    return [layer for layer in layers if not layer.__module__.endswith(".base")]


def find_fault(error):
    """Return where a traceback ends, where it is ours the last time, and whether we ended it.

    A line that gives on to the host what it got is not ours.
    """
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if f"/{OURS}" in frame.filename and "/tests/" not in frame[0]]
    last = ours[-1] if ours and "super(" not in ours[-1].line else None
    place = last or frames[-1]
    return f"{place.filename}:{place.lineno}", last, last == frames[-1]


@tagged("post_install", "-at_install")
class TestBadInput(TransactionCase):
    """As an administrator, who may do everything."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        admin = cls.env.ref("base.user_admin")
        for group in ("account.group_account_manager", "koban_guard.group_manager"):
            admin.group_ids += cls.env.ref(group)
        cls.env = cls.env(user=admin, context={"lang": "fr_FR", "tz": "Europe/Paris"})

    def setUp(self):
        super().setUp()
        self.failures = []
        self.records = {}

    def find_records(self, name):
        """Return two records of a model, made where there are none; fewer if they cannot be."""
        if name not in self.records:
            Model = self.env[name]
            found = Model if Model._abstract or Model._transient else Model.search([], limit=2)
            if not found and Model._auto and not Model._abstract:
                found = (self.make_record(Model) | self.make_record(Model)).with_env(self.env)
            self.records[name] = found
        return self.records[name]

    def make_record(self, Model):
        """Return a new record with what it requires; none if that makes no sense."""
        if Model._name == "koban.attestation":
            return Model.browse(Model.create_attestation()["id"])
        if Model._name == "koban.closing":
            company = (
                self.env["account.move"].search([("state", "=", "posted")], limit=1).company_id
            )
            # Not by close_month, which closes in a transaction of its own.
            done = close(company, Model._get_next_month(company))
            return Model.browse(done["closing_id"])
        values = Model.default_get(list(Model._fields))
        for name, field in Model._fields.items():
            if field.required and not values.get(name) and not field.compute:
                values[name] = self.make_value(field)
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                # Of most models a method makes the records, and nobody else may.
                return Model.sudo().create(values)
        except (UserError, psycopg2.IntegrityError):
            return Model

    def make_value(self, field):
        if field.type in ("many2one", "many2many"):
            ids = self.find_records(field.comodel_name)[:1].ids
            return ids if field.type == "many2many" else ids and ids[0]
        if field.type == "selection":
            return field.get_values(self.env)[0]
        values = {"date": "2026-06-15", "datetime": "2026-06-15 12:00:00", "json": []}
        return values.get(field.type, "1")

    def make_arguments(self, method):
        """Return arguments that a method takes."""
        return {name: self.make_argument(item) for name, item in method.arguments.items()}

    def make_argument(self, argument):
        value = SAMPLES[argument.kind]
        if argument.model:
            value = self.env[argument.model].search([], limit=1).id
        return [value] if argument.is_list else value

    def call(self, method, args, kwargs, refused=False, of_host=False):
        """Call as RPC does; keep what should not come out of it.

        :param refused: nothing else may come out than a refusal before the first line
        :param of_host: what the host makes of it is its own affair
        """
        try:
            call_kw(self.env[method.model], method.name, args, kwargs)
            self.env.flush_all()
            fault = refused and "not refused"
        except Exception as error:
            fault = self.judge(error, refused, of_host)
        if fault:
            self.failures.append(f"{method.model}.{method.name}(*{args!r}, **{kwargs!r}): {fault}")

    @contextmanager
    def undone(self):
        """Take back what is done."""
        with suppress(Undo), mute_logger("odoo.sql_db", "pypdf._reader"), self.env.cr.savepoint():
            yield
            raise Undo
        self.env.invalidate_all()

    def judge(self, error, refused, of_host):
        """Return what is wrong with an error; nothing if nothing is."""
        place, last, is_raised_by_us = find_fault(error)
        if refused and getattr(error, "code", None) not in REFUSED:
            return f"refused otherwise: {error!r} ({place})"
        is_missing = of_host and isinstance(error, psycopg2.IntegrityError)  # RPC tells it
        if isinstance(error, AccessError) or is_missing or (of_host and not last):
            return None
        if isinstance(error, UserError):
            return (
                is_raised_by_us and not CODE.search(str(error)) and f"no code: {error!r} ({place})"
            )
        return f"{error!r} ({place})"

    def count_writes(self):
        """Return how many rows the transaction wrote, taken back or not."""
        self.env.cr.flush()  # and what is done before a commit
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
        calls = [(ids, kwargs) for kwargs in bad]
        calls += [([wrong], good) for wrong in IDS if method.takes_ids]
        calls.append(([*ids, *good.values(), 1], {}))
        with self.undone():
            for args, kwargs in calls:
                self.call(method, args, kwargs, refused=True)
        if self.count_writes() != before:
            self.failures.append(f"{method.model}.{method.name} wrote before it refused")

    def check_odd(self, method, records):
        """What may be, but makes little sense, brings no traceback."""
        good = self.make_arguments(method)
        ids = [records[:1].ids] * method.takes_ids
        calls = [
            (ids, {**good, name: value})
            for name, argument in method.arguments.items()
            for value in filter(argument.takes, VALUES)
        ]
        for chosen in (records[:0], records[:1], records) if method.takes_ids else ():
            calls.append(([chosen.ids], good))
        for args, kwargs in calls:
            with self.undone():
                self.call(method, args, kwargs)

    def test_methods(self):
        """Each refuses a wrong type, date, id, number of records and file, with a code."""
        methods = list(find_methods(self.env.registry))
        self.assertGreater(len(methods), 100)
        for method in methods:
            records = self.find_records(method.model)
            self.check_refused(method, [records[:1].ids] * method.takes_ids)
            self.check_odd(method, records)
        empty = [name for name, found in self.records.items() if not found]
        stored = [name for name in empty if self.env[name]._auto and not self.env[name]._abstract]
        self.assertFalse(stored)
        self.assertFalse(self.failures, "\n".join(self.failures))

    def test_nested(self):
        """Values inside of values: of an amendment, and of a contract out of an order."""
        contract = self.env["koban.contract"].search([("state", "=", "running")], limit=1)
        line = contract.line_ids.filtered("product_id")[:1]
        order = self.env["sale.order"].search([("state", "=", "sale")], limit=1)
        amend = Method(contract._name, "amend", {}, True)
        create = Method(order._name, "create_contract", {}, True)
        for value in FEW:
            changes = [{part: value} for part in ("contract", "lines", "add", "end")]
            changes += [{"contract": {name: value}} for name in ("date_end", "user_id")]
            changes += [
                {"lines": [{"id": line.id, name: value}]} for name in ("price_unit", "tax_ids")
            ]
            changes += [{"add": [{"name": value}]}]
            for change in changes:
                with self.undone():
                    self.call(amend, [contract.ids, "2026-12-01", change], {})
            for name in ("title", "partner_id", "kind", "line_ids", "unknown"):
                with self.undone():
                    self.call(create, [order.ids, order.order_line.ids[:1], {name: value}], {})
        self.assertFalse(self.failures, "\n".join(self.failures))

    def test_overrides(self):
        """Overrides of the host's methods refuse what is no id or no values of fields."""
        methods = list(find_methods(self.env.registry, of_host=True))
        self.assertGreater(len(methods), 100)
        for method in methods:
            first, *below = find_layers(self.env.registry[method.model], method.name)
            is_first = OURS in first.__module__
            if method.takes_ids and any(getattr(layer, "_api_model", False) for layer in below):
                self.failures.append(f"{method.model}.{method.name} asks for ids, the host not")
            takes_values = method.name in ("create", "write")
            calls = [[ids] + [{}] * takes_values for ids in WRONG_IDS if method.takes_ids]
            calls += [[[]] * method.takes_ids + [wrong] for wrong in NO_VALUES if takes_values]
            with self.undone():
                for args in calls:
                    self.call(method, args, {}, refused=is_first, of_host=not is_first)
        self.assertFalse(self.failures, "\n".join(self.failures))

    def test_values_of_fields(self):
        """Odd values of our fields: nothing of ours fails on them."""
        for method in find_methods(self.env.registry, of_host=True):
            if method.name in ("create", "write"):
                self.check_fields(method)
        self.assertFalse(self.failures, "\n".join(self.failures))

    def check_fields(self, method):
        """What ours adds to creating and writing may refuse a value, and has no traceback."""
        ids = [self.find_records(method.model)[:1].ids] * method.takes_ids
        for name, field in self.env[method.model]._fields.items():
            if not field.store or not any(OURS in module for module in field._modules):
                continue
            for value in ODD.get(field.type, [["x"]]) + [None] * field.required:
                with self.undone():
                    self.call(method, [*ids, {name: value}], {}, of_host=True)
