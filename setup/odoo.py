"""Run the host: its configuration, its commands, and what its log tells."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import addons, environment, host, postgres
from .console import Failure, one_line
from .paths import ADDONS, CHECKOUT, folder, key
from .process import CommandFailed, at_once, captured, logged

LOG_LINE = re.compile(
    r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<text>.*)"
)
EXCEPTION = re.compile(r"[\w.]+(?:Error|Exception|Violation|Failure)\b.*: \S")
LOADING = re.compile(r"Loading module (\S+) \((\d+/\d+)\)")
# Lines of level WARNING or above that the host writes by itself, with their reason.
ALLOWED = (
    # Only says that this machine cannot print by the host's old way.
    re.compile(r"You need Wkhtmltopdf|wkhtmltopdf|wkhtmltoimage", re.IGNORECASE),
    # The embedded server has no contrib extension; the host works without.
    re.compile(r"unaccent|pg_trgm"),
)
# The same, only while tests run.
ALLOWED_IN_TESTS = (
    # Test code of the host and ours has no language of its own.
    re.compile(r"odoo\.tools\.translate: no translation language detected"),
    # What the host tells a person while a form is filled in: several things, or that the taxes of
    # the test company are of a kind that the company has switched off.
    re.compile(r"odoo\.tests\.form\.onchange: Warnings"),
    re.compile(r"form\.onchange: \w+ ?! .*(comptabilité de caisse|taxes are cash basis)"),
    # The browser of koban_report outlives a test, and the host's runner says that it ends it.
    re.compile(r"A child process was found, terminating it: .*chrom"),
    # The host's test cursors open no writing cursor inside a read-only request, as real ones do.
    re.compile(r"A report asks for /web/assets/\S+, which is broken"),
    # Optional in the host: without it a Factur-X PDF embeds its fonts as they are.
    re.compile(r"The fonttools package is not installed"),
    # An answer that refuses a client's call: what many tests ask for.
    re.compile(r" WARNING \S+ odoo\.http: "),
    # XML-RPC is deprecated in Odoo 19, and tested for as long as it is there.
    re.compile(r"odoo\.addons\.rpc\.controllers\.\w+: The /xmlrpc"),
)


@dataclass(frozen=True)
class Odoo:
    """Everything that a command of the host needs."""

    host: host.Host
    python: Path
    connection: postgres.Connection

    @cached_property
    def data(self) -> Path:
        """The folder of its files: one for each PostgreSQL server."""
        return folder(f"data-{self.connection.key}")

    @cached_property
    def key(self) -> str:
        """Changes with the host's code or a library."""
        return key(self.host.key, environment.LOCK_FILE.read_text())

    def conf(self, name: str = "odoo", **settings: object) -> Path:
        """Write a configuration file and return its path.

        :param name: its name: one for each set of settings in use at a time.
        :param settings: options of the host, added to the usual ones.
        """
        options: dict[str, object] = {
            "data_dir": self.data,
            "http_interface": "127.0.0.1",
            "list_db": False,
            "max_cron_threads": 0,
            "with_demo": False,
            **settings,
        }
        if addons.every():
            options.setdefault("addons_path", ADDONS)
        # The checkout is in the name: two of them may share the cache.
        path = folder("conf") / f"{name}-{key(CHECKOUT)}.conf"
        lines = [f"{option} = {value}" for option, value in options.items()]
        text = "\n".join(["[options]", *lines, ""])
        if not path.exists() or path.read_text() != text:
            # Renamed into place: another command may be reading it.
            part = path.with_suffix(f".{os.getpid()}")
            part.write_text(text)
            part.replace(path)
        return path

    def variables(self, conf: Path | None = None) -> dict[str, str]:
        """Return the environment variables of a command of the host."""
        return {
            **self.connection.variables,
            "KOBAN_HOST_PATH": str(self.host.path),
            "ODOO_RC": str(conf or self.conf()),
            "PATH": f"{self.python.parent}:{os.environ.get('PATH', '/usr/bin:/bin')}",
        }

    def command(self, *arguments: object) -> list[object]:
        """Return the command line of the host with these arguments."""
        return [self.python, CHECKOUT / "setup" / "launcher.py", *arguments]

    def script(self, database: str, text: str, conf: Path | None = None) -> str:
        """Run a script in an Odoo shell of a database; return what it prints.

        :raise CommandFailed: when it ends with an error.
        """
        command = self.command("shell", "-d", database, "--no-http", "--log-level=error")
        return captured(command, self.variables(conf), input=text)

    def run(self, what: str, log: Path, *arguments: object, conf: Path | None = None) -> None:
        """Run a command that must leave no warning in its log.

        :param what: what it does, for the message of a failure.
        :raise Failure: when it ends with an error or logged something bad.
        """
        log.parent.mkdir(parents=True, exist_ok=True)
        log.unlink(missing_ok=True)
        try:
            logged(
                self.command(*arguments), log, self.variables(conf), describe=lambda: progress(log)
            )
        except CommandFailed as error:
            raise Failure(f"{what} failed ({cause(log)}); the whole log: {log}") from error
        bad = bad_lines(log)
        if bad:
            raise Failure(f"{what} logged: {one_line(bad[0])}; the whole log: {log}")


def ensure() -> Odoo:
    """Return the host ready to run: unpacked, with its libraries and its server."""
    # A first time downloads both: at once, they take as long as the libraries alone.
    the_host, python = at_once([host.ensure, environment.ensure], 2)
    return Odoo(the_host, python, postgres.ensure(python))


def bad_lines(log: Path, allowed: Iterable[re.Pattern] = ALLOWED) -> list[str]:
    """Return the lines of a log at level WARNING or above that are not allowed."""
    found = []
    for line in log.read_text(errors="replace").splitlines():
        match = LOG_LINE.match(line)
        if not match or match["level"] not in ("WARNING", "ERROR", "CRITICAL"):
            continue
        if not any(pattern.search(line) for pattern in allowed):
            found.append(f"{match['level']} {match['logger']}: {match['text']}")
    return found


def cause(log: Path) -> str:
    """Return the line of a failed run's log that tells most: its last exception, if any."""
    lines = log.read_text(errors="replace").splitlines()
    exceptions = [line for line in lines if EXCEPTION.match(line)]
    return one_line([*lines[-1:], *bad_lines(log), *exceptions][-1]) if lines else "no output"


def progress(log: Path) -> str:
    """Return which module the log says is being loaded."""
    if not log.exists():
        return ""
    found = LOADING.findall(log.read_text(errors="replace"))
    return f"module {found[-1][0]} ({found[-1][1]})" if found else ""
