"""``make clean``: away with what can be made again."""

import os

from . import odoo as hosting
from . import postgres, server
from .console import say
from .database import MAIN, PREFIXES, Databases
from .paths import CHECKOUT, cache, remove
from .template import PREFIX

# The templates that follow the addons; those of the host alone stay.
FOLLOWING = (f"{PREFIX}koban_", f"{PREFIX}demo_", f"{PREFIX}hostdemo_koban_")
IN_CHECKOUT = ("dist", "build", ".pytest_cache", ".ruff_cache", ".hypothesis")
IN_CACHE = (
    "conf",
    "data-*",
    "downloads",
    "host-*",
    "locks",
    "logs",
    "peers-*",
    "postgres",
    "run",
    "venv-*",
)


def run(everything: bool = False) -> int:
    """Stop, and drop what can be made again.

    :param everything: the downloads, the virtual environment and the data too.
    """
    server.halt()
    for name in IN_CHECKOUT:
        remove(CHECKOUT / name)
    if everything:
        _all()
    else:
        _some()
    return 0


def _all() -> None:
    postgres.stop_if_made()
    for pattern in IN_CACHE:
        for path in cache().glob(pattern):
            remove(path)
    say(f"{cache()} is empty")
    if os.environ.get("PGHOST"):
        say(f"the databases of the server at PGHOST stay: drop {MAIN} and {PREFIX}* there yourself")


def _some() -> None:
    # Without an environment there is no PostgreSQL, so nothing to drop.
    if any(cache().glob("venv-*/complete")):
        databases = Databases(hosting.ensure())
        for name in databases.names():
            if name.startswith(PREFIXES + FOLLOWING):
                databases.drop(name)
    postgres.stop_if_made()
    remove(cache() / "logs")
    say(f"clean; the downloads and the database {MAIN} are kept (make clean ALL=1 removes them)")
