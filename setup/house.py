"""Checks of the house (DESIGN §1): an addon a room, one class a model, nothing read from above."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from . import addons
from .addons import Addon
from .paths import CHECKOUT

# Still cut into slices, as spec/seams.md found them: each cut takes one off this list.
SLICED = {"koban_contract"}
NAMED = re.compile(r"(?:\baddons\.|(?<![\w/.-])@?)(koban_[a-z_]+)[./]\w")
CODE = {".py", ".xml", ".csv", ".js"}
# What runs once, on a database of its time, and what is no part of the product.
OUTSIDE = {"tests", "migrations"}


def one_class() -> Iterator[str]:
    """Each model has one class in an addon: a second slice belongs to another addon."""
    for addon in addons.every().values():
        if addon.name in SLICED:
            continue
        places = defaultdict(list)
        for path in _files(addon, {".py"}):
            for model, line in _models(path):
                places[model].append(f"{_name(path)}:{line}")
        for model, found in places.items():
            if len(found) > 1:
                yield f"{found[-1]}: another class of {model} in {addon.name}: see {found[0]}"


def _models(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ClassDef):
            values = {
                target.id: statement.value
                for statement in node.body
                if isinstance(statement, ast.Assign)
                for target in statement.targets
                if isinstance(target, ast.Name)
            }
            named = values.get("_name", values.get("_inherit"))
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value, node.lineno


def file_names() -> Iterator[str]:
    """``test`` in the name of a file means a test of the suite, nothing else."""
    for addon in addons.every().values():
        if addon.name not in SLICED:
            for path in _files(addon, CODE | {".scss"}):
                if re.search(r"(?:^|_)test(?:_|$|s_)", path.stem):
                    yield f"{_name(path)}: “test” in the name of a file of the product"


def nothing_above() -> Iterator[str]:
    """No addon imports from one that it does not depend on, or names an id of it."""
    known = set(addons.every())
    for addon in addons.every().values():
        below = set(addons.closure([addon.name])[0])
        for path in _files(addon, CODE):
            for number, line in enumerate(path.read_text().splitlines(), 1):
                for name in NAMED.findall(line):
                    if name in known - below:
                        yield f"{_name(path)}:{number}: names {name}, on which it does not stand"


def _files(addon: Addon, suffixes: set[str]) -> Iterator[Path]:
    for path in sorted(addon.path.rglob("*")):
        inside = path.relative_to(addon.path)
        if path.suffix in suffixes and not OUTSIDE & set(inside.parts[:-1]):
            yield path


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))
