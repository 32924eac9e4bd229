import hashlib
import subprocess
import tempfile
from pathlib import Path

from odoo.tests import BaseCase

from ..tools import source_code


class TestSourceCode(BaseCase):
    """Rows 2-56, 2-57: fingerprints of files, in plain Python."""

    def setUp(self):
        super().setUp()
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.root = Path(holder.name) / "addon"
        (self.root / "models").mkdir(parents=True)
        (self.root / "__pycache__").mkdir()
        (self.root / "models" / "a.py").write_text("one = 1\n")
        (self.root / "icon.png").write_bytes(b"\x89PNG" * 700_000)
        (self.root / "__pycache__" / "a.cpython-311.pyc").write_bytes(b"left out")
        (self.root / ".git").mkdir()
        (self.root / ".git" / "HEAD").write_text("left out")
        (self.root / "pyproject.toml").write_text("left out")
        self.files = source_code.hash_addon(str(self.root))

    def compare(self):
        return source_code.compare(self.files, source_code.hash_addon(str(self.root)))

    def test_every_file_is_listed(self):
        """Row 2-57: every file counts, but what Python makes by itself."""
        self.assertEqual(sorted(self.files), ["icon.png", "models/a.py"])
        self.assertEqual(self.files["models/a.py"], hashlib.sha256(b"one = 1\n").hexdigest())
        self.assertEqual(self.compare(), [])

    def test_total_is_that_of_sha256sum(self):
        """Row 2-56: the fingerprint of an addon is checked with sha256sum alone."""
        command = "sha256sum icon.png models/a.py | sha256sum"
        printed = subprocess.run(
            command, shell=True, cwd=self.root, capture_output=True, check=True, text=True
        ).stdout
        self.assertEqual(source_code.get_total(self.files), printed.split()[0])

    def test_differences_are_named(self):
        """Row 2-57: altered, missing and added files are told apart."""
        (self.root / "models" / "a.py").write_text("one = 2\n")
        (self.root / "icon.png").unlink()
        (self.root / "models" / "b.py").write_text("")
        self.assertEqual(
            self.compare(),
            [("missing", "icon.png"), ("altered", "models/a.py"), ("added", "models/b.py")],
        )

    def test_compiled_module_without_source(self):
        """Row 2-57: a .pyc beside the sources can be imported, so it counts as added."""
        (self.root / "models" / "c.pyc").write_bytes(b"code")
        self.assertEqual(self.compare(), [("added", "models/c.pyc")])

    def test_file_of_the_build(self):
        """Issue 12, line 10: only the one that a wheel leaves out is left out."""
        (self.root / "models" / "pyproject.toml").write_text("counts")
        self.assertEqual(self.compare(), [("added", "models/pyproject.toml")])

    def test_linked_folder(self):
        """Row 2-57: a link to a folder is read, and one that goes round ends."""
        other = self.root.parent / "other"
        other.mkdir()
        (other / "d.py").write_text("")
        (self.root / "linked").symlink_to(other)
        (self.root / "round").symlink_to(self.root)
        self.assertEqual(self.compare(), [("added", "linked/d.py")])

    def test_file_that_cannot_be_read(self):
        """Row 2-57: a file that cannot be read is a difference, not an error."""
        (self.root / "models" / "a.py").unlink()
        (self.root / "models" / "a.py").symlink_to(self.root / "nowhere")
        self.assertEqual(self.compare(), [("unreadable", "models/a.py")])
        self.files["models/a.py"] = source_code.UNREADABLE
        self.assertEqual(self.compare(), [("unreadable", "models/a.py")])

    def test_missing_folder(self):
        """Row 2-57: an addon whose folder is gone has lost every file."""
        self.assertEqual(
            source_code.compare(self.files, source_code.hash_addon("")),
            [("missing", "icon.png"), ("missing", "models/a.py")],
        )
