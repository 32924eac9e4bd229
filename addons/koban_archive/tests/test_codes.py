"""Archives against printed codes, and those of a copy of the database (issue 12, lines 9, 12)."""

import hashlib
import json

from odoo.tests import BaseCase, tagged

from odoo.addons.koban_closing.tests.closings import ClosingCase
from odoo.addons.koban_seal.tests.attacker import Attacker, write_anew
from odoo.addons.koban_seal.tools.witness import CHAINS, decode, encode

from ..tools import verifier
from .archives import ArchiveMixin, read_rows, verify

EVENTS = "donnees/evenements.jsonl"


class TestSigns(BaseCase):
    """The verifier reads codes by itself."""

    def test_same_codes(self):
        """Issue 12, line 12: it reads what koban_seal writes, and refuses what that refuses."""
        for rank in range(200):
            digest = hashlib.sha256(bytes([rank])).hexdigest()
            code = encode(rank + 1, CHAINS[rank % 2], rank * 7919 + 1, digest)
            found = decode(code)
            expected = (found.company, found.chain, found.number, found.hash)
            self.assertEqual(verifier.read_code(code.lower()), expected)
        for wrong in ("", "-", "é", "ABC", "U" * 30, "Z" * 40, code[:-1], code * 2):
            self.assertIsNone(verifier.read_code(wrong))


@tagged("post_install", "-at_install")
class TestCodes(Attacker, ArchiveMixin, ClosingCase):
    """An archive with a closing whose code was printed."""

    def setUp(self):
        super().setUp()
        self.sold = self.invoice("2025-01-10", 100.0)
        self.closing = self.close()
        self.env.cr.flush()
        self.closing.invalidate_recordset()
        self.code = self.closing.code

    def verify_archive(self, *options):
        return verify(self.get_copy(self.make_archive("2025-01-01", "2025-01-31")), *options)

    def test_codes(self):
        """Issue 12, line 12: a code that holds, and each way in which one does not."""
        path = self.get_copy(self.make_archive("2025-01-01", "2025-01-31"))
        code, printed = verify(path, "--temoin", self.code.lower(), "--temoin", self.code)
        self.assertEqual(code, 0, printed)
        self.assertEqual(printed.count("intact"), 2)
        digest = self.closing.seal_id.hash
        number = self.closing.seal_id.number
        for wrong, told in (
            (self.code[:-1] + ("Z" if self.code[-1] != "Z" else "Y"), "mal recopié"),
            (encode(self.company.id + 1, "main", number, digest), "autre société"),
            (encode(self.company.id, "main", number + 1000, digest), "n'est pas dans l'archive"),
            (encode(self.company.id, "main", number, "ab" * 32), "réécrite"),
        ):
            with self.subTest(told=told):
                code, printed = verify(path, "--temoin", wrong)
                self.assertEqual(code, 1, printed)
                self.assertIn(told, printed)

    def test_written_anew(self):
        """Issue 12, line 12: a history written anew by who has the key conforms, without a code."""
        self.sql("UPDATE account_move SET invoice_origin = 'x' WHERE id = %s", self.sold.id)
        self.assertIn("contenu différent", self.verify_archive()[1])
        write_anew(
            self.env, self.company,
            '"invoice_date":"2025-01-10"', '"invoice_date":"2025-01-10","invoice_origin":"x"',
        )  # fmt: skip
        self.env.invalidate_all()
        code, printed = self.verify_archive("--signatures")
        self.assertEqual(code, 0, printed)
        code, printed = self.verify_archive("--temoin", self.code)
        self.assertEqual(code, 1, printed)
        self.assertIn("réécrite", printed)

    def test_copy(self):
        """Issue 12, line 9: the archive of a copy says so; its chain begins anew where it names."""
        self.env["koban.database"].with_user(self.manager).declare_copy("Trial")
        self.invoice("2025-02-10", 100.0)
        archive = self.make_archive("2025-01-01", "2025-02-28")
        self.assertEqual(archive.verification, "good", archive.verification_report)
        path = self.get_copy(archive)
        code, printed = verify(path, "--signatures", "--temoin", self.code)
        self.assertEqual(code, 0, printed)
        self.assertIn("COPIE", printed)
        rows = read_rows(path, EVENTS)
        begun = next(rank for rank, row in enumerate(rows) if row["kind"] == "copied")
        original = json.loads(rows[begun]["content"])["original"]
        self.assertEqual(original["number"], rows[begun - 1]["number"])
        self.assertEqual(rows[begun]["previous"], "")
        # The link before is another one: the copy is of something else.
        del rows[begun - 1]
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        code, printed = verify(self.sign_again(path, {EVENTS: content}))
        self.assertEqual(code, 1)
        self.assertIn("ne nomme pas le dernier maillon", printed)

    def test_elsewhere(self):
        """Issue 12, line 9: a link of another database among the others is told."""
        path = self.get_copy(self.make_archive("2025-01-01", "2025-01-31"))
        rows = read_rows(path, EVENTS)
        self.assertTrue(rows[-1]["database"])
        rows[-1]["database"] = "0" * 32
        rows[-1]["hash"] = verifier.get_fingerprint(rows[-1])
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        _code, printed = verify(self.sign_again(path, {EVENTS: content}))
        self.assertIn("autre base de données", printed)
