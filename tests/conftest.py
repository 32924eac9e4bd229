"""Fixtures of the tests from outside: a real server on a fresh database, and its clients.

Plain pytest, in the environment's Python but without the host in the process:
``make test ONLY=tests ARGS="-k name"``.
"""

import json
import os
import re
import urllib.error
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from business import Masters, make_masters
from place import Place
from snapshot import Snapshot

from setup import odoo as hosting
from setup import server as serving
from setup.database import Databases
from setup.template import Templates
from setup.warm import WarmShell

# Two clients met on the same rows: PostgreSQL refused one, and the host tries it again.
RETRIED = re.compile(
    r"^.* ERROR \S+ odoo\.sql_db: bad query: .*\n"
    r"ERROR: +could not (?:serialize access|obtain lock).*\n",
    re.MULTILINE,
)

NEW_KEY = """
import json
from datetime import datetime, timedelta
user = env["res.users"].search([("login", "=", {login!r})])
end = datetime.now() + timedelta(days=1)
key = env["res.users.apikeys"].with_user(user)._generate("rpc", "tests", end)
env.cr.commit()
print(json.dumps(key))
"""

# The people of the tests: login, and the profile that each has.
PROFILES = {"sales": "koban_sales.group_sales", "manager": "koban_guard.group_manager"}

NEW_PEOPLE = """
import json
from datetime import datetime, timedelta
end = datetime.now() + timedelta(days=1)
people = env.ref("base.user_admin")
for login, group in {profiles!r}.items():
    groups = [(6, 0, [env.ref("base.group_user").id, env.ref(group).id])]
    people |= env["res.users"].create(
        {{"name": login, "login": login, "password": login, "lang": "fr_FR", "group_ids": groups}}
    )
keys = {{}}
for user in people:
    key = env["res.users.apikeys"].with_user(user)._generate("rpc", "tests", end)
    keys[user.login] = key
env.cr.commit()
print(json.dumps(keys))
"""


@dataclass(frozen=True)
class Person:
    """Somebody who calls the external APIs.

    :param login: the login; the password is the same.
    :param rpc: his client over XML-RPC, and :param json2: over JSON-2.
    """

    login: str
    rpc: "XmlRpc"
    json2: "Json2"


@dataclass(frozen=True)
class Server:
    """A server that runs.

    :param url: its address, without a slash at the end.
    :param database: the only database it serves.
    :param log: the file it writes its log to.
    """

    url: str
    database: str
    log: Path


class ApiError(Exception):
    """An error that JSON-2 answered.

    :param status: the HTTP status.
    :param body: the answer: ``name`` (the exception's class), ``message``, ``arguments``, …
    """

    def __init__(self, status: int, body: dict):
        super().__init__(f"{status} {body.get('name')}: {body.get('message')}")
        self.status = status
        self.body = body


class XmlRpc:
    """A client of the external API over XML-RPC, logged in.

    Errors are ``xmlrpc.client.Fault``.
    """

    def __init__(self, server: Server, login: str, password: str):
        self.database, self.password = server.database, password
        common = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/common")
        self.uid = common.authenticate(self.database, login, password, {})
        self._object = xmlrpc.client.ServerProxy(f"{server.url}/xmlrpc/2/object", allow_none=True)

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of a model: ``rpc("sale.order", "write", [id], values)``."""
        return self._object.execute_kw(
            self.database, self.uid, self.password, model, method, args, kwargs
        )


class Json2:
    """A client of the external API over JSON-2, with an API key."""

    def __init__(self, server: Server, key: str):
        self.server, self.key = server, key

    def __call__(self, model: str, method: str, **kwargs: Any) -> Any:
        """Call a method of a model: ``json2("sale.order", "write", ids=[1], vals=values)``.

        :raise ApiError: when the answer is an error.
        """
        request = urllib.request.Request(
            f"{self.server.url}/json/2/{model}/{method}",
            json.dumps(kwargs).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": f"bearer {self.key}",
                "X-Odoo-Database": self.server.database,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise ApiError(error.code, json.load(error)) from error


@pytest.fixture(scope="session")
def odoo() -> hosting.Odoo:
    """The host, ready to run."""
    return hosting.ensure()


@pytest.fixture(scope="session")
def logs(tmp_path_factory) -> Path:
    """The folder of the logs: the job's, or a temporary one."""
    named = os.environ.get("KOBAN_TEST_LOGS")
    return Path(named) if named else tmp_path_factory.mktemp("logs")


