"""Attacks × profiles × doors on all that is sealed or proves something (issue 12, line 14).

Each test prints a table of what was tried, refused, found by the verification, or missed, and
fails on what was missed. A new trade adds its models to ``documents.py``.
"""

import itertools
from functools import partial

import pytest
from arena import Arena, fill, table_of
from attacks import FORGED_CONTEXT, LINE_SQL, SQL, TYPED, list_attacks, list_doors
from business import make_masters
from calls import refusal
from conftest import Json2, Person, Server, XmlRpc
from documents import DOCUMENTS, KEPT
from masters import ADDONS, MASTERS, OTHERS, STRANGER
from outcomes import FOUND, MISSED, REFUSED, Outcomes
from place import Place
from web import Web

from setup.template import Templates

PROFILES = {
    "portal": "base.group_portal",
    "employee": "base.group_user",
    "sales": "koban_sales.group_sales",
    "contracts": "koban_contract.group_contracts",
    "accountant": "account.group_account_manager",
    "auditor": "koban_seal.group_auditor",
    "manager": "koban_guard.group_manager",
}


@pytest.fixture(scope="module")
def arena(place_shell, logs):
    """A served database of this module's own, with people of each profile."""
    place = Place(place_shell, logs / "tests-attacks.log")
    place.databases.clone(Templates(place.odoo).koban(), place.name)
    try:
        keys = fill(place, PROFILES)
        with place.serve() as url:
            server = Server(url, place.name, place.log)
            people = {
                login: Person(login, XmlRpc(server, login, login), Json2(server, key))
                for login, key in keys.items()
            }
            webs = {login: Web(server, login) for login in people}
            others = {login: people.pop(login) for login in (*OTHERS, STRANGER)}
            arena = Arena(place, people, webs, make_masters(people["admin"].rpc), others)
            yield arena
            arena.close()
    finally:
        place.drop()


@pytest.fixture
def outcomes(request, capsys):
    """A table of one model; it is printed, and nothing of it may be missed."""
    table = Outcomes(request.node.callspec.id)
    yield table
    with capsys.disabled():
        print("", table.heading(), *table.lines(), sep="\n")
    assert table.counts
    assert not table.missed, "\n".join(table.missed)


@pytest.mark.parametrize("sealed", DOCUMENTS, ids=lambda sealed: sealed.model)
def test_documents(arena, outcomes, sealed) -> None:
    """Whoever tries, by whichever door: a sealed document stays, or what happened is told.

    Only a receipt may be taken back, by a link that tells it.
    """
    victim = arena.make(sealed)
    before = arena.read(victim)
    for login, person in arena.people.items():
        for door, call in list_doors(person, arena.webs[login]).items():
            for name, attack in list_attacks(sealed).items():
                since = arena.get_last_link()
                answer = refusal(lambda: attack(victim, call))  # noqa: B023
                if arena.read(victim) == before:
                    outcomes.add(login, door, name, REFUSED)
                    continue
                told = arena.is_told(victim, since)
                outcomes.add(login, door, name, FOUND if told else MISSED, answer)
                victim = arena.make(sealed)
                before = arena.read(victim)


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.model)
def test_kept_rows(arena, outcomes, kept) -> None:
    """What proves something is read by whom it concerns, and changed by nobody."""
    model, table = kept.model, table_of(kept.model)
    ids = [id_ for (id_,) in arena.sql(f"SELECT id FROM {table} ORDER BY id LIMIT 1")]
    assert ids, f"no {model} to attack"
    names = [name for (name,) in arena.sql(
        "SELECT name FROM ir_model_fields WHERE model = %s AND store AND ttype IN "
        "('char', 'integer', 'many2one') "
        "AND name NOT IN ('id', 'create_date', 'write_date') ORDER BY ttype, name",
        model,
    )]  # fmt: skip
    value = arena.sql(f"SELECT {names[0]} FROM {table} WHERE id = %s", ids[0])[0][0]
    attacks = {
        "write": lambda call: call(model, "write", ids, vals={names[0]: value or "1"}),
        "delete": lambda call: call(model, "unlink", ids),
        "delete, forged": lambda call: call(model, "unlink", ids, context=FORGED_CONTEXT),
        "copy": lambda call: call(model, "copy", ids),
        "create": lambda call: call(model, "create", vals_list=[{names[0]: value or "1"}]),
        "import": lambda call: call(model, "load", None, fields=[names[0]], data=[["1"]]),
    }
    before, count = arena.read_kept(kept), arena.count(kept)
    for login, door, call, name in deal(arena, attacks):
        answer = refusal(lambda: attacks[name](call))  # noqa: B023
        stays = arena.read_kept(kept) == before and arena.count(kept) == count
        outcomes.add(login, door, name, REFUSED if stays else MISSED, answer)
    for login, door, call, method in deal(arena, READS):
        read = []
        answer = refusal(
            lambda: read.append(call(model, method, None, domain=[], **READS[method]))  # noqa: B023
        )
        # It is an attack by all but the readers of the model.
        if login in kept.readers:
            assert not answer, (model, login, method, answer)
        else:
            outcomes.add(login, door, method, REFUSED if answer else MISSED, f"read {read}")


