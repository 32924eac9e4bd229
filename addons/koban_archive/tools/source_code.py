"""Fingerprints of the files of the addons: what the attestation covers (rows 2-56, 2-57).

Plain Python, no recordset: the files are read in pieces, whatever their size.
"""

import hashlib
import os
from collections.abc import Iterator

PIECE = 1 << 20
# What Python writes beside its sources by itself. A ``.pyc`` anywhere else can be imported
# without a source: it counts as a file of the addon.
IGNORED_FOLDERS = {"__pycache__"}
# What only the building of a wheel needs: a clone has it, an installed wheel has not. Odoo reads
# neither.
IGNORED_FILES = {"pyproject.toml", "PKG-INFO"}
# Instead of the hash of a file that cannot be read.
UNREADABLE = "unreadable"


def list_files(root: str) -> Iterator[str]:
    """Yield the paths of the files of an addon, relative, with slashes, sorted.

    Files and folders whose name starts with a dot are left out: Python imports none of them. A
    clone and the wheel made of it have the same list.
    """
    seen = set()
    found = []
    for folder, folders, files in os.walk(root, followlinks=True):
        real = os.path.realpath(folder)
        # A link to a folder above would go round for ever.
        folders[:] = (
            []
            if real in seen
            else [n for n in folders if n not in IGNORED_FOLDERS and not n.startswith(".")]
        )
        if real in seen:
            continue
        seen.add(real)
        for name in files:
            if not name.startswith("."):
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                if path not in IGNORED_FILES:
                    found.append(path)
    yield from sorted(found)


def hash_file(path: str) -> str:
    """Return the SHA-256 of a file, or ``unreadable``."""
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as handle:
            while piece := handle.read(PIECE):
                digest.update(piece)
    except OSError:
        return UNREADABLE
    return digest.hexdigest()


def hash_addon(root: str) -> dict[str, str]:
    """Return the hash of each file of an addon, by relative path.

    :param root: folder of the addon; a missing folder has no file
    """
    return {name: hash_file(os.path.join(root, name)) for name in list_files(root)}


def get_total(files: dict[str, str]) -> str:
    """Return one hash for many files: of their sorted lines « hash, two spaces, path ».

    ``sha256sum`` prints the same lines, so that anybody can check it without this software.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{files[name]}  {name}\n".encode())
    return digest.hexdigest()


def compare(attested: dict[str, str], found: dict[str, str]) -> list[tuple[str, str]]:
    """Return what differs, sorted by path: ``(altered | missing | added | unreadable, path)``."""
    differences = []
    for name in sorted(attested.keys() | found.keys()):
        if name not in found:
            differences.append(("missing", name))
        elif found[name] == UNREADABLE:
            differences.append(("unreadable", name))
        elif name not in attested:
            differences.append(("added", name))
        elif attested[name] != found[name]:
            differences.append(("altered", name))
    return differences
