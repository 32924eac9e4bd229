"""The commands, each a few lines over the modules that do the work."""

import argparse
import errno
import os
import signal
from collections.abc import Sequence

from . import bench as comparing
from . import clean as cleaning
from . import dealing, hosttests, odoo, postgres, server, testing
from . import environment as the_environment
from . import lint as linting
from . import mutants as mutating
from . import wheels as packaging
from .console import Failure, fail, say
from .database import MAIN, Databases, check_name
from .process import CommandFailed, merged
from .template import Templates


def database(arguments: argparse.Namespace) -> int:
    """Make a fresh database with every addon and the demo company."""
    name = check_name(arguments.name)
    templates = Templates(odoo.ensure())
    if name == MAIN:
        raise Failure(f"{MAIN} is the database of make run: choose another name.")
    source = getattr(templates, arguments.of)()
    templates.databases.drop(name)
    templates.databases.clone(source, name)
    say(f"the database {name} is ready (login admin, password admin): make shell DB={name}")
    return 0


def drop(arguments: argparse.Namespace) -> int:
    """Drop a database and its files."""
    Databases(odoo.ensure()).drop(check_name(arguments.name))
    return 0


def run_odoo(arguments: argparse.Namespace) -> int:
    """Run the host's own command line with this checkout's configuration."""
    the_odoo = odoo.ensure()
    given = [part for part in arguments.rest if part != "--"]
    server = not given or given[0].startswith("-") or given[0] == "server"
    if server and not any(part.startswith(("-p", "--http-port", "--no-http")) for part in given):
        given += ["--http-port", str(server.free_port())]
    os.execve(the_odoo.python, _texts(the_odoo.command(*given)), merged(the_odoo.variables()))


def run(arguments: argparse.Namespace) -> int:
    """Serve the database koban on this machine, made at the first time."""
    server.serve(odoo.ensure(), arguments.background)
    return 0


def test(arguments: argparse.Namespace) -> int:
    """Run every test, or some."""
    return testing.run(arguments.only, arguments.args, arguments.all)


def durations(arguments: argparse.Namespace) -> int:
    """Keep what the last whole test run took, by which other machines deal the tests."""
    dealing.publish()
    return 0


def lint(arguments: argparse.Namespace) -> int:
    """Check style, manifests, XML and translations."""
    return linting.run(arguments.fast)


def i18n(arguments: argparse.Namespace) -> int:
    """Bring the translation files up to date with the sources."""
    return linting.update_translations(arguments.only)


def tool(arguments: argparse.Namespace) -> int:
    """Run a tool of the environment, such as ruff or pytest."""
    python = the_environment.ensure()
    given = [part for part in arguments.rest if part != "--"]
    os.execv(python, _texts([python, "-m", *given]))


def bench(arguments: argparse.Namespace) -> int:
    """Compare with the plain host."""
    return comparing.run(arguments.only)


def mutants(arguments: argparse.Namespace) -> int:
    """Change one condition at a time, and see whether a test notices."""
    return mutating.run(arguments.only, arguments.seed, arguments.count)


def wheels(arguments: argparse.Namespace) -> int:
    """Build one wheel per addon into dist/."""
    return packaging.run()


def host_tests(arguments: argparse.Namespace) -> int:
    """Run the host's own tests with and without the addons, and compare."""
    return hosttests.run(arguments.only)


def clean(arguments: argparse.Namespace) -> int:
    """Stop, and drop what can be made again."""
    return cleaning.run(arguments.all)


def shell(arguments: argparse.Namespace) -> int:
    """Open an Odoo shell, or run the script on standard input."""
    the_odoo = odoo.ensure()
    name = check_name(arguments.name)
    if not Databases(the_odoo).exists(name):
        raise Failure(f"there is no database {name}: make db DB={name}")
    command = the_odoo.command("shell", "-d", name, "--no-http", "--log-level=warn")
    os.execve(the_odoo.python, _texts(command), merged(the_odoo.variables()))


def stop(arguments: argparse.Namespace) -> int:
    """Stop the server and the embedded PostgreSQL."""
    served = server.halt()
    database_served = postgres.stop_if_made()
    say("stopped" if served or database_served else "nothing was running")
    return 0


def environment(arguments: argparse.Namespace) -> int:
    """Print the variables of the host's commands, for eval in a shell."""
    the_odoo = odoo.ensure()
    for name, value in the_odoo.variables().items():
        print(f'export {name}="{value}"')
    print(f'export PYTHONPATH="{the_odoo.host.path}"')
    return 0


def _texts(command: Sequence[object]) -> list[str]:
    return [str(part) for part in command]


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(prog="python3 -m setup", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True)

    def add(name: str, function) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=function.__doc__.splitlines()[0])
        command.set_defaults(function=function)
        return command

    add("run", run).add_argument("--background", action="store_true")
    add("stop", stop)
    command = add("test", test)
    command.add_argument("--only", default="")
    command.add_argument("--args", default="")
    command.add_argument("--all", action="store_true")
    add("durations", durations)
    add("lint", lint).add_argument("--fast", action="store_true")
    add("i18n", i18n).add_argument("--only", default="")
    add("tool", tool).add_argument("rest", nargs=argparse.REMAINDER)
    add("bench", bench).add_argument("--only", default="")
    command = add("mutants", mutants)
    command.add_argument("--only", default="")
    command.add_argument("--seed", type=int)
    command.add_argument("--count", type=int, default=mutating.DRAWN)
    add("wheels", wheels)
    add("host-tests", host_tests).add_argument("--only", default="")
    add("clean", clean).add_argument("--all", action="store_true")
    add("shell", shell).add_argument("name")
    command = add("db", database)
    command.add_argument("name")
    command.add_argument("--of", choices=("bare", "host", "koban", "demo"), default="demo")
    add("drop", drop).add_argument("name")
    add("odoo", run_odoo).add_argument("rest", nargs=argparse.REMAINDER)
    add("environment", environment)
    return top


def main(arguments: list[str]) -> int:
    """Run one command; every foreseen failure becomes one line."""
    os.umask(0o022)
    # Ended by make or by a service manager: the same as by the person.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    chosen = parser().parse_args(arguments)
    try:
        return chosen.function(chosen)
    except Failure as failure:
        fail(str(failure))
    except CommandFailed as failure:
        fail(f"{failure}: {failure.output}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        fail("the disk is full: free some space, or set KOBAN_CACHE to a folder on another disk.")
    except KeyboardInterrupt:
        fail("stopped; nothing was left half made.")
        return 130
    return 1
