"""The chain of template databases, each made once and then only copied.

bare (the base, French) -> host (the host's modules) -> koban (every addon)
-> demo (the demo company); koban -> companions (what users install beside it); host -> peer (a
peer's addon, to measure it); host -> release (the addons of the last release) -> release_filled
(with its demo company). The name of each holds a hash of what went into it.
"""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

from . import addons, peers, release
from .console import step
from .database import Databases
from .odoo import Odoo
from .paths import ADDONS, CHECKOUT, cache, folder, key, lock, require_space

HOST_MODULES = (
    "account",
    "l10n_fr_account",
    "sale_management",
    "sale_crm",
    "sale_project",
    "purchase",
    "stock",
    "sale_stock",
    "purchase_stock",
    "stock_delivery",
    "account_edi_ubl_cii",
    "account_qr_code_sepa",
    "rpc",
    "base_import",
)
# Before any addon of ours looks at it.
MAIN_IN_FRANCE = """
company = env.ref("base.main_company")
company.country_id = company.account_fiscal_country_id = env.ref("base.fr")
env.cr.commit()
"""
PREFIX = "koban_template_"
RECIPE = 1
RECIPE_HOST = 2
# How many of a kind stay: a few, to go back to another state of the addons; of
# the dependencies, one for each addon that is tested alone.
KEPT = {"deps": 20}
KEPT_OTHERWISE = 4


