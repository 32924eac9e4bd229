"""Answers clients of tests/warm.py inside a shell of the host: each in a fork of this process.

Run by the shell with ``env``, after a line that sets ``SOCKET``.
"""

# ruff: noqa: F821  env is the shell's, SOCKET is set by the caller

import io
import json
import os
import signal
import socket
import sys
import traceback

from odoo import SUPERUSER_ID, api, sql_db
from odoo.cli.command import find_command
from odoo.modules.registry import Registry

name = env.cr.dbname


def run_script(text):
    """Run a script with the variables that the host's shell gives it."""
    registry = Registry(name)
    registry.clear_all_caches()  # what other processes changed since this one loaded them
    with registry.cursor() as cr:
        fresh = api.Environment(cr, SUPERUSER_ID, {})
        fresh = fresh(context=fresh["res.users"].context_get())
        exec(text, {"__name__": "__main__", "env": fresh, "self": fresh.user})
        cr.rollback()


def run_command(arguments):
    """Run a command of the host."""
    Registry(name).clear_all_caches()
    find_command(arguments[0])().run(arguments[1:])


def answer(client):
    """Run what a client asks for; it gets the process's number, the output, a zero, the status."""
    client.sendall(f"{os.getpid()}\n".encode())
    asked = json.loads(client.makefile().readline())
    os.dup2(client.fileno(), 1)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), write_through=True)
    try:
        if "command" in asked:
            run_command(asked["command"])
        else:
            run_script(asked["script"])
        status = 0
    except SystemExit as end:
        status = end.code or 0
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        status = 1
    sys.stdout.flush()
    client.sendall(f"\0{status}".encode())
    os._exit(0)


def listen():
    """Fork for each client; the connections to the database are closed before."""
    env.cr.close()
    sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    door = socket.socket(socket.AF_UNIX)
    door.bind(SOCKET)
    door.listen()
    while True:
        client, _address = door.accept()
        child = os.fork()
        if not child:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            door.close()
            answer(client)
        client.close()


listen()