READS = {
    "search_read": {"fields": ["id"]},
    "search_count": {},
    "web_search_read": {"specification": {"id": {}}},
    "read_group": {"fields": ["id:count"], "groupby": []},
}


def deal(arena, names, people=None):
    """Yield who tries what by which door: a door each time, so that each has its part of all."""
    doors = itertools.count()
    for login, person in (people or arena.people).items():
        known = list(list_doors(person, arena.webs[login]).items())
        for name in names:
            door, call = known[next(doors) % len(known)]
            yield login, door, call, name


@pytest.mark.parametrize("master", MASTERS, ids=lambda master: master.model)
def test_masters(arena, outcomes, master) -> None:
    """What is set up is read and written by whom it concerns: no other profile, nobody outside."""
    ids = [id_ for (id_,) in arena.sql(f"SELECT min(id) FROM {table_of(master.model)}")]
    staff = arena.people | {login: arena.others[login] for login in OTHERS}
    unable = {login: person for login, person in staff.items() if login not in master.writers}
    attempt(arena, outcomes, master, unable, list_changes(master, ids) | list_creations(master))
    if master.own:
        able = {login: staff[login] for login in master.writers}
        own = {"its own": lambda call: call(master.model, "write", ids, vals=master.own)}
        attempt(arena, outcomes, master, able, own)
    for login, door, call, method in deal(arena, READS, staff):
        answer = refusal(lambda: call(master.model, method, None, domain=[], **READS[method]))  # noqa: B023
        if login in master.readers:
            assert not answer, (master.model, login, method, answer)
        else:
            outcomes.add(login, door, method, REFUSED if answer else MISSED, answer)
    if master.is_of_company:
        stranger = {STRANGER: arena.others[STRANGER]}
        attempt(arena, outcomes, master, stranger, list_changes(master, ids))
        for login, door, call, _name in deal(arena, ["read"], stranger):
            domain = [("id", "in", ids)]
            seen = call(master.model, "search_read", None, domain=domain, fields=["id"])
            outcomes.add(login, door, "search_read", MISSED if seen else REFUSED, str(seen))


def list_changes(master, ids):
    """Return the attacks on rows of masters, by name."""
    model, values = master.model, master.values
    row = [str(ids[0]), *map(str, values.values())]
    return {
        "write": lambda call: call(model, "write", ids, vals=values),
        "write, forged": lambda call: call(
            model, "write", ids, vals=values, context=FORGED_CONTEXT
        ),
        "delete": lambda call: call(model, "unlink", ids),
        "delete, forged": lambda call: call(model, "unlink", ids, context=FORGED_CONTEXT),
        "copy": lambda call: call(model, "copy", ids),
        "import": lambda call: call(model, "load", None, fields=[".id", *values], data=[row]),
        **{name: partial(press, model, name, ids) for name in master.buttons},
    }


def list_creations(master):
    """Return the attacks by which a person without right would make rows of masters."""
    model, values = master.model, master.values
    return {
        "create": lambda call: call(model, "create", vals_list=[values]),
        **{
            name: partial(press, model, name, None, **arguments)
            for name, arguments in master.calls.items()
        },
    }


def press(model, method, ids, call, **arguments):
    """Call a button or another method."""
    call(model, method, ids, **arguments)


def attempt(arena, outcomes, master, people, attacks):
    """Have people try attacks on masters, and count what came of each."""
    before, count = arena.read_kept(master), arena.count(master)
    for login, door, call, name in deal(arena, attacks, people):
        answer = refusal(lambda: attacks[name](call))  # noqa: B023
        stays = arena.read_kept(master) == before and arena.count(master) == count
        outcomes.add(login, door, name, REFUSED if stays else MISSED, answer)


def test_masters_are_whole(arena) -> None:
    """Each model of the articles that has a table has its line."""
    found = {model for (model,) in arena.sql(
        # The first addon that names a model made it; the others extend it.
        "SELECT m.model FROM ir_model m JOIN LATERAL (SELECT module FROM ir_model_data "
        "WHERE model = 'ir.model' AND res_id = m.id ORDER BY id LIMIT 1) d ON true "
        "WHERE d.module = ANY(%s) AND m.model LIKE 'koban.%%' AND NOT m.transient "
        "AND EXISTS (SELECT FROM pg_class WHERE relkind = 'r' "
        "AND relname = replace(m.model, '.', '_'))",
        list(ADDONS),
    )}  # fmt: skip
    assert found == {master.model for master in MASTERS}


