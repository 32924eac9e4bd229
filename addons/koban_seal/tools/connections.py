"""Ways to the database that take no second connection of the host's pool.

A transaction that holds a lock and a connection must never ask the pool for another one: where as
many connections as threads are allowed, it is refused, or waits for those who wait for its lock.
"""

import os
import threading

import psycopg2
from odoo.sql_db import Cursor, connection_info_for
from odoo.tools import SQL
from psycopg2.extensions import STATUS_READY

# How long a read waits for a table that an upgrade is altering, in milliseconds.
PATIENCE = 1000


class Reader:
    """One read-only connection of this process, beside the pool, which threads use in turn.

    Each query is a transaction of its own and sees what is committed at that moment. Whoever has
    the turn waits for nothing but a table, and for that no longer than ``PATIENCE``.
    """

    def __init__(self):
        self.forget()

    def forget(self):
        """Leave the connection to the process that opened it: this one is its child."""
        self._turn = threading.Lock()
        self._connection, self._database = None, None

    def fetch(self, database: str, query: SQL) -> list[tuple]:
        """Return the rows of a query.

        :raise psycopg2.errors.LockNotAvailable: an upgrade keeps the table; the host tries the
            call again
        """
        with self._turn:
            if self._connection and self._database == database:
                try:
                    return self._run(query)
                except (psycopg2.OperationalError, psycopg2.InterfaceError):
                    if not self._connection.closed:
                        raise
                    # PostgreSQL was restarted, or ended what was idle.
            self._connect(database)
            return self._run(query)

    def _run(self, query):
        with self._connection.cursor() as cursor:
            cursor.execute(query.code, query.params)
            return cursor.fetchall()

    def _connect(self, database):
        # One for all databases of the process: the number of connections stays known.
        if self._connection:
            self._connection.close()
        self._database = database
        self._connection = psycopg2.connect(**connection_info_for(database)[1])
        self._connection.set_session(readonly=True, autocommit=True)
        self._run(SQL("SELECT set_config('lock_timeout', %s, false)", str(PATIENCE)))


reader = Reader()
os.register_at_fork(after_in_child=reader.forget)


def fetch_committed(env, table: str, query: SQL) -> list[tuple]:
    """Return what a query of one table finds now, past the snapshot of a transaction.

    :return: nothing where the transaction itself made or altered the table (an installation, an
        upgrade): no other one can write there, and to read past it would be to wait for itself
    """
    if not env.registry.ready and _is_kept(env.cr, table):
        return []
    try:
        return reader.fetch(env.cr.dbname, query)
    except psycopg2.errors.LockNotAvailable:
        if _is_kept(env.cr, table):
            return []
        raise


def _is_kept(cr, table) -> bool:
    """Tell whether this transaction keeps every other one from a table."""
    cr.execute(
        SQL(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'relation' "
            "AND relation = %s::regclass AND pid = pg_backend_pid() "
            "AND mode = 'AccessExclusiveLock' AND granted)",
            table,
        )
    )
    return cr.fetchone()[0]


class _Lender:
    """Stands for the host's pool: it lends a connection that its owner gives back himself."""

    readonly = False

    def __init__(self, connection):
        self._connection = connection

    def borrow(self, _dsn):
        return self._connection

    def give_back(self, connection, keep_in_pool=True):
        """Do nothing: the owner has it still."""


def open_after(cr, registry):
    """Return a cursor for work that follows the end of a transaction.

    :param cr: cursor whose transaction has just ended; its connection serves once more
    :param registry: gives a cursor of its own where that connection cannot: in tests, after a
        read-only transaction, when it is broken
    """
    if isinstance(cr, Cursor):
        connection = cr._cnx
        free = not connection.closed and connection.status == STATUS_READY
        if free and not connection.readonly:
            return Cursor(_Lender(connection), cr.dbname, {})
    return registry.cursor()
