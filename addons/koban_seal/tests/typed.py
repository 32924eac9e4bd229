"""Code that an administrator types in the web client, tried on validated documents."""

import datetime
import inspect
import types
from contextlib import suppress
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.koban_guard.tools.passes import GuardPass, get_passes
from odoo.addons.koban_guard.tools.pipeline import Run

from ..models import guard_mixin
from ..tools.canonical import dumps
from ..tools.keys import Signer
from .attacker import Attacker

# What code must never get hold of: it opens the guard, signs, or leads to all modules.
KEYS = (GuardPass, Run, Signer, types.ModuleType)
# Methods that print, send or commit: they write no value of a document.
LEFT_OUT = (
    "_cron",
    "_render",
    "_print",
    "_get_pdf",
    "_generate_and_send",
    "_register_hook",
    "init",
)


class TypedCode(Attacker):
    """Of tests whose company has a journal, and a validated document."""

    # Addons whose methods are tried on another document, with all the guesses.
    tried_elsewhere = ()

    def run_typed(self, code, **names):
        """Run code as the web client's own evaluator does."""
        safe_eval(code, {"env": self.env, "UserError": UserError, **names}, mode="exec")

    def find_keys(self, found, depth=2, path="", seen=None) -> list[str]:
        """Return where what opens the guard or signs can be reached from an object."""
        seen = set() if seen is None else seen
        if isinstance(found, KEYS):
            return [path]
        if not depth or id(found) in seen:
            return []
        seen.add(id(found))
        reached = []
        for name in dir(found):
            if name.startswith("__"):
                continue
            with suppress(Exception):  # a property that needs more than it has
                value = getattr(found, name)
                reached += self.find_keys(value, depth - 1, f"{path}.{name}", seen)
        items = found.values() if isinstance(found, dict) else found
        if isinstance(found, (dict, list, set, tuple)):
            for item in items:
                reached += self.find_keys(item, depth - 1, f"{path}[]", seen)
        return reached

    def find_own_methods(self, document) -> list[str]:
        """Return the methods that the addons of the project give to the model of a document."""
        model = type(document)
        return [
            name
            for name in dir(model)
            # What people may call says what it did: the tests of each method see to that.
            if name.startswith("_")
            and not name.startswith(("__", *LEFT_OUT))
            and inspect.isfunction(method := getattr(model, name))
            and (addon := inspect.unwrap(method).__module__.split(".")[2:3])
            and addon[0].startswith("koban_")
            and addon[0] not in self.tried_elsewhere
        ]

    def guess_arguments(self, document, name) -> list[tuple]:
        """Return what typed code may try to call a method with."""
        signature = inspect.signature(getattr(document, name))
        count = sum(
            parameter.default is parameter.empty
            and parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD)
            for parameter in signature.parameters.values()
        )
        values = self.get_forged_values(document)
        run = UserError("takes any attribute")
        run.documents = run.opened = document
        run.told, run.options, run.result = {}, {}, None
        guesses = (values, document, run)
        if not self.tried_elsewhere:
            guesses += self.guess_more(document, values)
        return [(guess,) * count for guess in (guesses if count else ((),))]

    def guess_more(self, document, values) -> tuple:
        """Return what takes longer to try, and is tried on one document."""
        return (
            [values],
            set(values),
            [(document, field) for field in values],
            datetime.date(2026, 1, 1),
            {document.id: values},
            True,
        )

    def get_forged_values(self, document) -> dict:
        """Return values that a validated document must not take; of each test."""
        raise NotImplementedError

    def check_methods(self, document):
        """Call each method of ours from typed code: the document stays, or it is found."""
        # Thousands are refused: each would be recorded, once the test is over.
        unrecorded = patch.object(guard_mixin, "record_event_apart", lambda *_args, **_kwargs: None)
        with unrecorded, mute_logger("odoo.sql_db"):
            for name in self.find_own_methods(document):
                for arguments in self.guess_arguments(document, name):
                    with self.subTest(method=name, arguments=arguments), self.undone():
                        self.check_method(document, name, arguments)

    def check_method(self, document, name, arguments):
        before = dumps(document._get_sealed_content(document.ids))
        code = (
            "known = list(env.transaction.envs)\n"
            f"result = record.{name}(*arguments)\n"
            "write(result)\n"
            "write(record)\n"
            "for one in list(env.transaction.envs):\n"
            "    if one not in known:\n"
            "        write(one[record._name].browse(record.id))\n"
        )
        values = self.get_forged_values(document)

        def write(found):
            # As the code would: with whatever environment the records are in.
            if getattr(found, "_name", "") == document._name:
                with suppress(UserError), self.env.cr.savepoint():
                    found.write(values)

        with suppress(Exception), self.env.cr.savepoint():
            self.run_typed(code, record=document, arguments=arguments, write=write)
            self.env.flush_all()
        self.assertEqual(get_passes(), ())
        self.env.invalidate_all()
        if dumps(document._get_sealed_content(document.ids)) != before:
            told = {(item.model, item.res_id) for item in self.find()}
            self.assertIn((document._name, document.id), told, "altered, and not found")
