"""The French of every addon: checked, or brought up to date. Run by the environment's Python.

``python -m setup.translations check|update FOLDER ADDON…``: in FOLDER is one
.pot file of the host's export for each addon.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

from .addons import Addon
from .paths import ADDONS

HEADER = {
    "Project-Id-Version": "Odoo Server 19.0",
    "Report-Msgid-Bugs-To": "",
    "Last-Translator": "",
    "Language-Team": "",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "",
    "Plural-Forms": "",
}
MARK = re.compile(r"%\(\w+\)[sdf]|%[sdf]|\{\w*\}")


def terms_of(export: polib.POFile, addon: str) -> polib.POFile:
    """Return the terms of one addon, as the template that its folder holds."""
    template = polib.POFile()
    template.header = (
        "Translation of Odoo Server.\n"
        f"This file contains the translation of the following modules:\n\t* {addon}"
    )
    template.metadata = dict(HEADER)
    for entry in export:
        # Some lines (odoo-python, odoo-javascript) tell Odoo who loads the term.
        kinds = [line for line in entry.comment.split("\n") if line.startswith("odoo-")]
        template.append(
            polib.POEntry(
                msgid=entry.msgid,
                comment="\n".join([f"module: {addon}", *kinds]),
                occurrences=entry.occurrences,
                flags=[flag for flag in entry.flags if flag != "fuzzy"],
            )
        )
    _add_presentation(template, addon)
    return template


def _add_presentation(template: polib.POFile, addon: str) -> None:
    """Add the name and the summary of an addon, which Odoo shows among the apps.

    It keeps them as records of ``base``, and so exports them with none of the addons.
    """
    manifest = Addon(ADDONS / addon).manifest
    for key, field in (("name", "shortdesc"), ("summary", "summary")):
        place = (f"model:ir.module.module,{field}:base.module_{addon}", "")
        if entry := template.find(manifest[key]):
            entry.occurrences.append(place)
        else:
            template.append(
                polib.POEntry(msgid=manifest[key], comment=f"module: {addon}", occurrences=[place])
            )


def check(addon: str, template: polib.POFile) -> Iterator[str]:
    """Yield what is missing or wrong in the French of an addon."""
    path = ADDONS / addon / "i18n" / "fr.po"
    if not path.exists():
        if len(template):
            yield f"addons/{addon}/i18n/fr.po: missing ({len(template)} terms): make i18n"
        return
    french = {entry.msgid: entry for entry in polib.pofile(path) if not entry.obsolete}
    wanted = {entry.msgid for entry in template}
    for msgid in sorted(wanted - set(french)):
        yield f"{_place(addon)}: no entry for {msgid!r}: make i18n"
    for msgid in sorted(set(french) - wanted):
        yield f"{_place(addon)}: {msgid!r} is not a term any more: make i18n"
    for msgid in sorted(wanted & set(french)):
        entry = french[msgid]
        if not entry.msgstr.strip() and msgid.strip():
            yield f"{_place(addon)}: {msgid!r} is not translated"
        elif entry.fuzzy:
            yield f"{_place(addon)}: {msgid!r} is marked fuzzy: check it"
        elif sorted(MARK.findall(msgid)) != sorted(MARK.findall(entry.msgstr)):
            yield f"{_place(addon)}: the placeholders of {msgid!r} differ in the translation"
    committed = ADDONS / addon / "i18n" / f"{addon}.pot"
    if not committed.exists() or {entry.msgid for entry in polib.pofile(committed)} != wanted:
        yield f"addons/{addon}/i18n/{addon}.pot: not up to date: make i18n"


def _place(addon: str) -> str:
    return f"addons/{addon}/i18n/fr.po"


def update(addon: str, template: polib.POFile) -> Iterator[str]:
    """Write the template of an addon, and merge it into its French."""
    if not len(template):
        return
    folder = ADDONS / addon / "i18n"
    folder.mkdir(exist_ok=True)
    template.save(str(folder / f"{addon}.pot"))
    path = folder / "fr.po"
    known = {}
    if path.exists():
        known = {entry.msgid: entry for entry in polib.pofile(path) if not entry.obsolete}
    french = polib.POFile()
    french.header = template.header
    french.metadata = {**HEADER, "Language": "fr", "Plural-Forms": "nplurals=2; plural=(n > 1);"}
    for entry in template:
        old = known.get(entry.msgid)
        entry.msgstr = old.msgstr if old else ""
        entry.flags += ["fuzzy"] if old and old.fuzzy else []
        french.append(entry)
    french.save(str(path))
    empty = len([entry for entry in french if not entry.msgstr])
    yield f"addons/{addon}/i18n/fr.po: {len(french)} terms, {empty} without translation"


def main(action: str, folder: str, *names: str) -> int:
    """Check or update the named addons; print one line for each finding."""
    work = {"check": check, "update": update}[action]
    for name in names:
        terms = polib.pofile(str(Path(folder) / f"{name}.pot"))
        for line in work(name, terms_of(terms, name)):
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
