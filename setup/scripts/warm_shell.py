"""Answers clients of setup/warm.py inside a shell of the host: each in a fork of this process.

Run by the shell with ``env``, after lines that set ``SOCKET`` and ``CHECKOUT``.
"""

# ruff: noqa: F821  env is the shell's, SOCKET and CHECKOUT are set by the caller

import atexit
import gc
import io
import json
import os
import signal
import socket
import sys
import traceback
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api, sql_db
from odoo.cli.command import find_command
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

name = env.cr.dbname


@contextmanager
def diverted(client, log):
    """Send what is printed to the client, and what the host logs to a file, if there is one."""
    kept = [os.dup(number) for number in (1, 2)]
    os.dup2(client.fileno(), 1)
    if log:
        with open(log, "ab") as file:
            os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        for number, copy in enumerate(kept, 1):
            os.dup2(copy, number)
            os.close(copy)


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


def serve(path):
    """Serve the database by threads, with the settings of a file."""
    Registry(name).clear_all_caches()
    config.parse_config(["-c", path], setup_logging=False)
    sql_db._Pool = sql_db._Pool_readonly = None  # as large as the settings say
    sys.exit(server.start(preload=[], stop=False))


def run_tests(arguments, variables):
    """Run pytest as ``python -m pytest`` does."""
    import pytest  # noqa: PLC0415  it must find what it looks into not loaded yet

    os.environ.update(variables)
    os.chdir(CHECKOUT)
    sys.path.insert(0, CHECKOUT)
    sys.exit(pytest.main(arguments))


def change(verb, addon):
    """Install or uninstall an addon in this process itself, which goes on with what is left."""
    with Registry(name).cursor() as cr:
        modules = api.Environment(cr, SUPERUSER_ID, {})["ir.module.module"]
        modules.update_list()
        getattr(modules.search([("name", "=", addon)]), f"button_immediate_{verb}")()


WORKS = {
    "script": run_script,
    "command": run_command,
    "serve": serve,
    "tests": run_tests,
    "change": change,
}


def work(client, what, arguments, log):
    """Do what a client asks for: it gets the process's number, the output, a zero, the status."""
    client.sendall(f"{os.getpid()}\n".encode())
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with diverted(client, log):
        try:
            WORKS[what](*arguments)
            status = 0
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException:
            traceback.print_exc(file=sys.stdout)
            status = 1
    client.sendall(f"\0{status}".encode())


def answer(client):
    """Work for a client, in a fork unless it changes the addons."""
    asked = json.loads(client.makefile().readline())
    if asked["what"] == "change":
        work(client, **asked)
        be_ready()
    elif not os.fork():
        door.close()
        work(client, **asked)
        # Such as the one that ends a browser: this process does not end as its parent would.
        atexit._run_exitfuncs()
        os._exit(0)
    client.close()


def be_ready():
    """Close the connections to the database: forks open their own, and it may be copied."""
    sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is loaded stays: the forks need not look for what of it is no longer used.
    gc.collect()
    gc.freeze()


sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False), write_through=True)
env.cr.close()
be_ready()
door = socket.socket(socket.AF_UNIX)
# Its name is what a client waits for: by then it must be answered.
door.bind(f"{SOCKET}.new")
door.listen()
os.rename(f"{SOCKET}.new", SOCKET)
while True:
    answer(door.accept()[0])
