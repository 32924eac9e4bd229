"""Access first (DESIGN §2): who has no right to a record is told nothing by the guard.

What is tried is found by introspection: every field, every line, and every public method that our
addons define or extend.
"""

import datetime
import inspect
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import AccessDenied, AccessError
from odoo.fields import Command
from odoo.service.model import get_public_method
from odoo.tools import mute_logger
from psycopg2 import Error as DatabaseError

from odoo.addons.koban_guard.tests.matrix import get_other_value, get_stored_value
from odoo.addons.koban_guard.tools.arguments import Day, File
from odoo.addons.koban_seal.tools import journal

# Arguments that a method is called with, by the name of their type.
ARGUMENTS = {"str": "2026-06-15", "int": 1, "bool": True, "dict": {}, "list": [], "float": 1.0}
MEANT = {Day: "2026-06-15", File: "eA=="}
WORDS = ("name", "quote_number", "title", "header", "footer", "comment", "ref")
NUMBERS = ("amount_total", "amount_untaxed", "amount", "price_unit", "price_subtotal")


class AccessFirst:
    """To mix in with ``InvoiceCase``."""

    @classmethod
    def make_strangers(cls, groups):
        """Make who has no right to the records of the company.

        :param groups: XML ids of the profile, divided by commas, that the person of the other
            company has there
        """
        other = cls.make_company("Menuiserie Dubois")
        new = cls.env["res.users"].with_context(no_reset_password=True).create
        portal = new(
            {
                "name": "Portail",
                "login": "access_portal",
                "partner_id": cls.other_customer.id,
                "group_ids": [Command.set(cls.env.ref("base.group_portal").ids)],
            }
        )
        plain = cls.make_user("access_plain", "")
        foreign = cls.make_user(
            "access_foreign", groups, company_ids=[Command.set(other.ids)], company_id=other.id
        )
        return portal, plain, foreign

    def find_methods(self, model):
        """Return the public methods of a model that our addons define or extend, by name.

        :return: ``{name: (method, whether the host has one)}``
        """
        found = {}
        for part in type(model).__mro__:
            if not part.__module__.startswith("odoo.addons.koban_"):
                continue
            for name, value in vars(part).items():
                if not name.startswith("_") and inspect.isfunction(value):
                    found.setdefault(name, value)
        methods = {}
        for name in found:
            with suppress(AccessError):  # not callable from outside
                methods[name] = get_public_method(model, name), self.is_of_host(model, name)
        return methods

    def is_of_host(self, model, name):
        return any(
            name in vars(part) and not part.__module__.startswith("odoo.addons.koban_")
            for part in type(model).__mro__
        )

    def make_arguments(self, method):
        """Return plausible arguments for the required parameters of a method."""
        arguments = []
        for parameter in list(inspect.signature(method).parameters.values())[1:]:
            plain = parameter.kind == parameter.POSITIONAL_OR_KEYWORD
            if plain and parameter.default is parameter.empty:
                hint = parameter.annotation
                type_ = getattr(hint, "__name__", str(hint)).split("[")[0].split(" ")[0]
                arguments.append(MEANT.get(hint) or ARGUMENTS.get(type_, []))
        return arguments

    def find_secrets(self, record):
        """Return what of a record and of its document must not be told."""
        document = record
        if hasattr(record, "_get_guarded_documents"):
            document = record._get_guarded_documents() or record
        words = {self.customer.name, document.display_name, record.display_name}
        for source in (record, document):
            words |= {source[name] for name in WORDS if name in source._fields}
            for name in NUMBERS:
                if name in source._fields and source[name]:
                    words |= {f"{source[name]:.2f}", f"{source[name]:.2f}".replace(".", ",")}
        return {str(word) for word in words if word and len(str(word)) > 2}

    def check_access_first(self, users, records, line_values=None):
        """Try everything on records, as people who may not.

        :param users: as :meth:`make_strangers` makes them
        :param records: records of one company, of whatever models
        :param line_values: ``[(model, values)]`` of lines to create on their documents
        :return: how many calls were tried
        """
        self.env.flush_all()
        self.secrets = {record: self.find_secrets(record) for record in records}
        self.tried = 0
        for user in users:
            for record in records:
                self.check_record(user, record)
            for model, values in line_values or ():
                with self.subTest(user=user.login, create=model._name):
                    self.check_call(user, model, "create", [values], must=True)
        return self.tried

    def check_record(self, user, record):
        seen = record.with_env(self.env(user=user.id, su=False))
        readable = seen.has_access("read")
        if not seen.has_access("unlink"):
            with self.subTest(user=user.login, model=record._name, method="unlink"):
                self.check_call(user, record, "unlink", [], must=True)
        if not seen.has_access("write"):
            for name, values in self.make_writes(record).items():
                with self.subTest(user=user.login, model=record._name, field=name):
                    self.check_call(user, record, "write", [values], must=True)
        if readable:
            return
        for name, (method, of_host) in self.find_methods(record).items():
            if name in ("create", "write", "unlink"):
                continue
            must = not of_host and not getattr(method, "_api_model", False)
            with self.subTest(user=user.login, model=record._name, method=name):
                self.check_call(user, record, name, self.make_arguments(method), must)

    def make_writes(self, record):
        """Return values to write, by what they try: each field, its stored value, and lines."""
        writes = {}
        for field in record._fields.values():
            if field.store or field.inverse:
                value = get_other_value(record, field)
                if field.type == "date" and isinstance(value, datetime.date):
                    value = str(value)
                writes[field.name] = {field.name: value}
        for name in ("name", "state"):
            if name in record._fields:
                stored = get_stored_value(record, record._fields[name])
                writes[f"same {name}"] = {name: stored}
        return writes

    def check_call(self, user, record, method, arguments, must):
        """Call as a person without rights: the host's answer, nothing told, nothing recorded.

        :param must: whether it must be refused; a method of the host may answer otherwise
        """
        self.tried += 1
        told, recorded, prepare = "", [], journal.prepare_entries

        def listening(env, kind, records=None, *args, **kwargs):
            recorded.append((kind, records))
            return prepare(env, kind, records, *args, **kwargs)

        try:
            with (
                patch.object(journal, "prepare_entries", listening),
                mute_logger("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule",
                            "odoo.models", "odoo.sql_db"),
                self.undone(),
            ):  # fmt: skip
                told = repr(self.rpc(user, record, method, *arguments))
        except (AccessError, AccessDenied) as error:
            told = str(error)
        except DatabaseError as error:
            self.fail(f"stopped by the database only: {error}")
        except Exception as error:
            told = str(error)
            self.assertFalse(must, f"not the access rights answer: {type(error)} {error}")
        else:
            self.assertFalse(must, f"not refused: {told}")
        self.assertFalse(recorded, "something goes into the journal")
        for secret in self.secrets.get(record, ()):
            self.assertNotIn(secret, told)
