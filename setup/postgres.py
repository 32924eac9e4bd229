"""PostgreSQL: an embedded cluster in the cache, or an existing server named by PGHOST."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from .console import Failure, one_line, say, step
from .paths import cache, folder, key, lock, require_space
from .process import CommandFailed, captured, logged

ROLE = "odoo"
# Only for root, which PostgreSQL refuses to run as.
SYSTEM_USER = "koban-postgres"
# A socket's path may hold 107 characters, its own name included.
LONGEST_FOLDER = 85
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "autovacuum_naptime": "5min",
    "log_min_messages": "warning",
}


@dataclass(frozen=True)
class Connection:
    """A running server that the role ``odoo`` can use.

    :param variables: the environment variables PGHOST, PGUSER, …
    :param binaries: the folder of psql.
    :param key: tells one server's files from another's.
    """

    variables: Mapping[str, str]
    binaries: Path
    key: str = field(default="embedded")

    def sql(self, query: str, database: str = "postgres") -> str:
        """Run one SQL command; return its rows as text, columns divided by |."""
        options = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        command = [self.binaries / "psql", *options, "-d", database, "-c", query]
        return captured(command, self.variables).strip()


def ensure(python: Path) -> Connection:
    """Return a running server, started if it is the embedded one.

    :param python: the Python of the environment, whose libraries hold PostgreSQL.
    """
    binaries = _binaries(python)
    cluster = Cluster(binaries)
    # Commands of the embedded server's own clients have its socket there.
    if os.environ.get("PGHOST", "") not in ("", str(cluster.socket)):
        return _existing(binaries)
    with lock("postgres"):
        cluster.start()
    return Connection({"PGHOST": str(cluster.socket), "PGUSER": ROLE, "PGPORT": "5432"}, binaries)


def stop_if_made() -> bool:
    """Stop the embedded server; tell whether it was running."""
    for python in cache().glob("venv-*/bin/python"):
        cluster = Cluster(_binaries(python))
        if cluster.running():
            cluster.control("stop", "-m", "fast")
            return True
    return False


def _binaries(python: Path) -> Path:
    found = sorted(python.parent.parent.glob("lib/python3*/site-packages/*/pginstall/bin/psql"))
    if not found:
        raise Failure("the environment has no PostgreSQL: make clean ALL=1, then the same command.")
    return found[0].parent


def _existing(binaries: Path) -> Connection:
    host, port = os.environ["PGHOST"], os.environ.get("PGPORT", "5432")
    user = os.environ.get("PGUSER", ROLE)
    if user == "postgres":
        raise Failure(
            "Odoo refuses the role postgres: createuser --createdb odoo, then set PGUSER=odoo."
        )
    variables = {"PGHOST": host, "PGPORT": port, "PGUSER": user}
    connection = Connection(variables, binaries, key(host, port))
    try:
        rights = connection.sql(
            "SELECT rolcreatedb OR rolsuper, current_setting('server_version_num')::int "
            "FROM pg_roles WHERE rolname = current_user"
        )
    except CommandFailed as error:
        raise Failure(
            f"the PostgreSQL server of PGHOST={host} does not answer ("
            f"{one_line(error.output, 200)}): check PGHOST, PGPORT, PGUSER and PGPASSWORD, or "
            "unset PGHOST to use the embedded one."
        ) from error
    may_create, version = rights.split("|")
    if may_create != "t":
        raise Failure(f"the role {user} may not create databases: ALTER ROLE {user} CREATEDB.")
    if int(version) < 130000:
        raise Failure("the PostgreSQL server is older than 13: use a newer one, or unset PGHOST.")
    return connection


class Cluster:
    """The embedded server: its files, its start and its stop.

    The programs of the wheel are called directly, so that the server outlives
    the command that started it.
    """

    def __init__(self, binaries: Path):
        self.binaries = binaries
        self.home = cache() / "postgres"
        self.data = self.home / "data"
        self.log = self.home / "server.log"

    @cached_property
    def socket(self) -> Path:
        """The folder of its socket: with the data, unless that path is too long."""
        if len(str(self.home)) <= LONGEST_FOLDER:
            return self.home / "socket"
        return Path(tempfile.gettempdir()) / f"koban-{os.getuid()}-{key(self.home)}"

    def running(self) -> bool:
        """Tell whether the server runs."""
        if not (self.data / "PG_VERSION").exists():
            return False
        try:
            self.control("status")
        except CommandFailed:
            return False
        return True

    def start(self) -> None:
        """Make the cluster if there is none, and start it if it does not run."""
        if self.running():
            return
        if not (self.data / "PG_VERSION").exists():
            with step("making the embedded PostgreSQL"):
                self._make()
        self._own(self.socket)
        self.socket.chmod(0o700)
        say("starting the embedded PostgreSQL")
        options = f"-c unix_socket_directories='{self.socket}'"
        try:
            self.control("start", "-w", "-t", "60", "-l", self.log, "-o", options)
        except CommandFailed as error:
            raise Failure(
                f"the embedded PostgreSQL does not start ({self._reason(error)}): see {self.log}."
            ) from error
        self._role()

    def control(self, action: str, *options: object) -> None:
        """Call pg_ctl.

        :raise CommandFailed: when it does not end with 0.
        """
        command = [self.binaries / "pg_ctl", action, "-D", self.data, *options]
        # Its output goes to a file: the server would keep a pipe open for ever.
        logged(self._as_user(command), folder("logs") / "postgres.log", cwd=Path("/"))

    def _make(self) -> None:
        require_space(cache(), 2)
        self._own(self.home)
        part = self.home / "data.part"
        shutil.rmtree(part, ignore_errors=True)
        self._own(part)
        command = [self.binaries / "initdb", "-D", part, "-U", "postgres", "-E", "UTF8"]
        command += ["--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject"]
        try:
            logged(self._as_user(command), folder("logs") / "postgres.log", cwd=Path("/"))
        except CommandFailed as error:
            shutil.rmtree(part, ignore_errors=True)
            raise Failure(
                f"the embedded PostgreSQL cannot be made ({self._reason(error)}). When the "
                "cache is under a private folder and you are root, set KOBAN_CACHE to a folder "
                "such as /var/lib/koban."
            ) from error
        with (part / "postgresql.auto.conf").open("a") as conf:
            conf.writelines(f"{name} = {value}\n" for name, value in SETTINGS.items())
        part.rename(self.data)

    def _role(self) -> None:
        admin = Connection(
            {"PGHOST": str(self.socket), "PGUSER": "postgres", "PGPORT": "5432"}, self.binaries
        )
        if not admin.sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{ROLE}'"):
            admin.sql(f"CREATE ROLE {ROLE} LOGIN CREATEDB")

    def _as_user(self, command: list) -> list:
        """Return the command as it must be run: root hands it to another user."""
        if os.geteuid() != 0:
            return command
        user = system_user()
        ids = [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        return ["setpriv", *ids, *command]

    def _own(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            user = system_user()
            os.chown(path, user.pw_uid, user.pw_gid)

    @staticmethod
    def _reason(error: CommandFailed) -> str:
        lines = [line for line in error.output.splitlines() if "error" in line or "FATAL" in line]
        return one_line(lines[-1] if lines else error.output, 250)


def system_user() -> pwd.struct_passwd:
    """Return the user that runs the embedded server for root, made if needed."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent"]
        done = subprocess.run(
            [*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER],
            capture_output=True,
            check=False,
        )
    if done.returncode and done.returncode != 9:  # 9: another run has just made it
        raise Failure(
            f"root cannot make the system user {SYSTEM_USER} that runs PostgreSQL "
            f"({one_line(done.stderr.decode(), 150)}): run as an ordinary user, or set PGHOST."
        )
    return pwd.getpwnam(SYSTEM_USER)
