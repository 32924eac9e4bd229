import json
import shutil
import tempfile
import zipfile
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from odoo.tests import BaseCase, tagged
from odoo.tools import SQL

from odoo.addons.koban_invoice.tests.common import InvoiceCase
from odoo.addons.koban_invoice.tests.test_issued import IssuedCase
from odoo.addons.koban_seal.tools.canonical import dumps
from odoo.addons.koban_seal.tools.keys import Signer

from ..tools import verifier
from .archives import ArchiveMixin, read_rows, rewrite, verify

EVENTS = "donnees/evenements.jsonl"
INVOICES = "donnees/factures.jsonl"


class TestSignature(BaseCase):
    """Row 2-55: the verifier's own Ed25519."""

    def test_vectors(self):
        """Row 2-55: the first test vectors of RFC 8032, §7.1."""
        vectors = [
            (
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
                "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
            ),
            (
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
                "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
            ),
        ]
        for key, message, signature in vectors:
            values = [bytes.fromhex(text) for text in (key, message, signature)]
            self.assertTrue(verifier.is_signed(*values))
            for rank in range(3):
                altered = list(values)
                altered[rank] = altered[rank][:-1] + bytes([(altered[rank] or b"\0")[-1] ^ 1])
                self.assertFalse(verifier.is_signed(*altered))

    def test_against_the_library(self):
        """Row 2-55: it agrees with the library that signs."""
        for length in range(12):
            private, message = Ed25519PrivateKey.generate(), b"m" * length
            key, signature = private.public_key().public_bytes_raw(), private.sign(message)
            self.assertTrue(verifier.is_signed(key, message, signature))
            self.assertFalse(verifier.is_signed(key, message + b"!", signature))
            # The same point, with a response that is too large.
            response = int.from_bytes(signature[32:], "little") + verifier.ORDER
            large = signature[:32] + response.to_bytes(32, "little")
            self.assertFalse(verifier.is_signed(key, message, large))

    def test_bad_input(self):
        """Row 2-55: what is no key and no signature is refused, not an error."""
        for key, signature in ((b"", b""), (b"\xff" * 32, b"\xff" * 64), (b"\2" * 32, bytes(64))):
            self.assertFalse(verifier.is_signed(key, b"", signature))
        for text in ("", "no key", "-----BEGIN-----\nAAAA\n-----END-----", "é"):
            self.assertEqual(verifier.read_pem(text), b"")

    def test_files_that_are_no_archive(self):
        """Row 2-55: whatever file it is given, the verifier answers, with code 1."""
        holder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name, content in (
            ("empty", b""),
            ("text", b"no archive"),
            ("cut", b"PK\3\4" + bytes(50)),
        ):
            path = holder / name
            path.write_bytes(content)
            code, printed = verify(path)
            self.assertEqual(code, 1, printed)
            self.assertIn("pas une archive lisible", printed)
        self.assertEqual(verify(holder / "nowhere")[0], 1)
        for manifest in ("", "[]", "{}", '{"format": "koban-archive"}', '{"format": 1}'):
            path = holder / "odd.zip"
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("manifest.json", manifest)
            code, printed = verify(path)
            self.assertEqual(code, 1, printed)
            self.assertNotIn("Traceback", printed)


