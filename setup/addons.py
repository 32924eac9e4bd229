"""The addons of this checkout, found by their manifests."""

import ast
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .console import Failure
from .paths import ADDONS

DEMO = "koban_demo"
# What changes nothing in a database where the addon is installed.
APART = {"__pycache__", "tests", "readme", "README.md", "index.html", "pyproject.toml"}


@dataclass(frozen=True)
class Addon:
    """One addon of the folder ``addons``."""

    path: Path

    @property
    def name(self) -> str:
        """Its technical name."""
        return self.path.name

    @cached_property
    def manifest(self) -> dict:
        """Its manifest."""
        file = self.path / "__manifest__.py"
        try:
            return ast.literal_eval(file.read_text())
        except (SyntaxError, ValueError) as error:
            raise Failure(f"{file} is not a valid manifest ({error}): correct it.") from error

    @cached_property
    def depends(self) -> list[str]:
        """The names of the modules it depends on."""
        return self.manifest.get("depends", [])

    @cached_property
    def key(self) -> str:
        """A hash of every file that counts in a database."""
        digest = hashlib.sha256()
        for file in sorted(self.path.rglob("*")):
            relative = file.relative_to(self.path)
            if file.is_file() and not APART & set(relative.parts) and file.suffix != ".pot":
                digest.update(f"{relative}\0".encode() + file.read_bytes() + b"\0")
        return digest.hexdigest()[:12]

    @property
    def tests(self) -> Path | None:
        """The folder of its tests, if it has some."""
        folder = self.path / "tests"
        return folder if any(folder.glob("test_*.py")) else None


def every() -> dict[str, Addon]:
    """Return the installable addons by name."""
    found = (Addon(file.parent) for file in sorted(ADDONS.glob("*/__manifest__.py")))
    return {addon.name: addon for addon in found if addon.manifest.get("installable", True)}


def from_below() -> list[Addon]:
    """Return the installable addons so that each comes after those that it depends on."""
    waiting, order = every(), []
    while waiting:
        ready = [name for name, addon in waiting.items() if not set(addon.depends) & set(waiting)]
        if not ready:
            raise Failure(f"these addons depend on each other: {', '.join(waiting)}.")
        order += [waiting.pop(name) for name in ready]
    return order


def closure(names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the addons that ``names`` need, themselves included, and the host modules."""
    known = every()
    ours: set[str] = set()
    host: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in known:
            host.add(name)
        elif name not in ours:
            ours.add(name)
            waiting += known[name].depends
    return sorted(ours), sorted(host)


def keys(names: Iterable[str]) -> dict[str, str]:
    """Return the hash of each named addon."""
    known = every()
    return {name: known[name].key for name in sorted(names)}
