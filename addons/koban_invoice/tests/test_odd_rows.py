"""Issue 12, line 8: whatever somebody writes by SQL, the verification ends and tells of it."""

import tempfile
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa, x25519
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from odoo.addons.koban_seal.models.koban_event import COLUMNS
from odoo.addons.koban_seal.tools import heads, verification
from odoo.addons.koban_seal.tools.verification import CompanyVerification

from .chain import ChainCase

DEEP = "[" * 100_000
# What stands in a content, and what takes its place.
CONTENTS = (
    ('"parent":"move_id"', '"parent":""'),
    ('"parent":"move_id"', '"parent":"write_uid"'),
    ('"model":"account.move.line"', '"model":"base"'),
    ('"model":"account.move.line"', '"model":7'),
    ('"amount_total":"294"', '"amount_total":1e999'),
    ('"amount_total":"294"', '"amount_total":NaN'),
    ('"amount_total":"294"', '"amount_total":"\\u0000\\ud800"'),
    ('"amount_total":"294"', '"amount_total":{"a":[null]}'),
    ('"lines":[{', '"lines":[{"id":99999999999999999999},{"id":1e999},{'),
    ('"lines":[{', '"lines":[7,{'),
    ('{"coverage":{', '{"coverage":{"x":' + DEEP),
    ('"document":{"', '"document":' + DEEP + '{"'),
)
WHOLE = ("", "null", "[]", "{}", "1e999", '{"coverage":1}', '{"coverage":{"document":{}}}', DEEP)
LINES = (
    '{"company":1e999,"chain":"main","number":1,"hash":"aa"}',
    '{"company":%(id)s,"chain":"main","number":1e999,"hash":"aa"}',
    '{"company":%(id)s,"chain":"main","number":99999999999999999999,"hash":"aa"}',
    '{"company":%(id)s,"chain":"\\ud800","number":1,"hash":"aa"}',
    '{"company":%(id)s,"chain":"\\u0000","number":1,"hash":"aa"}',
    '{"company":%(id)s,"chain":"main","number":1,"hash":NaN}',
    '{"company":%(id)s,"chain":{},"number":[],"hash":null}',
    "null",
    "7",
    DEEP,
)


