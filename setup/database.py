"""Databases with their files: copied, renamed, dropped as one thing."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import Failure, one_line
from .odoo import Odoo
from .paths import remove
from .process import CommandFailed, captured

MAIN = "koban"
# A name that starts so is a copy or a half-made thing: clean drops it.
PREFIXES = ("koban_part_", "koban_test_", "koban_bench_")
# What the auditor of such a database reads in its journal.
MOVED = "Copied by the set-up of the development, which does not use the source any more"
# A session may open between the end of the others and the drop.
DROP_TRIES = 3


def check_name(name: str) -> str:
    """Return a database name that is safe in a command, or fail."""
    if not name.replace("_", "").replace("-", "").isalnum() or len(name) > 60:
        raise Failure(f"'{name}' is not a database name: use letters, digits, _ and -.")
    return name


class Databases:
    """The databases of one server, with the folder of the files of each."""

    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.sql = odoo.connection.sql

    def files(self, name: str) -> Path:
        """Return the folder of the files of a database."""
        return self.odoo.data / "filestore" / name

    def proof(self, name: str) -> Path:
        """Return the folder of the proof of a database: its signing key, its recorded heads."""
        return self.odoo.data / "koban_proof" / name

    def names(self, prefix: str = "") -> list[str]:
        """Return the databases whose name starts with ``prefix``, oldest first."""
        rows = self.sql("SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY oid")
        return [name for name in rows.splitlines() if name.startswith(prefix)]

    def exists(self, name: str) -> bool:
        """Tell whether there is such a database."""
        return name in self.names()

    def drop(self, name: str) -> None:
        """Drop a database and its files, if there is one, whoever is connected to it."""
        self.drop_without_files(name)
        remove(self.files(name))
        remove(self.proof(name))

    def drop_without_files(self, name: str) -> None:
        """Drop a database alone: what is beside it stays, as when a backup is restored."""
        # Not by FORCE: it gives up where autovacuum is at work, which a plain DROP sends away.
        for tries_left in reversed(range(DROP_TRIES)):
            self.end_sessions(name)
            try:
                self.sql(f'DROP DATABASE IF EXISTS "{name}"')
                break
            except CommandFailed:
                if not tries_left:
                    raise

    def rename(self, old: str, new: str) -> None:
        """Rename a database and its files."""
        self.sql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        for folder in (self.files, self.proof):
            remove(folder(new))
            if folder(old).exists():
                folder(old).rename(folder(new))

    def clone(self, source: str, target: str, moved: bool = True, conf: Path | None = None) -> None:
        """Make ``target`` a copy of ``source``; nobody may be connected to it.

        :param moved: say that it goes on where ``source`` is used no more, or it signs nothing.
        :param conf: the configuration that its addons need, if not the usual one.
        """
        if self.exists(target):
            raise Failure(f"the database {target} exists: drop it first with make drop DB={target}")
        remove(self.files(target))
        remove(self.proof(target))
        try:
            if self.files(source).exists():
                # The host never writes into a file of its store again: links do.
                shutil.copytree(self.files(source), self.files(target), copy_function=os.link)
            if self.proof(source).exists():
                shutil.copytree(self.proof(source), self.proof(target))
            self.end_sessions(source)
            self.sql(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')
        except (CommandFailed, OSError) as error:
            remove(self.files(target))
            remove(self.proof(target))
            reason = error.output if isinstance(error, CommandFailed) else str(error)
            raise Failure(
                f"the database {target} cannot be copied from {source} ({one_line(reason, 200)}): "
                "free some disk space if it is full, then run the same command again."
            ) from error
        if target != MAIN:
            self.relax(target)
        if moved:
            self.declare_moved(target, conf)

    def declare_moved(self, name: str, conf: Path | None = None) -> None:
        """Say of a copied database that it is the original, moved: it gets a key of its own."""
        if not self._has_signed(name):
            return
        options = ["-d", name, "--moved", "--reason", MOVED, "--log-level=error"]
        captured(self.odoo.command("koban_declare", *options), self.odoo.variables(conf))

    def _has_signed(self, name: str) -> bool:
        table = "koban_database"
        if not self.sql(f"SELECT to_regclass('{table}')", name):
            return False
        return self.sql(f"SELECT count(*) FROM {table}", name) != "0"

    def relax(self, name: str) -> None:
        """Let a database that can be made again lose its last second in a crash."""
        self.sql(f'ALTER DATABASE "{name}" SET synchronous_commit = off')

    def comment(self, name: str, text: str | None = None) -> str:
        """Return the comment of a database, after setting it if ``text`` is given."""
        if text is not None:
            quoted = text.replace("'", "''")
            self.sql(f"COMMENT ON DATABASE \"{name}\" IS '{quoted}'")
        return self.sql(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database "
            f"WHERE datname = '{name}'"
        )

    @contextmanager
    def made_aside(self, name: str) -> Iterator[str]:
        """Yield the name of a database to make, renamed to ``name`` only on success."""
        self.sweep()
        part = f"koban_part_{os.getpid()}_{name}"[:63]
        try:
            yield part
            self.drop(name)
            self.rename(part, name)
        except BaseException:
            self.drop(part)
            raise

    def scratch(self, label: str) -> str:
        """Return the name of a database of this run; :meth:`sweep` drops it if the run dies."""
        return f"koban_test_{os.getpid()}_{label}"[:63]

    def sweep(self) -> None:
        """Drop what runs that were killed left half made."""
        for name in self.names():
            owner = re.match(r"koban_(?:part|test|bench)_(\d+)_", name)
            if owner and not Path(f"/proc/{owner[1]}").exists():
                self.drop(name)

    def end_sessions(self, name: str) -> None:
        """End the sessions of our role in a database: those of the server itself are not ours."""
        self.sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND usename = current_user AND pid <> pg_backend_pid()"
        )
