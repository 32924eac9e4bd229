"""Addons by themselves: installed with nothing but what they need, tried, uninstalled."""

import re
from pathlib import Path

from . import addons, server
from .addons import DEMO, Addon, closure
from .console import Failure, one_line
from .jobs import Outcome, Workshop, addon_tests
from .odoo import LOADING, bad_lines
from .paths import ADDONS, CHECKOUT
from .process import CommandFailed, captured
from .template import Templates
from .warm import WarmShell

SCRIPTS = CHECKOUT / "setup" / "scripts"
# Addons of the test run: a document that no trade of ours knows, for the rooms that own none.
SAMPLES = CHECKOUT / "tests" / "addons"
# One of them that must not be installed, and what it is told.
WRONG = "koban_sample_wrong"
WRONG_STEP = "'toll' cannot stand beside 'nowhere'"
# What docutils says of a text that is no reStructuredText.
UNREAD = re.compile(r"<string>:\d+: \((?:INFO|WARNING|ERROR|SEVERE)/\d\) ")
# What an addon leaves behind must be nothing of ours but the counter of orders (docs).
LEFT = r"""
SELECT 'table ' || tablename FROM pg_tables WHERE tablename LIKE 'koban\_%'
UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'koban\_%'
UNION ALL SELECT 'data of ' || module FROM ir_model_data WHERE module LIKE 'koban\_%'
UNION ALL SELECT 'addon ' || name FROM ir_module_module
WHERE name LIKE 'koban\_%' AND state NOT IN ('uninstalled', 'uninstallable')
"""


def run(shop: Workshop, outcome: Outcome) -> None:
    """Install all the addons one after the other, each tried; then uninstall from the top down.

    Each runs what is tagged to run alone: its main flow, its rights, its hooks. One process of the
    host goes through it all, as a server does whose addons are changed in the web client.
    """
    database = shop.databases.scratch("alone")
    shop.databases.clone(Templates(shop.odoo).bare(), database)
    shell = WarmShell(shop.odoo, database)
    # The demo company's documents are sealed, and keep the addons that prove them.
    order = [addon for addon in addons.from_below() if addon.name != DEMO]
    try:
        for addon in order:
            _install(shop, outcome, addon, shell)
            if samples := _get_samples_on(addon, order):
                _try_samples(shop, outcome, database, samples, addon.name)
        for addon in reversed(order):
            uninstall(shop, outcome, addon, database, f"alone-{addon.name}", shell)
        check_gone(shop, database)
        # As it is the next time that a server starts.
        host_works(shop, database, "alone")
    finally:
        shell.close()
        shop.databases.drop(database)


def _install(shop: Workshop, outcome: Outcome, addon: Addon, shell: WarmShell) -> None:
    """Install an addon in a warm process, and run its tests that run alone."""
    label = f"alone-{addon.name}"
    log = shop.logs / f"{label}-install.log"
    _change("install", addon, shell, log)
    if unread := find_unread(log, addon.name):
        outcome.problem(f"{addon.name}: its description", f"{unread[0]}\nThe log: {log}")
    if addon.tests:
        addon_tests(shop, outcome, [addon.tests], shell.database, label, "alone", shell=shell)


def _change(verb: str, addon: Addon, shell: WarmShell, log: Path) -> None:
    """Install or uninstall an addon in a warm process: a warning in the log is a failure."""
    what = f"{verb}ing {addon.name}"
    try:
        shell.change(verb, addon.name, log)
    except CommandFailed as error:
        raise Failure(f"{what} failed ({one_line(error.output[-300:])}): {log}") from error
    if bad := bad_lines(log):
        raise Failure(f"{what} logged: {one_line(bad[0])}; the whole log: {log}")


def find_unread(log: Path, name: str) -> list[str]:
    """Return what the host could not read of an addon's description while it installed it.

    :param log: of the installation, perhaps of other addons too
    """
    loading, found = "", []
    for line in log.read_text(errors="replace").splitlines():
        if match := LOADING.search(line):
            loading = match[1]
        elif loading == name and UNREAD.match(line):
            found.append(line)
    return found


def _get_samples_on(addon: Addon, order: list[Addon]) -> list[Addon]:
    """Return the samples whose last dependency, in this order, an addon is."""
    known = {file.parent.name: Addon(file.parent) for file in SAMPLES.glob("*/__manifest__.py")}
    ranks = {one.name: rank for rank, one in enumerate(order)}

    def rank(name: str) -> int:
        if name in known:
            return max(rank(below) for below in known[name].depends)
        return ranks.get(name, -1)

    return [sample for name, sample in sorted(known.items()) if rank(name) == ranks[addon.name]]


