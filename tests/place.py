"""A database that a test has for itself, with its servers, its shell, and its proof."""

import json
import os
from pathlib import Path
from typing import Any

import psycopg2

from setup.database import Databases
from setup.warm import WarmShell


class Place:
    """A database of its own with a server, whose proof may be broken."""

    def __init__(self, shell: WarmShell, log: Path):
        self.odoo, self.name, self.log = shell.odoo, shell.database, log
        self.databases = Databases(self.odoo)
        self.shell = shell
        self.proof = self.databases.proof(self.name)

    def serve(self, **settings: object):
        """Serve it by threads, with these settings of the host."""
        return self.shell.served(self.log, max_cron_threads=0, **settings)

    def connect(self):
        """Open a psycopg2 connection."""
        variables = self.odoo.connection.variables
        return psycopg2.connect(
            host=variables["PGHOST"],
            port=variables["PGPORT"],
            user=variables["PGUSER"],
            password=os.environ.get("PGPASSWORD"),
            dbname=self.name,
        )

    def sql(self, query: str, *args: Any) -> list[tuple]:
        """Run SQL as the owner of the tables, and commit it."""
        connection = self.connect()
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query, args)
                return cursor.fetchall() if cursor.description else []
        finally:
            connection.close()

    def verify(self) -> tuple[int, list[dict]]:
        """Run the command ``koban_verify``; return its status and what it found."""
        done = self.shell.start("command", ["koban_verify", "-d", self.name])
        answers = [json.loads(line) for line in done.output.splitlines()]
        return done.status, [item for answer in answers for item in answer["findings"]]

    def codes(self) -> set[str]:
        """Return the codes of what the command found."""
        return {finding["code"] for finding in self.verify()[1]}

    def drop(self) -> None:
        """End what still runs on it, and drop it."""
        self.shell.end_works()
        self.databases.drop(self.name)
