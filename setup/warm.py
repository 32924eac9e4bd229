"""A process of the host that stays warm: its registry is loaded once, work runs in forks of it."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from . import odoo as hosting
from . import server
from .paths import CHECKOUT
from .process import CommandFailed, merged

LOOP = CHECKOUT / "setup" / "scripts" / "warm_shell.py"
START = 120
KILLED = -signal.SIGKILL


class Running:
    """Work under way, in a process of its own unless it changes the addons."""

    def __init__(self, client: socket.socket):
        self.client = client
        self.pid = int(client.makefile("rb", buffering=0).readline())
        self.text = b""
        self.status: int | None = None

    def kill(self) -> None:
        """End it at once, as a crash does."""
        os.kill(self.pid, signal.SIGKILL)

    def stop(self, patience: float = 15.0) -> None:
        """End it politely, then at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)
        limit = time.monotonic() + patience
        while self.poll() is None:
            if time.monotonic() > limit:
                self.kill()
            time.sleep(0.02)

    def wait(self) -> int:
        """Wait for its end; return its status, :data:`KILLED` if it did not come to it."""
        while self.status is None:
            self._read()
        return self.status

    def poll(self) -> int | None:
        """Return its status if it has ended."""
        try:
            while self.status is None:
                self._read(socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        return self.status

    @property
    def output(self) -> str:
        """What it printed."""
        self.wait()
        return self.text.decode()

    def _read(self, flags: int = 0) -> None:
        part = self.client.recv(65536, flags)
        self.text += part
        if part:
            return
        self.text, zero, status = self.text.rpartition(b"\0")
        if zero:
            self.status = int(status)
        else:
            self.text, self.status = status, KILLED
        self.client.close()


class WarmShell:
    """Runs scripts, commands, tests and servers on one database.

    Started at the first one. It has no connection while nothing runs, so that the database may be
    copied, and made anew from the same template. Only its own :meth:`change` changes the addons.
    """

    def __init__(self, odoo: hosting.Odoo, database: str):
        self.odoo, self.database = odoo, database
        self.process: subprocess.Popen | None = None
        self.server: Running | None = None
        self.works: list[Running] = []
        self.folder = tempfile.TemporaryDirectory(prefix="koban_warm_")
        self.door = f"{self.folder.name}/door"
        self.errors = Path(self.folder.name) / "errors"

    def start(self, what: str, *arguments: object, log: Path | None = None) -> Running:
        """Start a work of those that setup/scripts/warm_shell.py knows.

        :param log: gets what the host logs; otherwise its log is this shell's.
        """
        if not self.process:
            self._open()
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.door)
        asked = {"what": what, "arguments": arguments, "log": str(log) if log else None}
        client.sendall(json.dumps(asked).encode() + b"\n")
        self.works.append(Running(client))
        return self.works[-1]

    def end_works(self) -> None:
        """End at once what still runs."""
        for running in self.works:
            if running.poll() is None:
                running.kill()
                running.wait()
        self.works.clear()

    def script(self, text: str) -> str:
        """Run a script; return what it prints.

        :raise CommandFailed: when it ends with an error, or is killed.
        """
        return self._ended("script", self.start("script", text))

    def command(self, *arguments: str) -> str:
        """Run a command of the host; return what it prints.

        :raise CommandFailed: when it ends with an error.
        """
        return self._ended(arguments[0], self.start("command", arguments))

    def change(self, verb: str, addon: str, log: Path) -> None:
        """Install or uninstall an addon, as the web client of a running server does.

        :param log: gets what the host logs meanwhile.
        :raise CommandFailed: when it ends with an error; the next work starts another process.
        """
        try:
            self._ended(verb, self.start("change", verb, addon, log=log))
        except CommandFailed:
            self.rest()
            raise

    def tests(self, log: Path, arguments: list, output: Path, variables: Mapping[str, str]) -> None:
        """Run pytest.

        :param log: gets what the host logs.
        :param output: gets what pytest prints.
        :raise CommandFailed: when pytest does not end with 0.
        """
        running = self.start(
            "tests", [str(argument) for argument in arguments], dict(variables), log=log
        )
        try:
            self._ended("tests", running)
        finally:
            output.write_text(running.output)

    @contextmanager
    def served(self, log: Path, **settings: object) -> Iterator[str]:
        """Serve the database for the time of a block; yield its address.

        The server that runs is :attr:`server`.
        """
        port = server.free_port()
        conf = server.conf(self.odoo, self.database, port, **settings)
        self.server = self.start("serve", str(conf), log=log)
        try:
            server.wait_ready(self.server, port, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            self.server.stop()

    def close(self) -> None:
        """End it, and what runs in its forks."""
        self.rest()
        self.folder.cleanup()

    def rest(self) -> None:
        """End its process and what runs in its forks: others are about to change the addons."""
        self.works.clear()
        if self.process:
            with suppress(ProcessLookupError):  # it has ended by itself
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
            Path(self.door).unlink(missing_ok=True)

    @staticmethod
    def _ended(what: str, running: Running) -> str:
        if running.wait():
            raise CommandFailed([what], running.status, running.output, running.output)
        return running.output

    def _open(self) -> None:
        command = self.odoo.command("shell", "-d", self.database, "--no-http")
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env=merged(self.odoo.variables()),
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.process.stdin.write(
            f"SOCKET, CHECKOUT = {self.door!r}, {str(CHECKOUT)!r}\n{LOOP.read_text()}"
        )
        self.process.stdin.close()
        limit = time.monotonic() + START
        while not Path(self.door).exists():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise CommandFailed(command, self.process.returncode, self.errors.read_text())
            time.sleep(0.02)
