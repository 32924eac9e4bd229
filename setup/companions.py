"""The companions: addons of others that users install, in one database with all of ours."""

from .jobs import Outcome, Workshop
from .paths import CHECKOUT
from .process import CommandFailed
from .template import Templates

WALK = CHECKOUT / "setup" / "scripts" / "companions_walk.py"


def run(shop: Workshop, outcome: Outcome) -> None:
    """Install them, and walk from an order to its paid invoice with all of theirs.

    The walk commits nothing: it needs no copy of the template.
    """
    templates = Templates(shop.odoo)
    log = shop.logs / "companions.out"
    conf = templates.conf("companions")
    try:
        told = shop.odoo.script(templates.companions(), WALK.read_text(), conf)
    except CommandFailed as error:
        outcome.problem("companions: the walk", error.output)
        return
    log.write_text(told)
    lines = told.splitlines()
    outcome.passed += sum(line.startswith("done: ") for line in lines)
    for line in lines:
        if line.startswith("failed: "):
            outcome.problem("companions", line.removeprefix("failed: "))
