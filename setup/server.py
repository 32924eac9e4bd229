"""A served database: started, waited for, stopped."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from . import addons
from .console import Failure, one_line, say, step
from .database import MAIN, Databases
from .odoo import Odoo, bad_lines
from .paths import folder, lock
from .process import alive, spawn, stop, wait_gone
from .template import Templates

DEFAULT_PORT = 8069
MARKER = "launcher.py"
WALK = (
    "What to try first:",
    "  1. Open « Ventes », click « Nouveau » : choose a customer and a product.",
    "  2. « Créer la commande », then « Valider la commande » : the order has its own number.",
    "  3. Try to change a price: it cannot be typed, and the screen says what to do instead.",
    "  4. « Créer une facture », then « Valider » : the invoice can no longer be altered.",
    "  5. « Annuler le document » on the invoice issues the credit note.",
    "  6. « Contrats », « Nouveau » : « Valider », then « Facturer » bills the first period, once.",
    "  7. As marc (demo-marc), « Facturation », « Conformité » : dashboard, journal, verification.",
)


class Process(Protocol):
    """A program that runs, or did."""

    def poll(self) -> int | None:
        """Return its status if it has ended."""


@dataclass(frozen=True)
class Running:
    """What is known of the served database ``koban``."""

    pid: int
    port: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(odoo: Odoo, database: str, port: int, log: Path, **settings: object) -> subprocess.Popen:
    """Start a server of one database, on this machine's own address only."""
    with log.open("ab") as output:
        variables = odoo.variables(conf(odoo, database, port, **settings))
        return spawn(odoo.command("server"), variables, stdout=output)


def conf(odoo: Odoo, database: str, port: int, **settings: object) -> Path:
    """Write the configuration of a server of one database, and return its path."""
    options = {"db_name": database, "dbfilter": f"^{database}$", "http_port": port, **settings}
    return odoo.conf(f"server-{database}", **options)


def wait_ready(process: Process, port: int, log: Path, patience: float = 180) -> None:
    """Wait until the login page answers; the caller stops what did not come to that.

    :raise Failure: when the server ends first, or takes longer than ``patience`` seconds.
    """
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        if process.poll() is not None:
            reason = one_line((bad_lines(log) or ["no reason given"])[-1])
            raise Failure(f"the server stopped at once ({reason}): see {log}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/web/login", timeout=60) as page:
                page.read()
            return
        except urllib.error.HTTPError as error:
            raise Failure(f"the login page answers {error.code}: see {log}") from error
        except OSError:
            time.sleep(0.1)
    raise Failure(f"the server did not answer within {patience:.0f} s: see {log}")


@contextmanager
def served(odoo: Odoo, database: str, log: Path, **settings: object):
    """Serve a database for the time of a block; yield its address."""
    port = free_port()
    process = start(odoo, database, port, log, **settings)
    try:
        wait_ready(process, port, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        stop(process)


def wanted_port() -> int:
    """Return the port that KOBAN_PORT names, free on this machine."""
    text = os.environ.get("KOBAN_PORT") or str(DEFAULT_PORT)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"KOBAN_PORT={text} is not a port: use a number from 1024 to 65535.")
    port = int(text)
    with socket.socket() as probe:
        # As the host does: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise Failure(f"port {port} needs root: set KOBAN_PORT to one above 1023.") from error
        except OSError as error:
            raise Failure(
                f"port {port} is taken by another program: stop it, or choose another port with "
                f"make run KOBAN_PORT={port + 1}"
            ) from error
    return port


def _state() -> Path:
    return folder("run") / "server.json"


def running() -> Running | None:
    """Return the server of ``koban`` that runs now."""
    try:
        known = Running(**json.loads(_state().read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return known if alive(known.pid, MARKER) else None


def halt() -> bool:
    """Stop the server of ``koban``; tell whether it was running."""
    known = running()
    if not known:
        return False
    os.kill(known.pid, signal.SIGTERM)
    if not wait_gone(known.pid, MARKER):
        os.kill(known.pid, signal.SIGKILL)
    _state().unlink(missing_ok=True)
    return True


def serve(odoo: Odoo, background: bool) -> None:
    """Serve the database ``koban``, made or upgraded first if needed."""
    known = running()
    if known:
        say(f"already running at {known.url} (login admin); make stop ends it")
        return
    port = wanted_port()
    with lock("run"):
        _prepare(odoo)
        log = folder("logs") / "server.log"
        log.unlink(missing_ok=True)
        say("starting the server")
        process = start(odoo, MAIN, port, log, max_cron_threads=1)
        try:
            wait_ready(process, port, log)
            _state().write_text(json.dumps({"pid": process.pid, "port": port}))
            _welcome(port, log, background)
        except BaseException:
            stop(process)
            raise
    if not background:
        _watch(process, log)


def _watch(process: subprocess.Popen, log: Path) -> None:
    """Wait for the person's Ctrl-C, or the end of the server."""
    try:
        code = process.wait()
    except KeyboardInterrupt:
        say("stopping")
        stop(process)
        code = 0
    _state().unlink(missing_ok=True)
    if code not in (0, -signal.SIGTERM):
        raise Failure(f"the server ended by itself (code {code}): see {log}")


def _welcome(port: int, log: Path, background: bool) -> None:
    end = "make stop" if background else "Ctrl-C"
    say(f"ready: http://127.0.0.1:{port}")
    say(f"login admin, password admin ({end} stops it; its log: {log})")
    for line in WALK:
        say(line)


def _prepare(odoo: Odoo) -> None:
    """Make the database, or bring it to the addons of this checkout."""
    databases = Databases(odoo)
    if not databases.exists(MAIN):
        source = Templates(odoo).demo()
        with step("making the database koban"), databases.made_aside(MAIN) as part:
            databases.clone(source, part)
            databases.comment(part, json.dumps(addons.keys(addons.every())))
            databases.sql(f'ALTER DATABASE "{part}" RESET synchronous_commit')
        return
    known = json.loads(databases.comment(MAIN) or "{}")
    present = addons.keys(addons.every())
    changed = [name for name, state in present.items() if known.get(name) != state]
    if changed:
        _upgrade(odoo, databases, known, changed)
        databases.comment(MAIN, json.dumps(present))


def _upgrade(odoo: Odoo, databases: Databases, known: dict, changed: list[str]) -> None:
    """Upgrade the changed addons on a copy, which takes the place of the database.

    A failed upgrade therefore leaves the data as they were.
    """
    old = [name for name in changed if name in known]
    new = [name for name in changed if name not in known]
    arguments = [*(["-u", ",".join(old)] if old else []), *(["-i", ",".join(new)] if new else [])]
    what = f"upgrading {', '.join(changed)}"
    with step(f"{what} (changed; the data are kept)"), databases.made_aside(MAIN) as part:
        databases.clone(MAIN, part, moved=False)
        arguments += ["-d", part, "--stop-after-init", "--no-http"]
        odoo.run(what, folder("logs") / "upgrade.log", *arguments)
        databases.declare_moved(part)
        databases.sql(f'ALTER DATABASE "{part}" RESET synchronous_commit')
