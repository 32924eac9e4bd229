"""``make wheels``: one wheel per addon, as the OCA publishes them."""

import tempfile
from pathlib import Path

from . import addons, environment
from .addons import Addon
from .console import Failure, one_line, say
from .paths import CHECKOUT, built_beside, folder, remove
from .process import CommandFailed, captured, logged

DIST = CHECKOUT / "dist"


def run() -> int:
    """Build every wheel into dist/, and check that each installs."""
    python = environment.ensure()
    found = addons.every()
    if not found:
        raise Failure("there is no addon in addons/ to build a wheel of.")
    captured([python, "-m", "setup.readme", "update"], cwd=CHECKOUT)
    remove(DIST)
    with built_beside(DIST) as part:
        for addon in found.values():
            wheel = _build(python, addon, part)
            _check(python, addon, wheel)
            say(f"dist/{wheel.name}")
    return 0


def _build(python: Path, addon: Addon, into: Path) -> Path:
    """Build one wheel with whool, which the environment has: nothing is downloaded."""
    if not (addon.path / "pyproject.toml").is_file():
        raise Failure(
            f"addons/{addon.name} has no pyproject.toml: write one that names whool as its "
            "build-backend."
        )
    before = set(into.iterdir())
    options = ["--no-deps", "--no-build-isolation", "--no-cache-dir", "-w", into]
    log = folder("logs") / "wheels.log"
    try:
        logged([python, "-m", "pip", "wheel", *options, addon.path], log)
    except CommandFailed as error:
        raise Failure(
            f"the wheel of {addon.name} cannot be built ("
            f"{one_line(error.output[-250:])}): see {log}"
        ) from error
    return next(iter(set(into.iterdir()) - before))


def _check(python: Path, addon: Addon, wheel: Path) -> None:
    """Install a wheel into an empty folder, and look for what the host looks for."""
    with tempfile.TemporaryDirectory() as name:
        options = ["--no-deps", "--no-index", "--quiet", "--target", name]
        logged([python, "-m", "pip", "install", *options, wheel], folder("logs") / "wheels.log")
        installed = Path(name) / "odoo" / "addons" / addon.name
        missing = [
            path.relative_to(addon.path)
            for path in addon.path.rglob("*.xml")
            if not (installed / path.relative_to(addon.path)).is_file()
        ]
        if missing or not (installed / "__manifest__.py").is_file():
            raise Failure(f"{wheel.name}: it lacks files of the addon: see its pyproject.toml.")