def _try_samples(
    shop: Workshop, outcome: Outcome, database: str, samples: list[Addon], label: str
) -> None:
    """Install samples on a copy, with what they stand on alone, and run their tests."""
    copy = shop.databases.scratch("samples")
    shop.databases.clone(database, copy)
    label = f"samples-{label}"
    path = f"{ADDONS},{SAMPLES}"
    conf = shop.odoo.conf("samples", addons_path=path)
    templates = Templates(shop.odoo)
    names = [sample.name for sample in samples]
    try:
        right = [name for name in names if name != WRONG]
        templates.install(copy, right, shop.logs / f"{label}-install.log", conf)
        if WRONG in names:
            _try_wrong(shop, outcome, copy, conf)
        tests = [sample.tests for sample in samples if sample.tests]
        addon_tests(shop, outcome, tests, copy, label, settings={"addons_path": path})
    finally:
        shop.databases.drop(copy)


def _try_wrong(shop: Workshop, outcome: Outcome, database: str, conf: Path) -> None:
    """Install an addon whose step stands beside none: told so, and nothing of it stays."""
    log = shop.logs / f"{WRONG}-install.log"
    try:
        Templates(shop.odoo).install(database, [WRONG], log, conf)
    except Failure as failure:
        told = str(failure)
    else:
        told = "it was installed"
    query = f"SELECT state FROM ir_module_module WHERE name = '{WRONG}'"
    state = shop.odoo.connection.sql(query, database)
    if WRONG_STEP in told and state == "uninstalled":
        outcome.passed += 1
    else:
        outcome.problem(f"{WRONG}: installation", f"{told} (its state: {state})")


def run_one(shop: Workshop, outcome: Outcome, addon: Addon) -> None:
    """Install one addon with nothing but its dependencies, run all its tests, uninstall it."""
    label = f"{addon.name}_alone"
    ours, host_modules = closure([addon.name])
    templates = Templates(shop.odoo)
    database = shop.databases.scratch(label)
    shop.databases.clone(templates.dependencies(host_modules), database)
    try:
        templates.install(database, ours, shop.logs / f"{label}-install.log")
        # The demo company depends on every addon: alone and full are the same for it.
        if addon.tests and addon.name != DEMO:
            addon_tests(shop, outcome, [addon.tests], database, label)
        uninstall(shop, outcome, addon, database, label)
    finally:
        shop.databases.drop(database)


def uninstall(
    shop: Workshop,
    outcome: Outcome,
    addon: Addon,
    database: str,
    label: str,
    shell: WarmShell | None = None,
) -> None:
    """Uninstall an addon as an administrator does, and try the host without it.

    :param shell: of the database, to do it in; otherwise by the command line.
    """
    log = shop.logs / f"{label}-uninstall.log"
    arguments = ["module", "uninstall", "-d", database, addon.name]
    try:
        if shell:
            _change("uninstall", addon, shell, log)
        else:
            shop.odoo.run(f"uninstalling {addon.name}", log, *arguments)
        host_works(shop, database, label, shell)
        outcome.passed += 1
    except Failure as failure:
        outcome.problem(f"{addon.name}: uninstall", str(failure))


def check_gone(shop: Workshop, database: str) -> None:
    """Make sure that nothing of the addons is left behind.

    :raise Failure: something is.
    """
    left = shop.odoo.connection.sql(LEFT, database).splitlines()
    if left:
        raise Failure(f"left behind in {database}: {', '.join(left)}")


def host_works(shop: Workshop, database: str, label: str, shell: WarmShell | None = None) -> None:
    """Use the host as a person would: its documents, its views, its pages.

    :param shell: of the database, to do it in; otherwise processes of the host start for it.
    :raise Failure: at the first thing that does not work.
    """
    log, served_log = shop.logs / f"{label}-after.log", shop.logs / f"{label}-served.log"
    script = (SCRIPTS / "host_works.py").read_text()
    try:
        answer = shell.script(script) if shell else shop.odoo.script(database, script)
    except CommandFailed as error:
        log.write_text(error.output)
        raise Failure(
            f"the host no longer works ({error.output.splitlines()[-1]}): {log}"
        ) from error
    if "the host works" not in answer:
        raise Failure(f"the host no longer works: {answer}")
    served = shell.served(served_log) if shell else server.served(shop.odoo, database, served_log)
    with served as url:
        pages = captured([shop.odoo.python, SCRIPTS / "open_pages.py", url, database])
    if "the pages work" not in pages:
        raise Failure(f"the web client no longer opens: {pages}")
