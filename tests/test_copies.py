"""Copied, restored, moved and neutralised databases (issue 12, line 9), each a real one."""

import json
import subprocess
from collections.abc import Iterator

import pytest
from calls import refusal
from conftest import Server, XmlRpc
from place import Place
from test_proof import log_in, make_drafts, states

from setup.process import merged
from setup.warm import WarmShell

# The paper of an invoice, as PDF, and its text.
PRINT = """
import io, json
from pypdf import PdfReader
reports = env["ir.actions.report"].with_user(env.ref("base.user_admin"))
content, kind = reports._render_qweb_pdf("account.account_invoices", [{id}])
env.cr.commit()
text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
print(json.dumps([kind, " ".join(text.split())]))
"""
LINKS = (
    "SELECT number, kind, previous_hash, hash, key_id, database FROM koban_event ORDER BY number"
)


@pytest.fixture(scope="module")
def other_shell(place_shell: WarmShell) -> Iterator[WarmShell]:
    """The warm process of the other databases: each is a copy of a place."""
    shell = WarmShell(place_shell.odoo, f"{place_shell.database}_other")
    yield shell
    shell.close()


@pytest.fixture
def other(place: Place, other_shell: WarmShell) -> Iterator[Place]:
    """Another database, which is not there yet."""
    other = Place(other_shell, place.log)
    yield other
    other.drop()


def post(rpc: XmlRpc, draft: int) -> str:
    """Post an invoice; return the code of its refusal."""
    return refusal(lambda: rpc("account.move", "action_post", [draft]))


def work(place: Place, count: int = 4) -> list[int]:
    """Make invoices and post the first one; return all of them."""
    with place.serve() as url:
        rpc = log_in(url, place)
        drafts = make_drafts(rpc, count)
        assert post(rpc, drafts[0]) == ""
    return drafts


def cards(rpc: XmlRpc) -> dict[str, str]:
    """Return the state of each card of the dashboard."""
    return {card["key"]: card["state"] for card in rpc("koban.compliance.dashboard", "get_cards")}


def group(rpc: XmlRpc, name: str) -> int:
    """Return the id of a group by its full name."""
    module, name = name.split(".")
    named = [("module", "=", module), ("name", "=", name)]
    return rpc("ir.model.data", "search_read", named, ["res_id"])[0]["res_id"]


def run(place: Place, *arguments: str) -> int:
    """Run a command of the host; return its status."""
    return place.shell.start("command", arguments).wait()


def declare(place: Place, *options: str) -> int:
    """Run the command ``koban_declare``; return its status."""
    return run(place, "koban_declare", "-d", place.name, *options)


def check_refused(place: Place, draft: int) -> None:
    """Nothing is signed before a manager says which database this is, and that is told."""
    status, findings = place.verify()
    assert (status, {item["code"] for item in findings}) == (0, {"database_undeclared"})
    with place.serve() as url:
        rpc = log_in(url, place)
        assert cards(rpc)["database"] == "bad"
        assert post(rpc, draft) == "database_copied"
        assert states(place, [draft]) == ["draft"]
        reason = "The key is not here"
        key = refusal(lambda: rpc("koban.signing.key", "declare_new_key", reason))
        assert key == "database_copied"
        assert rpc("koban.database", "get_state")["state"] == "undeclared"


def test_copied(place: Place, other: Place) -> None:
    """A copy by createdb -T, its proof copied too, signs nothing, then under its own name only."""
    drafts = work(place)
    place.databases.clone(place.name, other.name, moved=False)
    check_refused(other, drafts[1])
    with other.serve() as url:
        rpc = log_in(url, other)
        groups = [group(rpc, name) for name in ("base.group_user", "account.group_account_invoice")]
        clerk = {"name": "Clerk", "login": "clerk", "password": "clerk"}
        clerk["group_ids"] = [[6, 0, groups]]
        # A change of rights is an event, which needs a signature too.
        assert refusal(lambda: rpc("res.users", "create", [clerk])) == "database_copied"
        rpc("koban.database", "declare_copy", "Trial of the upgrade")
        again = refusal(lambda: rpc("koban.database", "declare_copy", "Once more"))
        assert again == "database_known"
        rpc("res.users", "create", [clerk])
        person = XmlRpc(Server(url, other.name, other.log), "clerk", "clerk")
        asked = refusal(lambda: person("koban.database", "declare_moved", "I say so"))
        assert asked == "access"
        assert cards(rpc)["database"] == "warning"
        assert post(rpc, drafts[1]) == ""
    status, findings = other.verify()
    assert (status, {item["code"] for item in findings}) == (0, {"database_copy"})
    kind, text = json.loads(other.shell.script(PRINT.format(id=drafts[1])).splitlines()[-1])
    assert kind == "pdf"
    assert "TEST" in text
    assert "Copie de la base" in text or "Copy of the database" in text
    with place.serve() as url:
        rpc = log_in(url, place)
        assert post(rpc, drafts[2]) == ""
        assert "database" not in cards(rpc)
    assert place.verify() == (0, [])
    check_apart(place, other)


