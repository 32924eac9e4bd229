"""A shell of the host that stays warm: its registry is loaded once, scripts run in forks of it."""

import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from setup import odoo as hosting
from setup.paths import CHECKOUT
from setup.process import CommandFailed, merged

LOOP = CHECKOUT / "setup" / "scripts" / "warm_shell.py"
START = 120
KILLED = -signal.SIGKILL


class Running:
    """A script or a command under way in a process of its own."""

    def __init__(self, client: socket.socket):
        self.client = client
        self.pid = int(client.makefile("rb", buffering=0).readline())
        self.text = b""
        self.status: int | None = None

    def kill(self) -> None:
        """End it at once, as a crash does."""
        os.kill(self.pid, signal.SIGKILL)

    def wait(self) -> int:
        """Wait for its end; return its status, :data:`KILLED` if it did not come to it."""
        while self.status is None:
            part = self.client.recv(65536)
            self.text += part
            if not part:
                self.text, zero, status = self.text.rpartition(b"\0")
                if zero:
                    self.status = int(status)
                else:
                    self.text, self.status = status, KILLED
                self.client.close()
        return self.status

    @property
    def output(self) -> str:
        """What it printed."""
        self.wait()
        return self.text.decode()


class WarmShell:
    """Runs scripts and commands on one database, whose addons do not change meanwhile.

    Started at the first one.
    """

    def __init__(self, odoo: hosting.Odoo, database: str):
        self.odoo, self.database = odoo, database
        self.process: subprocess.Popen | None = None
        self.folder = tempfile.TemporaryDirectory(prefix="koban_warm_")
        self.door = f"{self.folder.name}/door"
        self.errors = Path(self.folder.name) / "errors"

    def start(self, **asked: object) -> Running:
        """Start a script (``script=``) or a command of the host (``command=``)."""
        if not self.process:
            self._open()
        client = socket.socket(socket.AF_UNIX)
        client.connect(self.door)
        client.sendall(json.dumps(asked).encode() + b"\n")
        return Running(client)

    def script(self, text: str) -> str:
        """Run a script; return what it prints.

        :raise CommandFailed: when it ends with an error, or is killed.
        """
        running = self.start(script=text)
        if running.wait():
            raise CommandFailed(["script"], running.status, running.output)
        return running.output

    def close(self) -> None:
        """End the shell, and what runs in its forks."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        self.folder.cleanup()

    def _open(self) -> None:
        command = self.odoo.command("shell", "-d", self.database, "--no-http", "--log-level=error")
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                env=merged(self.odoo.variables()),
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                text=True,
                start_new_session=True,
            )
        self.process.stdin.write(f"SOCKET = {self.door!r}\n{LOOP.read_text()}")
        self.process.stdin.close()
        limit = time.monotonic() + START
        while not Path(self.door).exists():
            if self.process.poll() is not None or time.monotonic() > limit:
                raise CommandFailed(command, self.process.returncode, self.errors.read_text())
            time.sleep(0.02)
