"""``make lint``: every check that needs no test, and the translations."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from . import addons, checks, environment, house
from . import odoo as hosting
from .console import Failure, say
from .database import Databases
from .paths import ADDONS, CHECKOUT, folder, remove
from .process import CommandFailed, at_once, captured
from .template import Templates

EXPORT = CHECKOUT / "setup" / "scripts" / "export_terms.py"


def run(fast: bool = False) -> int:
    """Run the checks; return the exit code.

    :param fast: leave out the translations, which need a database.
    """
    python = environment.ensure()
    files = checks.tracked()
    stages: list[tuple[str, Callable[[], Iterable[str]]]] = [
        ("ruff check", partial(_tool, python, "ruff", "check", "--output-format=concise", ".")),
        (
            "ruff format",
            partial(
                _tool, python, "ruff", "format", "-q", "--check", "--output-format=concise", "."
            ),
        ),
        ("pylint-odoo", partial(_pylint, python)),
        ("XML", partial(checks.xml_files, files)),
        ("manifests", checks.manifests),
        ("READMEs of the addons", partial(_readmes, python)),
        ("access rights", checks.access_rights),
        ("one class per model", house.one_class),
        ("names of files", house.file_names),
        ("nothing read from above", house.nothing_above),
        ("names of hosts and machines", partial(checks.machine_names, files)),
    ]
    if not fast:
        stages.append(("French translations", check_translations))
    # The last are the longest: they begin first.
    found = at_once([partial(_found, work) for _name, work in reversed(stages)], 2)[::-1]
    total = sum(_tell(name, lines) for (name, _work), lines in zip(stages, found, strict=True))
    say("lint: nothing to correct" if not total else f"lint: {total} to correct")
    return 1 if total else 0


def _found(work: Callable[[], Iterable[str]]) -> list[str]:
    return list(work())


def _tell(name: str, found: list[str]) -> int:
    say(f"lint: {name}: {'ok' if not found else len(found)}")
    for line in found:
        print(f"  {line}", flush=True)
    return len(found)


def _tool(python: Path, *command: str) -> list[str]:
    try:
        captured([python, "-m", *command], cwd=CHECKOUT)
    except CommandFailed as error:
        return [line for line in error.printed.splitlines() if line] or [error.output]
    return []


def _pylint(python: Path) -> list[str]:
    if not addons.every():
        return []
    return _tool(python, "pylint", "--jobs=2", *(str(a.path) for a in addons.every().values()))


def _readmes(python: Path) -> list[str]:
    return captured([python, "-m", "setup.readme", "check"], cwd=CHECKOUT).splitlines()


def check_translations() -> list[str]:
    """Return what is missing in the French of the addons."""
    return _translations("check", sorted(addons.every()))


def update_translations(only: str = "") -> int:
    """Bring .pot and fr.po of the addons up to date with their sources."""
    names = [name.strip() for name in only.split(",") if name.strip()] or sorted(addons.every())
    unknown = [name for name in names if not (ADDONS / name / "__manifest__.py").exists()]
    if unknown:
        raise Failure(f"there is no addon {unknown[0]} in addons/.")
    for line in _translations("update", names):
        say(line)
    return 0


def _translations(action: str, names: list[str]) -> list[str]:
    if not names:
        return []
    odoo = hosting.ensure()
    export = _export(odoo, names)
    command = [odoo.python, "-m", "setup.translations", action, export, *names]
    try:
        return captured(command, cwd=CHECKOUT).splitlines()
    finally:
        remove(export)


def _export(odoo: hosting.Odoo, names: list[str]) -> Path:
    """Export the terms of each addon into a file; return the folder of the files."""
    databases = Databases(odoo)
    scratch = databases.scratch("terms")
    target = folder("run") / scratch
    target.mkdir()
    databases.clone(Templates(odoo).demo(), scratch, moved=False)
    try:
        given = f"NAMES = {names!r}\nFOLDER = {str(target)!r}\n"
        odoo.script(scratch, given + EXPORT.read_text())
    finally:
        databases.drop(scratch)
    return target
