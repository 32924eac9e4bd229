"""A clone and the wheels made of it are the same software (issue 12, line 10)."""

import importlib.util
import zipfile
from pathlib import Path

import pytest

from setup import addons, wheels
from setup.environment import ensure
from setup.paths import CHECKOUT

SOURCE_CODE = CHECKOUT / "addons" / "koban_archive" / "tools" / "source_code.py"


def load_source_code():
    """Load the module by its file: it needs no host."""
    spec = importlib.util.spec_from_file_location("source_code", SOURCE_CODE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["koban_seal", "koban_archive", "koban_report"])
def test_fingerprint(name: str, tmp_path: Path) -> None:
    """The attestation's fingerprint of an addon is the same from both."""
    source_code = load_source_code()
    built = wheels._build(ensure(), addons.every()[name], tmp_path)
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path / "site")
    installed = source_code.hash_addon(str(tmp_path / "site" / "odoo" / "addons" / name))
    clone = source_code.hash_addon(str(CHECKOUT / "addons" / name))
    assert source_code.compare(clone, installed) == []
    assert source_code.get_total(clone) == source_code.get_total(installed)
