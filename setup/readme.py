"""What presents an addon, made of the fragments in its folder ``readme``.

Two files hold the same: README.md, for who reads the source, and static/description/index.html,
which Odoo shows of the addon. It would read a README.md as reStructuredText, and print the errors
that it finds in it at each installation.

Run by the environment's Python: ``python -m setup.readme check|update``.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from . import addons
from .addons import Addon
from .console import Failure

SECTIONS = {
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "ROADMAP": "Known limits",
}
MARK = "<!-- Written by make wheels from the fragments in readme/: change those. -->"


def parts_of(addon: Addon) -> list[str]:
    """Return what presents an addon below its name and summary, as Markdown."""
    fragments = addon.path / "readme"
    description = fragments / "DESCRIPTION.md"
    if not description.is_file():
        raise Failure(f"addons/{addon.name}/readme/DESCRIPTION.md is missing: write it.")
    manifest = addon.manifest
    parts = [description.read_text().strip()]
    for name, title in SECTIONS.items():
        fragment = fragments / f"{name}.md"
        if fragment.is_file():
            parts += [f"## {title}", fragment.read_text().strip()]
    depends = ", ".join(f"`{name}`" for name in addon.depends)
    about = f"For Odoo 19.0. Depends on {depends}. Licence: {manifest['license']}."
    return [*parts, "## About", about]


def readme_of(addon: Addon) -> str:
    """Return what the README.md of an addon must hold."""
    manifest = addon.manifest
    head = [f"# {manifest['name']}", MARK, manifest["summary"] + "."]
    return "\n\n".join([*head, *parts_of(addon)]) + "\n"


def page_of(addon: Addon) -> str:
    """Return what the index.html of an addon must hold: Odoo shows its name and summary above."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    body = markdown.render("\n\n".join(parts_of(addon)))
    body = body.replace("<table>", '<table class="table table-sm">')
    return f'{MARK}\n<section class="container">\n{body}</section>\n'


def _files() -> Iterator[tuple[Path, str]]:
    for addon in addons.every().values():
        yield addon.path / "README.md", readme_of(addon)
        yield addon.path / "static" / "description" / "index.html", page_of(addon)


def update() -> None:
    """Write the files of every addon."""
    for path, text in _files():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def check() -> Iterator[str]:
    """Yield each file that is not what its fragments say."""
    for path, text in _files():
        if not path.is_file() or path.read_text() != text:
            yield f"{path.relative_to(addons.ADDONS.parent)}: not up to date: make wheels"


def main(action: str) -> int:
    """Check or update the files; print one line for each finding."""
    try:
        if action == "update":
            update()
        else:
            for line in check():
                print(line)
    except Failure as failure:
        print(failure)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