def check_apart(place: Place, other: Place) -> None:
    """Two databases share the past and nothing of what each signed since."""
    original, copy = place.sql(LINKS), other.sql(LINKS)
    begun = next(rank for rank, link in enumerate(copy) if link[1] == "copied")
    assert original[:begun] == copy[:begun]
    assert not copy[begun][2]
    signed = {link[4:] for link in copy[begun:]}
    assert len(signed) == 1
    assert not signed & {link[4:] for link in original}
    # Both keys are known in the copy, which verifies what the original signed.
    assert len(other.sql("SELECT key_id FROM koban_signing_key")) == 2


@pytest.mark.parametrize("way", ["duplicate", "neutralised", "dump"])
def test_moved(place: Place, other: Place, way: str) -> None:
    """The host's duplicate and a restored dump sign once a manager said that they are the original.

    The files of the proof are not there: the declaration makes a key.
    """
    drafts = work(place)
    if way == "dump":
        restore(place, other.name)
    else:
        options = ["--neutralize"] if way == "neutralised" else []
        assert run(place, "db", "duplicate", *options, place.name, other.name) == 0
    check_refused(other, drafts[1])
    assert declare(other, "--moved") == 1
    assert declare(other, "--moved", "--reason", "The server broke") == 0
    with other.serve() as url:
        rpc = log_in(url, other)
        assert post(rpc, drafts[1]) == ""
        known = refusal(lambda: rpc("koban.database", "declare_moved", "Again"))
        assert known == "database_known"
    assert other.verify() == (0, [])
    links = other.sql(LINKS)
    moved = next(link for link in links if link[1] == "moved")
    before = links[links.index(moved) - 1]
    assert moved[2] == before[3]
    assert (moved[4], moved[5]) != (before[4], before[5])
    [[content]] = other.sql("SELECT content FROM koban_event WHERE kind = 'moved'")
    assert json.loads(content)["reason"] == "The server broke"


def restore(place: Place, name: str) -> None:
    """Restore a dump of a database under another name."""
    connection = place.odoo.connection
    connection.sql(f'CREATE DATABASE "{name}"')
    dump = subprocess.run(
        [connection.binaries / "pg_dump", "-Fc", place.name],
        env=merged(connection.variables), capture_output=True, check=True,
    )  # fmt: skip
    subprocess.run(
        [connection.binaries / "pg_restore", "-d", name],
        env=merged(connection.variables), input=dump.stdout, capture_output=True, check=True,
    )  # fmt: skip


def test_neutralised_in_place(place: Place) -> None:
    """A database that was neutralised where it is asks the same, and its chain goes on."""
    drafts = work(place)
    assert run(place, "neutralize", "-d", place.name) == 0
    check_refused(place, drafts[1])
    assert declare(place, "--moved", "--reason", "Neutralised by mistake") == 0
    with place.serve() as url:
        assert post(log_in(url, place), drafts[1]) == ""
    assert place.verify() == (0, [])


def test_restored_under_its_name(place: Place, other: Place) -> None:
    """An earlier state under the same name says both: it was restored, and links are lost."""
    drafts = work(place)
    place.databases.clone(place.name, other.name, moved=False)
    with place.serve() as url:
        assert post(log_in(url, place), drafts[1]) == ""
    place.databases.drop_without_files(place.name)
    place.databases.sql(f'ALTER DATABASE "{other.name}" RENAME TO "{place.name}"')
    assert place.codes() == {"database_undeclared", "head_lost"}
    with place.serve() as url:
        rpc = log_in(url, place)
        assert post(rpc, drafts[2]) == "database_copied"
        rpc("koban.database", "declare_moved", "The disk broke")
        assert post(rpc, drafts[2]) == ""
    assert "database_undeclared" not in place.codes()


def test_renamed(place: Place, other: Place) -> None:
    """A database that was renamed with its proof is the same one, and goes on."""
    drafts = work(place)
    place.databases.rename(place.name, other.name)
    with other.serve() as url:
        assert post(log_in(url, other), drafts[1]) == ""
    assert other.verify() == (0, [])


def test_forged(place: Place, other: Place) -> None:
    """A declaration typed by SQL lets a copy sign, and the verification tells the first link."""
    drafts = work(place)
    place.databases.clone(place.name, other.name, moved=False)
    with other.serve() as url:
        rpc = log_in(url, other)
        identity = rpc("koban.database", "get_state")["identity"]
        other.sql(
            "INSERT INTO koban_database (identity, name, kind, date) "
            "VALUES (%s, 'x', 'moved', now())",
            identity,
        )
        assert post(rpc, drafts[1]) == ""
    status, findings = other.verify()
    assert status == 1
    assert {item["code"] for item in findings} == {"link_elsewhere"}
    # The declarations wiped: the last links are those of no database that was declared.
    other.sql("ALTER TABLE koban_database DISABLE TRIGGER USER")
    other.sql("DELETE FROM koban_database")
    other.sql("ALTER TABLE koban_database ENABLE TRIGGER USER")
    assert other.codes() == {"link_elsewhere"}


def test_declared_beside_a_server(place: Place, other: Place) -> None:
    """Issue 12, line 9: a server that runs learns what the command declares: its papers say so."""
    work(place)
    place.databases.clone(place.name, other.name, moved=False)
    signals = "SELECT coalesce(max(id), 0) FROM orm_signaling_default"
    [[before]] = other.sql(signals)
    assert declare(other, "--copy", "--reason", "Staging") == 0
    [[after]] = other.sql(signals)
    assert after > before