class Templates:
    """Makes the templates that are asked for, and those below them."""

    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.databases = Databases(odoo)

    def bare(self) -> str:
        """Return the template with nothing but the base, in French."""

        def make(part: str) -> None:
            arguments = ["init", part, "--country", "FR", "--language", "fr_FR"]
            log = folder("logs") / "template-bare.log"
            self.odoo.run("making the bare database", log, "db", *arguments)

        return self._made("bare", self.bare_key, make)

    def host(self) -> str:
        """Return the template with the host's modules, and the files of its first pages."""

        def make(part: str) -> None:
            self.databases.clone(self.bare(), part)
            self.install(part, list(HOST_MODULES), folder("logs") / "template-host.log")
            script = (CHECKOUT / "setup" / "scripts" / "make_assets.py").read_text()
            self.odoo.script(part, script)

        return self._made("host", key(self.bare_key, RECIPE_HOST, *HOST_MODULES), make)

    def dependencies(self, modules: Iterable[str]) -> str:
        """Return a template with nothing but these modules of the host."""
        names = sorted(set(modules) - {"base"})
        if not names:
            return self.bare()
        state = key(self.bare_key, *names)

        def make(part: str) -> None:
            self.databases.clone(self._nearest(names), part)
            self.install(part, names, folder("logs") / f"template-deps-{state}.log")
            self.databases.comment(part, json.dumps([self.bare_key, names]))

        return self._made("deps", state, make)

    def _nearest(self, names: list[str]) -> str:
        """Return the template with the most of these modules and no other one."""
        nearest, most = self.bare(), 0
        for name in self.databases.names(f"{PREFIX}deps_"):
            made_from, present = json.loads(self.databases.comment(name) or '["", []]')
            if made_from == self.bare_key and set(present) <= set(names) and len(present) > most:
                nearest, most = name, len(present)
        return nearest

    @property
    def bare_key(self) -> str:
        """What every template depends on."""
        return key(RECIPE, self.odoo.key)

    def koban(self) -> str:
        """Return the template with every addon but the demo company."""
        names = sorted(set(addons.every()) - {addons.DEMO})
        if not names:
            return self.host()
        return self._of_addons("koban", self.host, names)

    def tests(self) -> str:
        """Return the koban template with the companies, people and articles that tests share."""
        shared = [
            (addon.name, text)
            for addon in addons.from_below()
            if (file := addon.path / "tests" / "common.py").exists()
            and "def make_masters(" in (text := file.read_text())
        ]
        if not shared:
            return self.koban()
        names = [name for name, _text in shared]

        def make(part: str) -> None:
            self.databases.clone(self.koban(), part)
            lines = [f"from odoo.addons.{name}.tests import common as {name}" for name in names]
            lines += [f"{name}.make_masters(env)" for name in names]
            self.odoo.script(part, "\n".join([*lines, "env.cr.commit()", ""]))

        present = sorted(set(addons.every()) - {addons.DEMO})
        return self._made("tests", key(self.bare_key, addons.keys(present), shared), make)

    def demo(self) -> str:
        """Return the template with the demo company."""
        if addons.DEMO not in addons.every():
            return self.koban()
        return self._of_addons("demo", self.koban, sorted(addons.every()))

    def host_demo(self) -> str:
        """Return the host's modules with the host's own demo data (an American company)."""

        def make(part: str) -> None:
            logs = folder("logs")
            conf = self.odoo.conf("with-demo", with_demo=True)
            arguments = ["init", part, "--with-demo"]
            log = logs / "template-hostdemo-init.log"
            self.odoo.run("making a database with demo data", log, "db", *arguments, conf=conf)
            self.install(part, list(HOST_MODULES), logs / "template-hostdemo.log", conf)

        return self._made("hostdemo_plain", key(self.bare_key, *HOST_MODULES), make)

    def host_demo_koban(self) -> str:
        """Return the same with every addon but the demo company."""
        names = sorted(set(addons.every()) - {addons.DEMO})
        return self._of_addons("hostdemo_koban", self.host_demo, names)

    def host_demo_mixed(self) -> str:
        """Return the same for France: its first company, with orders, is French; one is Belgian."""

        def make(part: str) -> None:
            self.databases.clone(self.host_demo(), part)
            conf = self.odoo.conf("with-demo", with_demo=True)
            log = folder("logs") / "template-hostdemo_mixed.log"
            self.install(part, ["l10n_be"], log, conf)
            self.odoo.script(part, MAIN_IN_FRANCE)

        return self._made("hostdemo_mixed", key(self.host_demo(), MAIN_IN_FRANCE), make)

    def release(self) -> str:
        """Return the host's modules with the addons of the last release, and no document.

        :raise MissingRelease: it is not in the history of this checkout.
        """
        conf = self.conf("release")

        def make(part: str) -> None:
            self.databases.clone(self.host(), part)
            names = sorted(path.parent.name for path in release.ensure().glob("*/__manifest__.py"))
            names.remove(addons.DEMO)
            self.install(part, names, folder("logs") / "template-release.log", conf)

        return self._made("release", key(self.bare_key, *HOST_MODULES, release.commit()), make)

    def release_filled(self) -> str:
        """Return the same with the demo company of the last release, and a Belgian company.

        :raise MissingRelease: it is not in the history of this checkout.
        """
        conf = self.conf("release")
        script = (CHECKOUT / "setup" / "scripts" / "filled_release.py").read_text()

        def make(part: str) -> None:
            self.databases.clone(self.release(), part)
            log = folder("logs") / "template-release_filled.log"
            self.install(part, [addons.DEMO], log, conf)
            self.odoo.script(part, script, conf)

        state = key(self.bare_key, *HOST_MODULES, release.commit(), script)
        return self._made("release_filled", state, make)

    def peer(self) -> str:
        """Return the host's modules with the contracts of the OCA, and none of the addons."""
        return self._of_peer("peer")

    def renewal_peer(self) -> str:
        """Return the same with the renewal of those contracts."""
        return self._of_peer("renewal_peer")

    def companions(self, below: str = "koban") -> str:
        """Return a template with the addons of others that users install beside ours.

        :param below: the kind of template that they are added to.
        """
        source = getattr(self, below)()

        def make(part: str) -> None:
            self.databases.clone(source, part)
            log = folder("logs") / f"template-companions-{below}.log"
            self.install(part, list(peers.COMPANIONS), log, self.conf("companions"))

        return self._made(f"companions_{below}", key(source, peers.state()), make)

    def companions_path(self) -> str:
        """Return the folders of addons of a database with the companions."""
        return f"{ADDONS},{peers.ensure()}"

    def conf(self, kind: str) -> Path | None:
        """Return the configuration that a database of this kind needs, if not the usual one."""
        if kind == "companions":
            return self.odoo.conf(kind, addons_path=self.companions_path())
        if kind == "release":
            return self.odoo.conf(kind, addons_path=release.ensure())
        if kind not in peers.MODULES:
            return None
        return self.odoo.conf("peer", addons_path=peers.ensure())

    def _of_peer(self, kind: str) -> str:
        module = peers.MODULES[kind]

        def make(part: str) -> None:
            self.databases.clone(self.host(), part)
            self.install(part, [module], folder("logs") / f"template-{kind}.log", self.conf(kind))

        state = key(self.bare_key, RECIPE_HOST, *HOST_MODULES, peers.state())
        return self._made(kind, state, make)

    def _of_addons(self, kind: str, below: Callable[[], str], names: list[str]) -> str:
        state = key(self.bare_key, *HOST_MODULES, addons.keys(names))
        return self._installed(kind, below, state, names)

    def _installed(self, kind: str, below: Callable[[], str], state: str, names: list[str]) -> str:
        def make(part: str) -> None:
            self.databases.clone(below(), part)
            self.install(part, names, folder("logs") / f"template-{kind}.log")

        return self._made(kind, state, make)

    def install(self, database: str, names: list[str], log: Path, conf: Path | None = None) -> None:
        """Install modules in a database; a warning in the log is a failure."""
        what = f"installing {', '.join(names)}"
        arguments = ["-d", database, "-i", ",".join(names), "--stop-after-init", "--no-http"]
        self.odoo.run(what, log, *arguments, conf=conf)

    def _made(self, kind: str, state: str, make: Callable[[str], None]) -> str:
        name = f"{PREFIX}{kind}_{state}"
        if self.databases.exists(name):
            return name
        with lock(name):
            if not self.databases.exists(name):
                require_space(cache(), 2)
                announced = step(f"making the template database '{kind}'")
                with announced, self.databases.made_aside(name) as part:
                    make(part)
                self._forget_old(kind)
        return name

    def _forget_old(self, kind: str) -> None:
        kept = KEPT.get(kind, KEPT_OTHERWISE)
        for old in self.databases.names(f"{PREFIX}{kind}_")[:-kept]:
            self.databases.drop(old)
