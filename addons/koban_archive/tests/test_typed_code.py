"""Issue 12, line 2: code typed in the client chooses no file of archives, nor what is told."""

import tempfile
from contextlib import suppress
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.koban_invoice.tests.chain import ChainCase
from odoo.addons.koban_seal.tests.typed import TypedCode


@tagged("post_install", "-at_install")
class TestTypedCode(TypedCode, ChainCase):
    def type_code(self, code, **names):
        """Run code; what it is refused is no matter of these tests."""
        with suppress(Exception), self.env.cr.savepoint(), mute_logger("odoo.tools.safe_eval"):
            self.run_typed(code, **names)
        self.env.cr.flush()

    def test_files(self):
        """No file of the server, such as that of the signing key, is moved where it can be read."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "key")
            path.write_text("Secret")
            result = {"sha1": "0" * 40, "sha256": "0" * 64, "key": "0" * 64, "size": 6}
            result |= {"documents": 0, "events": 0, "originals": 0, "missing": 0}
            for code in ("record._store(path, result)", "record._finish(path, result)"):
                self.type_code(
                    code, record=self.env["koban.archive"], path=str(path), result=result
                )
                self.assertTrue(path.exists(), code)

    def test_events(self):
        """No verification is recorded that nobody made."""
        events = [("kind", "in", ("archive_verified", "archive_made"))]
        before = self.env["koban.event"].search_count(events)
        forged = UserError("takes any attribute")
        forged.count, forged.problems = 0, []
        self.type_code(
            "record._record_verification(forged)", record=self.env["koban.archive"], forged=forged
        )
        self.assertEqual(self.env["koban.event"].search_count(events), before)

    def test_attestation(self):
        """An attestation does not become valid again because somebody says so."""
        attestation = self.env["koban.attestation"].browse(
            self.env["koban.attestation"].create_attestation(self.company.id)["id"]
        )
        self.env.flush_all()
        before = attestation.read(["state", "differences", "checked_on"])
        self.type_code(
            "record._apply_check([['altered', 'koban_seal/hooks.py']])", record=attestation
        )
        self.env.invalidate_all()
        self.assertEqual(attestation.read(["state", "differences", "checked_on"]), before)
