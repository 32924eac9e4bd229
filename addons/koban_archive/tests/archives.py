"""Tools of the tests of archives."""

import hashlib
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from odoo.tools import file_path

from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.canonical import dumps
from odoo.addons.koban_seal.tools.signing import get_signer

VERIFIER = "koban_archive/tools/verifier.py"


def verify(path, *options) -> tuple[int, str]:
    """Run the verifier as an auditor does; return its exit code and what it prints."""
    command = [sys.executable, "-I", file_path(VERIFIER), str(path), *options]
    environment = {"PATH": os.environ["PATH"], "LANG": "C"}
    done = subprocess.run(
        command, capture_output=True, timeout=120, env=environment, cwd=tempfile.gettempdir()
    )
    return done.returncode, done.stdout.decode() + done.stderr.decode()


def rewrite(source, target, changes) -> None:
    """Copy a zip with some files changed, added, or left out.

    :param changes: content by name; ``None`` leaves a file out
    """
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = changes.get(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])


def read_rows(path, name) -> list[dict]:
    """Return the rows of a file of JSON lines of an archive."""
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in io.BytesIO(archive.read(name))]


class ArchiveMixin:
    """Making archives, for a test case with invoices."""

    def make_archive(self, first="2026-01-01", last="2026-06-30", company=None):
        """Make an archive as the job does, in this transaction."""
        Archive = self.env["koban.archive"]
        made = Archive.with_user(self.manager).create_archive(
            first, last, (company or self.company).id
        )
        archive = Archive.browse(made["id"])
        self.env.cr.flush()
        archive.sudo()._make()
        self.env.cr.flush()
        return archive

    def get_copy(self, archive, owner=None) -> Path:
        """Return the path of a copy of the file of an archive.

        :param owner: class that keeps it until its end; by default this test does
        """
        holder = tempfile.TemporaryDirectory()
        (owner.addClassCleanup if owner else self.addCleanup)(holder.cleanup)
        path = Path(holder.name) / "archive.zip"
        path.write_bytes(Path(archive._get_path()).read_bytes())
        return path

    def add_original(self, invoice, content, field="invoice_pdf_report_file", name="facture.pdf"):
        """Give an invoice a file, as sending it does."""
        with open_pass(invoice, fields={"invoice_pdf_report_file", "ubl_cii_xml_file"}):
            return self.env["ir.attachment"].create(
                {
                    "name": name,
                    "raw": content,
                    "res_model": "account.move",
                    "res_id": invoice.id,
                    "res_field": field,
                }
            )

    def sign_again(self, path, changes, signer=None):
        """Change files of an archive as who holds a key could: manifest and signature follow.

        :param signer: of another key; by default that of the database
        """
        original = signer is None
        signer = signer or get_signer(self.env)
        with zipfile.ZipFile(path) as archive:
            manifest = json.loads(archive.read("manifest.json"))
        if not original:
            changes = {**changes, f"cles/{signer.key_id}.pem": signer.public_pem.encode()}
            manifest["key"] = signer.key_id
        for name, content in changes.items():
            if content is None:
                del manifest["files"][name]
            elif not name.startswith("originaux/"):
                manifest["files"][name] = {
                    "sha256": hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                }
        text = json.dumps(manifest)
        signature = {"algorithm": "Ed25519", "key": signer.key_id, "signature": signer.sign(text)}
        target = path.with_name("signed.zip")
        rewrite(
            path,
            target,
            {
                **changes,
                "manifest.json": text.encode(),
                "manifest.sig": dumps(signature).encode(),
            },
        )
        return target