@pytest.mark.parametrize("sealed", DOCUMENTS, ids=lambda sealed: sealed.model)
def test_typed_code(arena, outcomes, sealed) -> None:
    """What an administrator types in a server action is refused, or the verification tells."""
    model = arena.admin("ir.model", "search", [("model", "=", sealed.model)])[0]
    for name, code in TYPED.items():
        victim = arena.make(sealed)
        before, since = arena.read(victim), arena.get_last_link()
        column = next(iter(sealed.values))
        known = f"values, column, context = {sealed.values!r}, {column!r}, {FORGED_CONTEXT!r}\n"
        values = {"name": name, "model_id": model, "state": "code", "code": known + code}
        action = arena.admin("ir.actions.server", "create", values)
        context = {"active_model": sealed.model, "active_id": victim.id, "active_ids": [victim.id]}
        answer = refusal(
            lambda: arena.admin("ir.actions.server", "run", [action], context=context)  # noqa: B023
        )
        if arena.read(victim) == before:
            outcomes.add("admin", "typed code", name, REFUSED)
        else:
            told = arena.is_told(victim, since)
            outcomes.add("admin", "typed code", name, FOUND if told else MISSED, answer)


@pytest.mark.parametrize("sealed", DOCUMENTS, ids=lambda sealed: sealed.model)
def test_removal(arena, outcomes, sealed) -> None:
    """Nobody takes away the addon, the table or a column of what is sealed."""
    arena.make(sealed)
    [module] = arena.admin("ir.module.module", "search", [("name", "=", sealed.addon)])
    [model] = arena.admin("ir.model", "search", [("model", "=", sealed.model)])
    field = arena.admin("ir.model.fields", "search", [("model_id", "=", model)], limit=1)
    calls = {
        "remove": ("ir.module.module", "button_immediate_uninstall", [module], {}),
        "mark": ("ir.module.module", "button_uninstall", [module], {}),
        "remove its data": ("ir.module.module", "module_uninstall", [module], {}),
        "write": ("ir.module.module", "write", [module], {"vals": {"state": "to remove"}}),
        "forget": ("ir.module.module", "write", [module], {"vals": {"state": "uninstalled"}}),
        "drop the table": ("ir.model", "unlink", [model], {}),
        "drop a column": ("ir.model.fields", "unlink", field, {}),
    }
    before = arena.read_structure(sealed)
    for login, door, call, name in deal(arena, calls):
        of, method, ids, arguments = calls[name]
        answer = refusal(lambda: call(of, method, ids, **arguments))  # noqa: B023
        stays = arena.read_structure(sealed) == before
        outcomes.add(login, door, name, REFUSED if stays and answer else MISSED, answer)


def test_table_is_whole(arena) -> None:
    """All that is sealed, and all that triggers keep, has its line in the table."""
    sealed = {model for (model,) in arena.sql(
        "SELECT m.model FROM ir_model m JOIN ir_model_inherit i ON i.model_id = m.id "
        "JOIN ir_model p ON p.id = i.parent_id WHERE p.model = 'koban.sealed.mixin' "
        "AND to_regclass(replace(m.model, '.', '_')) IS NOT NULL"
    )}  # fmt: skip
    # Of purchase orders only those in TEST are sealed.
    known = {"purchase.order", *(kept.model for kept in KEPT)}
    assert sealed - known == {sealed.model for sealed in DOCUMENTS}
    kept = {table for (table,) in arena.sql(
        "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'koban%'"
    )}  # fmt: skip
    assert kept <= {table_of(kept.model) for kept in KEPT}


def test_sql(arena, capsys) -> None:
    """What somebody with the database does is found: document, line and link by name."""
    arena.unprotect("koban_event")
    tables = []
    for sealed in DOCUMENTS:
        arena.unprotect(table_of(sealed.model))
        table = Outcomes(sealed.model)
        tables.append((table, [attack_by_sql(arena, sealed, *item) for item in by_sql(sealed)]))
    found = arena.find()
    for table, attacked in tables:
        for name, victim in attacked:
            told = not found.isdisjoint(victim.names)
            table.add("the server", "SQL", name, FOUND if told else MISSED)
    with capsys.disabled():
        print("", Outcomes.heading(), sep="\n")
        for table, _attacked in tables:
            print(*table.lines(), sep="\n")
    missed = [line for table, _attacked in tables for line in table.missed]
    assert not missed, "\n".join(missed)


def by_sql(sealed):
    """Return the attacks by SQL on documents of a model."""
    return (SQL | (LINE_SQL if sealed.lines else {})).items()


def attack_by_sql(arena, sealed, name, query):
    """Attack a new document; return the name of the attack, and the document."""
    victim = arena.make(sealed)
    arena.attack(victim, query)
    return name, victim