@tagged("post_install", "-at_install")
class TestVerifier(ArchiveMixin, InvoiceCase):
    """Row 2-55: an archive that somebody changed, verified without Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        case = cls("run_nothing")
        cls.invoices = cls.env["account.move"]
        for day in ("2026-03-10", "2026-04-10", "2026-05-10"):
            cls.invoices |= cls.make_invoice(invoice_date=day)
        case.add_original(cls.invoices[0], b"%PDF-1.7 first")
        case.add_original(cls.invoices[1], b"%PDF-1.7 second")
        case.add_original(cls.invoices[1], b"<xml/>", "ubl_cii_xml_file", "facture.xml")
        case.pay(cls.invoices[0], payment_date="2026-04-01")
        cls.archive = case.make_archive()
        cls.path = case.get_copy(cls.archive, cls)

    def run_nothing(self):
        """Let the class have a case of its own."""

    def setUp(self):
        super().setUp()
        self.target = self.path.with_name(f"{self._testMethodName}.zip")

    def change(self, changes):
        rewrite(self.path, self.target, changes)
        return verify(self.target)

    def read_file(self, name):
        with zipfile.ZipFile(self.path) as archive:
            return archive.read(name)

    def assert_blamed(self, result, *expected):
        code, printed = result
        self.assertEqual(code, 1, printed)
        self.assertNotIn("Traceback", printed)
        for text in expected:
            self.assertIn(text, printed)

    # ------------------------------------------------------------------
    def test_good_archive(self):
        """Row 2-55: an untouched archive conforms; so does its own copy of the verifier."""
        code, printed = verify(self.path, "--signatures", "--cle", self.archive.key_id)
        self.assertEqual(code, 0, printed)
        self.assertIn("archive conforme", printed)
        self.assertIn("3 originaux", printed)
        source = Path(verifier.__file__).read_bytes()
        self.assertEqual(self.read_file("verifier.py"), source)

    def test_each_file_changed(self):
        """Row 2-55: one byte more in any file is found, and the file is named."""
        with zipfile.ZipFile(self.path) as archive:
            names = archive.namelist()
        self.assertGreater(len(names), 20)
        for name in names:
            with self.subTest(name=name):
                self.assert_blamed(self.change({name: self.read_file(name) + b" "}), name)

    def test_each_file_removed(self):
        """Row 2-55: any file that is missing is found, and named."""
        with zipfile.ZipFile(self.path) as archive:
            names = archive.namelist()
        for name in names:
            with self.subTest(name=name):
                self.assert_blamed(self.change({name: None}), name)

    def test_missing_original(self):
        """Row 2-55: an original that was taken out is named with its document."""
        with zipfile.ZipFile(self.path) as archive:
            name = next(n for n in archive.namelist() if n.startswith("originaux/"))
        result = self.change({name: None})
        self.assert_blamed(result, name, f"original de {self.invoices[0].name} manquant")

    def test_added_files(self):
        """Row 2-55: a file that was put in is found."""
        self.assert_blamed(self.change({"extra.txt": b"x"}), "extra.txt : fichier ajouté")
        name = "originaux/factures/9-invoice-x.pdf"
        self.assert_blamed(self.change({name: b"x"}), f"{name} : fichier ajouté")

    def test_same_name_twice(self):
        """Row 2-55: two files of one name would show another than the one verified."""
        shutil.copy(self.path, self.target)
        with zipfile.ZipFile(self.target, "a") as archive, self.assertWarns(UserWarning):
            archive.writestr(INVOICES, self.read_file(INVOICES))
        self.assert_blamed(verify(self.target), f"{INVOICES} : présent 2 fois")

    def test_another_key(self):
        """Row 2-55: an archive signed anew by somebody else is not by the expected key."""
        other = Signer(Ed25519PrivateKey.generate())
        path = self.sign_again(self.path, {}, other)
        expected = self.archive.key_id
        self.assert_blamed(verify(path, "--cle", expected), "autre clé", other.key_id)
        self.assertFalse(self.env["koban.archive"]._verify_file(path).count == 0)
        # Its signature alone, under the name of the right key.
        signature = {
            "algorithm": "Ed25519",
            "key": expected,
            "signature": other.sign(self.read_file("manifest.json").decode()),
        }
        changed = {"manifest.sig": dumps(signature).encode()}
        self.assert_blamed(self.change(changed), "manifest.json : la signature")
        changed = {f"cles/{expected}.pem": other.public_pem.encode()}
        self.assert_blamed(self.change(changed), f"cles/{expected}.pem")

    # ------------------------------------------------------------------
    # Made by who holds the key: the chain tells
    # ------------------------------------------------------------------
    def change_rows(self, name, function):
        """Change the rows of a file and sign the archive again."""
        rows = read_rows(self.path, name)
        function(rows)
        content = "".join(json.dumps(row) + "\n" for row in rows).encode()
        return verify(self.sign_again(self.path, {name: content}))

    def test_signed_again_unchanged(self):
        """Row 2-55: signing again what is unchanged stays good, so the tests below mean it."""
        code, printed = self.change_rows(EVENTS, lambda rows: None)
        self.assertEqual(code, 0, printed)

    def test_events_swapped(self):
        """Row 2-55: two events that changed places break the chain."""

        def swap(rows):
            rows[0], rows[1] = rows[1], rows[0]

        numbers = [row["number"] for row in read_rows(self.path, EVENTS)]
        result = self.change_rows(EVENTS, swap)
        self.assert_blamed(result, f"Événement {numbers[0]} ", "numéro inattendu")
        self.assert_blamed(result, f"n'est pas lié au maillon {numbers[1]}")

    def test_event_changed(self):
        """Row 2-55: each part of an event is covered by its fingerprint."""
        row = read_rows(self.path, EVENTS)[0]
        for name, value in row.items():
            if name in ("chain", "kind", "model", "key", "algorithm"):
                continue
            with self.subTest(name=name):
                changed = value + 1 if isinstance(value, int) else f"{value} "

                def alter(rows, name=name, changed=changed):
                    rows[0][name] = changed

                number = changed if name == "number" else row["number"]
                expected = f"Événement {number} "
                if name == "signature":
                    expected = f"Événement {row['number'] + 1} "
                self.assert_blamed(self.change_rows(EVENTS, alter), expected)

    def test_event_removed(self):
        """Row 2-55: a first, a middle and a last event that are gone are found."""
        count = len(read_rows(self.path, EVENTS))
        for rank in (0, 1, count - 1):
            with self.subTest(rank=rank):
                self.assert_blamed(self.change_rows(EVENTS, lambda rows, r=rank: rows.pop(r)))

    def test_last_signature(self):
        """Row 2-55: the last signature of the chain is verified."""

        def forge(rows):
            rows[-1]["signature"] = "00" * 64

        self.assert_blamed(self.change_rows(EVENTS, forge), "signature fausse")

    def test_document_changed(self):
        """Row 2-55: a document that is not what its seal says is named."""

        def alter(rows):
            rows[1]["content"]["document"]["amount_total"] = "1"

        self.assert_blamed(
            self.change_rows(INVOICES, alter), f"{self.invoices[1].name} : contenu différent"
        )

    def test_document_removed(self):
        """Row 2-55: a sealed document of the period that is not there is named."""
        result = self.change_rows(INVOICES, lambda rows: rows.pop())
        self.assert_blamed(result, f"{self.invoices[2].name} : scellé par l'événement", "absent")

    def test_odd_rows(self):
        """Row 2-55: rows of another shape are told, whatever they hold."""
        for content in (b"[]\n", b"{}\n", b"\xff\n", b'{"id": 1}\n', b"null\n"):
            for name in (EVENTS, INVOICES, "donnees/originaux.jsonl"):
                with self.subTest(name=name, content=content):
                    self.assert_blamed(verify(self.sign_again(self.path, {name: content})))

    # ------------------------------------------------------------------
    # The database was changed before the archive was made
    # ------------------------------------------------------------------
    def test_database_altered(self):
        """law.md checklist 8: an archive made of altered data says which document."""
        invoice = self.invoices[1]
        for query in (
            SQL("UPDATE account_move SET amount_total = 1 WHERE id = %s", invoice.id),
            SQL("UPDATE account_move_line SET quantity = 9 WHERE move_id = %s", invoice.id),
        ):
            with self.undone():
                self.env.cr.execute(query)
                self.env.invalidate_all()
                archive = self.make_archive("2026-04-01", "2026-04-30")
                self.assertEqual(archive.verification, "bad")
                self.assertIn(f"{invoice.name} : contenu différent", archive.verification_report)

    def test_original_lost(self):
        """Row 2-55: an original gone from the filestore is counted, and told by the verifier."""
        file = self.env["ir.attachment"].sudo().search(
            [("res_model", "=", "account.move"), ("res_id", "=", self.invoices[0].id),
             ("res_field", "=", "invoice_pdf_report_file")]
        )  # fmt: skip
        self.env.cr.execute(
            SQL("UPDATE ir_attachment SET store_fname = 'no/where' WHERE id = %s", file.id)
        )
        self.env.invalidate_all()
        archive = self.make_archive("2026-03-01", "2026-03-31")
        self.assertEqual(archive.missing_count, 1)
        self.assertIn("introuvable à l'archivage", archive.verification_report)


@tagged("post_install", "-at_install")
class TestForgedOriginals(ArchiveMixin, IssuedCase):
    """Rows 2-53, 2-55: originals forged in the database before the archive was made.

    The events of their editions come after the seals: they are in the archive for this alone.
    """

    def setUp(self):
        super().setUp()
        self.customer.invoice_edi_format = "facturx"
        self.printed, self.sent = self.make_paper(), self.make_paper()
        self.env.cr.flush()
        self.print_invoice(self.printed)
        self.send(self.sent)
        self.print_invoice(self.printed + self.sent)
        self.send(self.printed)
        self.env.cr.flush()

    def assert_forged(self, invoice, paper):
        archive = self.make_archive()
        self.assertEqual(archive.verification, "bad")
        code, printed = verify(archive._get_path())
        self.assertEqual(code, 1, printed)
        event = self.get_events("print", "mail", records=invoice)[0]
        (line,) = [line for line in printed.splitlines() if line.startswith("ANOMALIE")]
        self.assertIn(f"/{invoice.id}-{paper}-", line)
        self.assertIn(f"original de {invoice.name} différent de celui émis", line)
        self.assertIn(f"(événement {event.number})", line)

    def test_intact(self):
        """Row 2-53: originals, duplicates, prints before and after a sending: all conform."""
        archive = self.make_archive()
        code, printed = verify(archive._get_path(), "--signatures")
        self.assertEqual(code, 0, printed)
        self.assertIn("4 originaux conformes aux empreintes du journal", printed)
        last = read_rows(archive._get_path(), EVENTS)[-1]
        self.assertIn("einvoice_sha256", last["content"], "the electronic invoice sent last")

    def test_later_duplicates_are_left_out(self):
        """Row 2-55: a duplicate printed years later does not draw the whole chain in."""
        numbers = []
        for _time in range(2):
            rows = read_rows(self.make_archive()._get_path(), EVENTS)
            numbers.append([row["number"] for row in rows])
            self.print_invoice(self.printed)
        self.assertEqual(*numbers)

    def test_forged_pdf(self):
        """Row 2-55: a PDF forged with its SHA-256 in the database is told by the chain."""
        self.forge_original(self.get_original(self.printed), b"%PDF-1.7 forged")
        self.assert_forged(self.printed, "invoice")

    def test_forged_einvoice(self):
        """Row 2-55: so is an electronic invoice, by the event of its PDF."""
        self.forge_original(self.get_original(self.sent, "einvoice"), b"<forged/>")
        self.assert_forged(self.sent, "einvoice")

    def test_deleted_original(self):
        """Row 2-55: an original deleted from the database is told by the chain."""
        original = self.get_original(self.printed)
        for query in (
            SQL("DELETE FROM koban_document_print WHERE issued_id = %s", original.id),
            SQL("DELETE FROM koban_issued_document WHERE id = %s", original.id),
            SQL(
                "DELETE FROM ir_attachment WHERE res_model = 'account.move' AND res_id = %s "
                "AND res_field = 'invoice_pdf_report_file'",
                self.printed.id,
            ),
        ):
            self.env.cr.execute(query)
        self.env.invalidate_all()
        code, printed = verify(self.make_archive()._get_path())
        self.assertEqual(code, 1, printed)
        self.assertIn(f"{self.printed.name} : original (invoice) émis (événement", printed)