@pytest.fixture(scope="session")
def database(odoo) -> Iterator[str]:
    """The name of a fresh database with every addon but the demo company."""
    databases = Databases(odoo)
    name = f"koban_test_{os.getpid()}_outside"
    databases.clone(Templates(odoo).koban(), name)
    yield name
    databases.drop(name)


@pytest.fixture(scope="session")
def server(odoo, database, logs) -> Iterator[Server]:
    """A real server of the fresh database; a warning in its log fails the run."""
    log = logs / "tests-server.log"
    with serving.served(odoo, database, log) as url:
        yield Server(url, database, log)
    checked = log.with_suffix(".checked")
    checked.write_text(RETRIED.sub("", log.read_text(errors="replace")))
    bad = hosting.bad_lines(checked, hosting.ALLOWED + hosting.ALLOWED_IN_TESTS)
    assert not bad, f"the server logged: {bad}"


@pytest.fixture(scope="session")
def connect(odoo, database) -> Callable[[], Any]:
    """A function that opens a psycopg2 connection to the database."""
    variables = odoo.connection.variables

    def open_connection():
        return psycopg2.connect(
            host=variables["PGHOST"],
            port=variables["PGPORT"],
            user=variables["PGUSER"],
            password=os.environ.get("PGPASSWORD"),
            dbname=database,
        )

    return open_connection


@pytest.fixture(scope="session")
def rpc(server) -> Callable[..., XmlRpc]:
    """A function that returns an XML-RPC client for a login."""
    return lambda login="admin", password="admin": XmlRpc(server, login, password)


@pytest.fixture(scope="session")
def json2(server, odoo_shell) -> Callable[..., Json2]:
    """A function that returns a JSON-2 client for a login, with a key made for it."""
    return lambda login="admin": Json2(server, odoo_shell(NEW_KEY.format(login=login)))


@pytest.fixture(scope="session")
def people(server, odoo_shell) -> dict[str, Person]:
    """Each profile of :data:`PROFILES` and the administrator, by login."""
    keys = odoo_shell(NEW_PEOPLE.format(profiles=PROFILES))
    return {
        login: Person(login, XmlRpc(server, login, login), Json2(server, key))
        for login, key in keys.items()
    }


@pytest.fixture(scope="session")
def masters(people) -> Masters:
    """Customers, products, taxes: made once, never changed by a test."""
    return make_masters(people["admin"].rpc)


@pytest.fixture(scope="session")
def snapshot(server, connect) -> Iterator[Snapshot]:
    """A reader of the database content of documents."""
    reader = Snapshot(connect)
    yield reader
    reader.close()


@pytest.fixture(scope="session")
def warm_shell(odoo, database) -> Iterator[WarmShell]:
    """A shell of the database: its scripts commit what they want kept."""
    shell = WarmShell(odoo, database)
    yield shell
    shell.close()


@pytest.fixture(scope="session")
def odoo_shell(warm_shell) -> Callable[[str], Any]:
    """A function that runs a script in that shell; it returns the last line printed, JSON."""

    def run(script: str) -> Any:
        lines = warm_shell.script(script).strip().splitlines()
        return json.loads(lines[-1]) if lines else None

    return run


@pytest.fixture(scope="session")
def place_shell(odoo) -> Iterator[WarmShell]:
    """The warm process of the places: each is the same database made anew, so one serves all."""
    shell = WarmShell(odoo, f"koban_test_{os.getpid()}_place")
    yield shell
    shell.close()


@pytest.fixture
def place(place_shell, logs, request) -> Iterator[Place]:
    """A database of the test's own, with every addon but the demo company."""
    place = Place(place_shell, logs / f"tests-place-{request.node.name}.log")
    place.databases.clone(Templates(place.odoo).koban(), place.name)
    yield place
    place.drop()
