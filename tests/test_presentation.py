"""How the addons present themselves among the apps, and in their folder (issue 11)."""

from pathlib import Path

import polib
import pytest
from PIL import Image

from setup import alone
from setup.addons import Addon, every

# What a person looks for in Apps; the others come with them.
APPLICATIONS = {"koban_compliance", "koban_contract", "koban_purchase", "koban_sales"}
# As the host logs an installation; the first description is one of the host's own.
LOG = """\
2026-11-29 10:00:00,000 1 INFO db odoo.modules.loading: Loading module account (1/2)
<string>:38: (ERROR/3) Unexpected indentation.
2026-11-29 10:00:01,000 1 INFO db odoo.modules.loading: Loading module koban_guard (2/2)
"""
LEFT = '<string>:41: (ERROR/3) Undefined substitution referenced: "---".\n'


def test_applications():
    """Apps shows at first what a person looks for, and no room that comes with it."""
    found = {name for name, addon in every().items() if addon.manifest.get("application")}
    assert found == APPLICATIONS


@pytest.mark.parametrize("addon", every().values(), ids=lambda addon: addon.name)
def test_presented(addon: Addon):
    """Each has an icon that Odoo shows, a summary, both texts, and its name in French."""
    described = addon.path / "static" / "description"
    with Image.open(described / "icon.png") as icon:
        assert icon.width == icon.height >= 100
    for text in (addon.path / "README.md", described / "index.html"):
        assert len(text.read_text()) > 300, text
    french = polib.pofile(addon.path / "i18n" / "fr.po")
    for key in ("name", "summary"):
        entry = french.find(addon.manifest[key])
        assert entry and entry.msgstr, f"{addon.name}: its {key} has no French: make i18n"


def test_description_that_is_not_read(tmp_path: Path):
    """An addon whose text the host cannot read is told by the job `alone`, and no other one."""
    log = tmp_path / "install.log"
    log.write_text(LOG)
    assert alone.find_unread(log, "koban_guard") == []
    log.write_text(LOG + LEFT)
    assert alone.find_unread(log, "koban_guard") == [LEFT.strip()]
