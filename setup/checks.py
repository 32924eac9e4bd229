"""Checks of files that no tool on PyPI makes: XML, manifests, names of hosts and machines."""

import csv
import os
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import addons
from .addons import Addon
from .paths import CHECKOUT, cache
from .process import CommandFailed, captured

HOST_NAME = re.compile(r"https?://(?:[^/\s@]*@)?([A-Za-z0-9.-]+\.[A-Za-z]{2,})")
PRIVATE_PATH = re.compile(r"(?<![\w$}>])/(?:home|Users)/[a-z][\w.-]*/")
# Where an address could only be a registry or a mirror.
NO_ADDRESS = ("setup/", ".ci/", "Makefile", ".pre-commit-config.yaml")
# Texts of others, kept as they are.
NOT_OURS = ("LICENSE",)
READABLE = {".py", ".xml", ".js", ".scss", ".css", ".csv", ".md", ".rst", ".toml", ".yaml", ".yml"}
READABLE |= {".txt", ".lock", ".in", ".cfg", ".po", ".pot", ".sh", ".json", ".html", ""}


def tracked() -> list[Path]:
    """Return the files that are, or would be, in the next commit."""
    arguments = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = captured(["git", "-C", CHECKOUT, *arguments]).split("\0")
    return [CHECKOUT / name for name in listed if name and (CHECKOUT / name).is_file()]


def xml_files(files: Iterable[Path]) -> Iterator[str]:
    """Each XML file is well formed, indented by four spaces, without loose ends."""
    for path in files:
        if path.suffix == ".xml" and "static/lib" not in str(path):
            text = path.read_text()
            try:
                ElementTree.fromstring(text.encode())
            except ElementTree.ParseError as error:
                yield f"{_name(path)}: not well formed: {error}"
            else:
                yield from _xml_layout(_name(path), text)


def _xml_layout(name: str, text: str) -> Iterator[str]:
    if not text.startswith('<?xml version="1.0" encoding="utf-8"'):
        yield f'{name}:1: must start with <?xml version="1.0" encoding="utf-8"?>'
    if not text.endswith("\n") or text.endswith("\n\n"):
        yield f"{name}: must end with one newline"
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip():
            yield f"{name}:{number}: spaces at the end of the line"
        if "\t" in line:
            yield f"{name}:{number}: a tab: indent by four spaces"
        # Only tags: a text or a wrapped attribute may stand anywhere.
        indent = len(line) - len(line.lstrip(" "))
        if line.lstrip().startswith("<") and indent % 4:
            yield f"{name}:{number}: indented by {indent} spaces, not by a multiple of four"


def manifests() -> Iterator[str]:
    """Each addon has what an addon of the OCA has."""
    for addon in addons.every().values():
        yield from _manifest(addon)


def _manifest(addon: Addon) -> Iterator[str]:
    for name in ("name", "summary", "author", "website", "category", "license", "depends"):
        if not addon.manifest.get(name):
            yield f"addons/{addon.name}/__manifest__.py: no {name}"
    if not re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", addon.manifest.get("version", "")):
        yield f"addons/{addon.name}/__manifest__.py: the version must be 19.0.x.y.z"
    for name in ("pyproject.toml", "readme/DESCRIPTION.md", "i18n/fr.po", "__init__.py"):
        if not (addon.path / name).is_file():
            yield f"addons/{addon.name}/{name}: missing"
    named = [*addon.manifest.get("data", []), *addon.manifest.get("demo", [])]
    for name in named:
        if not (addon.path / name).is_file():
            yield f"addons/{addon.name}/__manifest__.py: names {name}, which does not exist"
    for folder in ("views", "data", "security", "report", "wizard", "wizards"):
        for path in sorted((addon.path / folder).glob("*.xml")):
            if str(path.relative_to(addon.path)) not in named:
                yield f"{_name(path)}: not loaded by the manifest"


def access_rights() -> Iterator[str]:
    """No access right without a group."""
    for path in sorted(addons.ADDONS.glob("*/security/ir.model.access.csv")):
        with path.open(newline="") as handle:
            for row in csv.DictReader(handle):
                if not row.get("group_id:id") and not row.get("group_id/id"):
                    yield f"{_name(path)}: {row.get('id')} gives rights to everybody"


def machine_names(files: Iterable[Path]) -> Iterator[str]:
    """No file names a registry, a mirror, or a path of somebody's machine."""
    hosts = machine_hosts()
    folders = {str(CHECKOUT), str(Path.home()), os.environ.get("KOBAN_CACHE", "")}
    # The default cache of root is documented; it is not a path of one machine only.
    private = [f"{folder}/" for folder in folders if len(folder) > 1 and folder != str(cache())]
    for path in files:
        name = _name(path)
        if path.suffix not in READABLE or name in NOT_OURS:
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            where = f"{name}:{number}"
            for host in HOST_NAME.findall(line):
                if host in hosts or name.startswith(NO_ADDRESS):
                    yield f"{where}: names the host {host}: use the machine's own configuration"
            if any(folder in line for folder in private) or PRIVATE_PATH.search(line):
                yield f"{where}: names a path of one machine"


def machine_hosts() -> set[str]:
    """Return the hosts that this machine's apt and pip are configured with."""
    texts = []
    for command in (
        ["apt-get", "indextargets", "--format", "$(REPO_URI)"],
        ["pip", "config", "list"],
    ):
        try:
            texts.append(captured(command))
        except (CommandFailed, OSError):
            continue
    return set(HOST_NAME.findall("\n".join(texts)))


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))
