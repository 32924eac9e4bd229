"""The README.md of each addon: the fragments of its folder ``readme``, joined."""

from collections.abc import Iterator

from . import addons
from .addons import Addon
from .console import Failure

SECTIONS = {
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known limits",
}
MARK = "<!-- Written by make wheels from the fragments in readme/: change those. -->"


def text_of(addon: Addon) -> str:
    """Return what the README.md of an addon must hold."""
    fragments = addon.path / "readme"
    description = fragments / "DESCRIPTION.md"
    if not description.is_file():
        raise Failure(f"addons/{addon.name}/readme/DESCRIPTION.md is missing: write it.")
    manifest = addon.manifest
    parts = [f"# {manifest['name']}", MARK, manifest["summary"] + "."]
    parts.append(description.read_text().strip())
    for name, title in SECTIONS.items():
        fragment = fragments / f"{name}.md"
        if fragment.is_file():
            parts += [f"## {title}", fragment.read_text().strip()]
    depends = ", ".join(f"`{name}`" for name in addon.depends)
    parts += ["## About", f"For Odoo 19.0. Depends on {depends}. Licence: {manifest['license']}."]
    return "\n\n".join(parts) + "\n"


def update() -> None:
    """Write the README.md of every addon."""
    for addon in addons.every().values():
        (addon.path / "README.md").write_text(text_of(addon))


def check() -> Iterator[str]:
    """Yield each README.md that is not what its fragments say."""
    for addon in addons.every().values():
        path = addon.path / "README.md"
        try:
            if not path.is_file() or path.read_text() != text_of(addon):
                yield f"addons/{addon.name}/README.md: not up to date: make wheels"
        except Failure as failure:
            yield str(failure)
