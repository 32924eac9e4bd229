"""The host, Odoo 19 Community: unpacked from Debian's package, or a checkout that exists."""

import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import debian
from .console import Failure, step
from .paths import built_beside, cache, folder, key, lock, remove, require_space

# From Debian's suite sid: the only one that has Odoo 19.
SID_PACKAGES = ("odoo-19", "fonts-montserrat")
# From the machine's own suite: Odoo's package links to the files of these
# versions; the ones in sid have other names.
OWN_PACKAGES = (
    "fonts-dejavu-core",
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
LIBRARY = Path("usr/lib/python3/dist-packages")
# Debian leaves this file out; without it each page logs an error in the console.
LEFT_OUT = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")
RECIPE = 1


@dataclass(frozen=True)
class Host:
    """An Odoo that can be imported.

    :param path: the folder that holds the package ``odoo``.
    :param key: changes when the code may have changed.
    """

    path: Path
    key: str


def ensure() -> Host:
    """Return the host, downloaded and unpacked if it is not there yet."""
    given = os.environ.get("KOBAN_ODOO")
    if given:
        return _existing(Path(given).expanduser().absolute())
    name = key(RECIPE, *SID_PACKAGES, *OWN_PACKAGES)
    prefix = cache() / f"host-{name}"
    if not prefix.is_dir():
        with lock("host"):
            if not prefix.is_dir():
                _unpack(prefix)
    return Host(prefix / LIBRARY, name)


def _existing(path: Path) -> Host:
    """Return a host that the person names, checked."""
    release = path / "odoo" / "release.py"
    if not release.is_file():
        raise Failure(
            f"KOBAN_ODOO={path} holds no Odoo: it must be the folder that contains odoo/release.py."
        )
    text = release.read_text()
    if not re.search(r"version_info\s*=\s*\(19,\s*0\b", text):
        raise Failure(f"KOBAN_ODOO={path} is not Odoo 19.0: check out the branch 19.0.")
    head = path / ".git" / "HEAD"
    commit = head.read_text() if head.is_file() else ""
    if commit.startswith("ref: "):
        branch = path / ".git" / commit[5:].strip()
        commit = branch.read_text() if branch.is_file() else commit
    return Host(path, key(path, text, commit))


def _unpack(prefix: Path) -> None:
    require_space(cache(), 4)
    with (
        tempfile.TemporaryDirectory(dir=folder("downloads")) as name,
        built_beside(prefix) as part,
    ):
        work = Path(name)
        with step("downloading Odoo 19 (130 MB) with this machine's apt configuration"):
            packages = _download(debian.Archive(work, "sid"), SID_PACKAGES, work)
            packages += _download(debian.Archive(work), OWN_PACKAGES, work)
        with step("unpacking Odoo 19"):
            debian.unpack(packages, part)
            _complete(part)
            _verify(part)


def _download(archive: debian.Archive, packages: tuple[str, ...], work: Path) -> list[Path]:
    archive.update()
    return archive.download(packages, work / "debs")


def _complete(prefix: Path) -> None:
    """Repair what the package leaves out, and drop what it has twice."""
    library = prefix / LIBRARY
    for duplicate in ("addons", "doc", "setup"):
        remove(library / duplicate)
    missing = library / LEFT_OUT
    missing.parent.mkdir(parents=True, exist_ok=True)
    if not missing.exists():
        missing.write_text("")


def _verify(prefix: Path) -> None:
    library = prefix / LIBRARY
    _existing(library)
    broken = [path for path in prefix.rglob("*") if path.is_symlink() and not path.exists()]
    if broken:
        raise Failure(
            f"the Odoo package links to {len(broken)} files that no Debian package brought, such "
            f"as {broken[0].name}: this Debian release is not supported, set KOBAN_ODOO instead."
        )
