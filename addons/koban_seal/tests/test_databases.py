"""Issue 12, line 9: which database signs. Real copies are those of tests/test_copies.py."""

import json
from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import SQL

from odoo.addons.koban_guard.tests.common import DocumentCase

from ..models import koban_database, koban_signing_key
from ..tools import database, declaration, journal, signing, verification
from ..tools.chain import ORIGIN
from ..tools.database import Identity
from .attacker import Attacker

COPY = Identity("c" * 32, "copied")
# Where the identity of the database is asked for.
ASKING = (
    database, declaration, journal, koban_database, koban_signing_key, signing, verification,
)  # fmt: skip


@tagged("post_install", "-at_install", "koban_alone")
class TestDatabases(Attacker, DocumentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.make_user("database_manager", "koban_guard.group_manager")
        cls.databases = cls.env["koban.database"].with_user(cls.manager)
        cls.company.name = "Before"
        cls.env.cr.flush()

    @contextmanager
    def elsewhere(self, identity=COPY):
        """Be in a copy of the database."""
        patches = [
            patch.object(module, "identify", lambda env: identity)
            for module in ASKING
            if hasattr(module, "identify")
        ]
        for one in patches:
            one.start()
        # The key that this transaction made, of which a copy knows nothing.
        self.env.cr.postcommit.clear()
        self.env.registry.clear_cache()
        try:
            yield
        finally:
            for one in patches:
                one.stop()
            self.env.registry.clear_cache()

    def work(self):
        """Change a setting, which is signed."""
        self.company.name = "Renamed" if self.company.name != "Renamed" else "Again"
        self.env.cr.flush()
        return self.env["koban.event"].search([("company_id", "=", self.company.id)], limit=1)

    def test_named(self):
        """A link names its database, which the first signature put on record."""
        link = self.work()
        found = self.env["koban.database"].search([], limit=1)
        self.assertEqual(link.algorithm, 3)
        self.assertEqual(link.database, found.identity)
        self.assertEqual(self.databases.get_state()["identity"], found.identity)
        self.assertEqual(found.name, self.env.cr.dbname)
        self.refusal("append_only", found.write, {"identity": COPY.code})
        self.refusal("database_known", self.databases.declare_moved, "It was not")

    def test_cost(self):
        """The identity is asked once a connection, not once a signature."""
        signing.get_signer(self.env)
        with self.assertQueryCount(0):
            database.identify(self.env)

    def test_refused(self):
        """In a copy nothing is signed, no key is made, and the verification says so."""
        clerk = self.databases.with_user(self.make_user("database_clerk", "base.group_user"))
        self.env.cr.flush()
        with self.elsewhere():
            self.refusal("database_copied", signing.get_signer, self.env)
            keys = self.env["koban.signing.key"].with_user(self.manager)
            self.refusal("database_copied", keys.declare_new_key, "Lost")
            self.assertEqual(self.databases.get_state()["state"], "undeclared")
            self.assertEqual(self.find_codes(), ["database_undeclared"])
            self.refusal("database_reason", self.databases.declare_moved, "  ")
            for declare in (clerk.declare_moved, clerk.declare_copy, clerk.sudo().declare_copy):
                with self.assertRaises(AccessError):
                    declare("I say so")

    def test_copy(self):
        """A copy has its own key and chain, which begins with the last link of the original."""
        before = self.work()
        with self.elsewhere():
            self.databases.declare_copy("Trial")
            first = self.work()
            begun = self.env["koban.event"].search([("kind", "=", "copied")], order="id")
            begun = begun.filtered(lambda link: link.company_id == self.company)
            self.assertEqual(begun.number, before.number + 1)
            self.assertEqual(begun.previous_hash, ORIGIN)
            content = json.loads(begun.content)
            self.assertEqual(
                content["original"],
                {"number": before.number, "hash": before.hash, "key": before.key_id},
            )
            self.assertEqual((content["reason"], content["database"]), ("Trial", "copied"))
            self.assertEqual(first.database, COPY.code)
            self.assertNotEqual(first.key_id, before.key_id)
            self.assertEqual(self.find_codes(), ["database_copy"])
            self.assertTrue(self.env["koban.database"]._is_copy())
            self.check_begun(begun, before)

    def check_begun(self, begun, before):
        """The first link of the copy holds for the original it names, and for no other place."""
        with self.undone():
            self.sql("UPDATE koban_event SET hash = %s WHERE id = %s", "0" * 64, before.id)
            self.assertIn("link_order", self.find_codes())
        with self.undone():
            self.sql("UPDATE koban_event SET kind = 'parameter' WHERE id = %s", begun.id)
            self.assertIn("link_altered", self.find_codes())

    @contextmanager
    def undone(self):
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def test_moved(self):
        """The original, moved: the chain goes on from its last link, with another key."""
        before = self.work()
        with self.elsewhere():
            with Form(self.env["koban.database.declare"].with_user(self.manager)) as form:
                form.kind = "moved"
                form.reason = "The server broke"
            form.record.action_declare()
            self.work()
            moved = self.env["koban.event"].search(
                [
                    ("kind", "=", "moved"),
                    ("company_id", "=", self.company.id),
                    ("number", ">", before.number),
                ]
            )
            self.assertEqual(moved.previous_hash, before.hash)
            self.assertEqual(self.find_codes(), [])
            self.assertFalse(self.env["koban.database"]._is_copy())

    def test_mistaken(self):
        """What was declared a copy by mistake can be declared the original, with a reason."""
        with self.elsewhere():
            self.databases.declare_copy()
            self.work()
            self.refusal("database_known", self.databases.declare_copy)
            self.databases.declare_moved("It was the original")
            self.work()
            self.assertEqual(self.find_codes(), [])
            self.assertFalse(self.env["koban.database"]._is_copy())

    def test_unsaid(self):
        """A link that another database signed is told, unless a person said so before it."""
        self.work()
        with self.elsewhere():
            # As somebody with SQL would.
            database.write_declared(self.env, "moved", "")
            self.work()
            self.assertEqual(self.find_codes(), ["link_elsewhere"])

    def test_taken_over(self):
        """A key that signed before databases were told apart goes on where its file is."""
        self.env.cr.execute("ALTER TABLE koban_database DISABLE TRIGGER USER")
        self.env.cr.execute(SQL("DELETE FROM koban_database"))
        self.env.cr.execute("ALTER TABLE koban_database ENABLE TRIGGER USER")
        self.env.registry.clear_cache()
        # Where nobody signed before this test, its own signature is that of before.
        signing._declared.take(self.env.cr.postcommit)
        with patch.object(database, "fetch_committed", lambda *args: []):
            self.work()
        [found] = self.env["koban.database"].search([])
        self.assertEqual(
            (found.kind, found.identity), ("original", database.identify(self.env).code)
        )
