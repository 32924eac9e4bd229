"""The journal of a company, without any document: settings are recorded, and nothing alters it."""

import json
from unittest.mock import patch

import psycopg2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.koban_guard.tests.common import DocumentCase

from ..tools.keys import Signer
from ..tools.verification import as_text
from . import attacker
from .attacker import Attacker, write_anew


@tagged("post_install", "-at_install", "koban_alone")
class TestJournal(Attacker, DocumentCase):
    def setUp(self):
        super().setUp()
        self.company.name = "Before"
        self.env.cr.flush()
        self.company.name = "After"
        self.env.cr.flush()

    def get_events(self):
        return self.env["koban.event"].search([("company_id", "=", self.company.id)], order="id")

    def test_parameter(self):
        """DESIGN §3: a change of a setting is a link that tells both values; it holds."""
        last = self.get_events()[-1]
        self.assertEqual((last.kind, last.chain), ("parameter", "main"))
        changes = json.loads(last.content)["changes"]
        self.assertEqual(changes, {"name": ["Before", "After"]})
        self.assertEqual(self.find_codes(), [])

    def test_values_as_text(self):
        """DESIGN §3: a finding tells values as a person reads them, also what is no number."""
        told = {None: "", "Before": "Before", 3: "3", True: "true", float("nan"): "nan"}
        for value, text in told.items():
            self.assertEqual(as_text(value), text)
        self.assertEqual(as_text(["A", 1]), '["A",1]')

    def test_append_only(self):
        """No rights and no SQL statement change, add or delete a link."""
        last = self.get_events()[-1]
        self.refusal("append_only", last.write, {"content": "{}"})
        self.refusal("append_only", last.unlink)
        self.refusal("append_only", last.create, {"kind": "parameter"})
        for query in (
            "UPDATE koban_event SET content = '{}' WHERE id = %s",
            "DELETE FROM koban_event WHERE id = %s",
        ):
            with (
                self.subTest(query=query),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.DatabaseError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(query, [last.id])

    def test_altered(self):
        """What the owner of the tables changes all the same is found, with its link."""
        last = self.get_events()[-1]
        self.sql(
            "UPDATE koban_event SET content = replace(content, 'After', 'Other') WHERE id = %s",
            last.id,
        )
        self.assertIn("link_altered", self.find_codes())

    def test_rights(self):
        """Who is neither auditor nor accountant reads nothing of it."""
        auditor = self.make_user("seal_auditor", "koban_seal.group_auditor")
        clerk = self.make_user("seal_clerk", "account.group_account_invoice")
        self.assertTrue(self.get_events().with_user(auditor).has_access("read"))
        self.assertFalse(self.get_events().with_user(clerk).has_access("read"))
        self.assertFalse(self.get_events().with_user(auditor).has_access("write"))

    def test_own_key(self):
        """Issue 12, line 9: a key that somebody put beside the declared one signs nothing."""
        own = Signer(Ed25519PrivateKey.generate())
        self.sql(
            "INSERT INTO koban_signing_key (id, key_id, public_key, date) "
            "VALUES (-1, %s, %s, now())",
            own.key_id,
            own.public_pem,
        )
        with patch.object(attacker, "get_signer", lambda env: own):
            write_anew(self.env, self.company, "After", "Other")
        self.env.invalidate_all()
        self.assertEqual(self.find_codes(), ["key_unknown"])

    def test_declared_keys(self):
        """Keys that were declared, one after the other, hold on every chain."""
        keys = self.env["koban.signing.key"].with_user(
            self.make_user("seal_manager", "koban_guard.group_manager")
        )
        for name in ("Once", "Twice"):
            keys.declare_new_key(name)
            self.env.cr.flush()
            self.company.name = name
            self.env.cr.flush()
        self.assertEqual(self.find_codes(), [])