@tagged("post_install", "-at_install")
class TestOddRows(ChainCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.make_invoice()
        cls.env.cr.flush()
        cls.event = cls.invoice.seal_id

    def run_verification(self):
        """Verify the company; return the codes of what was written down."""
        self.env.cr.flush()
        verification = self.env["koban.verification"].create({"company_id": self.company.id})
        verification._run()
        codes = set(verification.finding_ids.mapped("code"))
        self.assertNotIn("verification_stopped", codes)
        return codes

    def set_link(self, name, value):
        self.sql(
            "UPDATE koban_event SET %s = %s WHERE id = %s", SQL.identifier(name), value,
            self.event.id,
        )  # fmt: skip

    def test_nulls(self):
        """Each column of a link emptied: it is altered, missing, or in no chain."""
        for name in set(COLUMNS) - {"previous_hash", "database"}:
            with self.subTest(column=name), self.unprotected("koban_event"):
                self.env.cr.execute(
                    SQL("ALTER TABLE koban_event ALTER %s DROP NOT NULL", SQL.identifier(name))
                )
                self.set_link(name, None)
                told = {"link_altered", "link_missing", "link_unknown", "signature_invalid"}
                self.assertTrue(told & self.run_verification(), name)

    def test_no_number(self):
        """A link without number or chain is in none, and gives its document no seal unseen."""
        for name in ("number", "chain", "company_id"):
            with self.subTest(column=name), self.unprotected("koban_event"):
                self.env.cr.execute(
                    SQL("ALTER TABLE koban_event ALTER %s DROP NOT NULL", SQL.identifier(name))
                )
                self.set_link(name, None)
                self.assertIn("link_unknown", self.run_verification())

    def test_same_number(self):
        """A second link of a number is read too, where a batch of the verification ends as well."""
        names = SQL(", ").join(map(SQL.identifier, COLUMNS))
        for size in (1, 2, 3, 2000):
            with self.subTest(size=size), self.unprotected("koban_event"):
                self.patch(verification, "BATCH", size)
                self.sql(
                    "INSERT INTO koban_event (%s) SELECT %s FROM koban_event WHERE id = %s",
                    names, names, self.event.id,
                )  # fmt: skip
                self.assertIn("link_missing", self.run_verification())

    def test_numbers(self):
        """Numbers and dates at the ends of their types."""
        for name, values in (
            ("res_id", (-(2**31), 2**31 - 1, 0)),
            ("algorithm", (-(2**31), 2**31 - 1, 0)),
            ("number", (-(2**31), 2**31 - 1)),
            ("date", ("infinity", "-infinity", "20000-01-01", "0001-01-01")),
            ("res_model", ("", "base", "no.such", "res.users")),
            ("signature", ("", "zz", "é")),
        ):
            for value in values:
                with self.subTest(column=name, value=value), self.unprotected("koban_event"):
                    self.set_link(name, value)
                    told = {"link_altered", "link_missing", "link_order", "signature_invalid"}
                    self.assertTrue(told & self.run_verification())

    def test_contents(self):
        """A content of whatever form: the link is altered, and the rest is verified."""
        content = self.event.content
        values = [content.replace(old, new, 1) for old, new in CONTENTS]
        for value in [*values, *WHOLE]:
            with self.subTest(content=value[:60]), self.unprotected("koban_event"):
                self.assertNotEqual(value, content)
                self.set_link("content", value)
                self.assertIn("link_altered", self.run_verification())

    def test_keys(self):
        """A declared key of another kind, or none at all, is altered."""
        for private in (
            rsa.generate_private_key(public_exponent=65537, key_size=2048),
            x25519.X25519PrivateKey.generate(),
            None,
        ):
            pem = "no key" if private is None else private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ).decode()  # fmt: skip
            with self.subTest(pem=pem[:40]), self.unprotected("koban_signing_key"):
                self.sql(
                    "INSERT INTO koban_signing_key (id, key_id, public_key, date) "
                    "VALUES (-1, %s, %s, now())",
                    self.event.key_id[::-1],
                    pem,
                )
                self.assertIn("key_altered", self.run_verification())
                self.set_link("key_id", self.event.key_id[::-1])
                self.assertIn("signature_invalid", self.run_verification())

    def test_heads(self):
        """A line of the file of heads of whatever form is damaged, or lost."""
        with tempfile.TemporaryDirectory() as folder:
            self.patch(heads, "get_directory", lambda database: Path(folder))
            for line in LINES:
                with self.subTest(line=line[:60]):
                    text = line % {"id": self.company.id} if "%(id)s" in line else line
                    (Path(folder) / heads.FILE_NAME).write_text(text + "\n")
                    found = self.env["koban.verification"]._get_verified_companies()
                    self.assertIn(self.company, found)
                    told = {"heads_damaged", "head_lost", "head_altered"}
                    self.assertTrue(told & self.run_verification())

    def test_isolated(self):
        """What stops the verification of one company is told of it; the others are verified."""
        other = self.make_company("Elsewhere")
        Verification = self.env["koban.verification"]
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda *args, **kwargs: True)
        first = min(self.company, other, key=lambda company: company.id)
        ordinary = CompanyVerification.find

        def find(verification):
            if verification.company == first:
                raise LookupError("odd")
            return ordinary(verification)

        self.patch(CompanyVerification, "find", find)
        with mute_logger("odoo.addons.koban_seal.models.koban_verification"):
            Verification._cron_verify()
        found = {
            company: Verification.search([("company_id", "=", company.id)], limit=1)
            for company in (self.company, other)
        }
        self.assertEqual(found[first].state, "broken")
        self.assertEqual(found[first].finding_ids.mapped("code"), ["verification_stopped"])
        self.assertEqual(found[first].finding_ids.found, "LookupError: odd")
        [second] = {self.company, other} - {first}
        self.assertTrue(found[second].date)
        self.assertNotIn("verification_stopped", found[second].finding_ids.mapped("code"))
