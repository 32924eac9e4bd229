"""The proof against crashes, lost keys and restored databases (issue 4; rows 2-52, 2-53)."""

import json
import subprocess
import threading
import xmlrpc.client

import pytest
from business import make_masters
from calls import refusal
from conftest import Server, XmlRpc
from place import Place

from setup.process import merged

# The lock of a chain, as koban_seal takes it (tools/signing.py).
LOCK_SPACE = 286_289


def make_drafts(rpc: XmlRpc, count: int, fictitious: int = 0) -> list[int]:
    masters = make_masters(rpc)
    line = {"product_id": masters.service, "quantity": 2, "price_unit": 100.0}
    values = {
        "move_type": "out_invoice",
        "partner_id": masters.customer,
        "invoice_line_ids": [[0, 0, line]],
    }
    marked = {**values, "is_test": True}
    return rpc("account.move", "create", [values] * count + [marked] * fictitious)


def log_in(url: str, place: Place) -> XmlRpc:
    return XmlRpc(Server(url, place.name, place.log), "admin", "admin")


def states(place: Place, ids: list[int]) -> list[str]:
    rows = place.sql("SELECT state FROM account_move WHERE id = ANY(%s) ORDER BY id", ids)
    return [state for (state,) in rows]


def test_refusals_and_races(place) -> None:
    """2-53: refusals outlive their rollback; many people at once make one unbroken chain."""
    with place.serve() as url:
        rpc = log_in(url, place)
        drafts = make_drafts(rpc, 24)
        clients = [log_in(url, place) for _rank in range(4)]

        def post(rank):
            rpc = clients[rank]
            for draft in drafts[rank::4]:
                rpc("account.move", "action_post", [draft])
                with pytest.raises(xmlrpc.client.Fault, match="document_validated"):
                    rpc("account.move", "write", [draft], {"ref": "x"})

        threads = [threading.Thread(target=post, args=(rank,)) for rank in range(4)]
        for thread in threads:
            thread.start()
        answer = rpc("koban.verification", "verify")[0]
        for thread in threads:
            thread.join()
        assert answer["state"] == "holds", answer["findings"]
        assert states(place, drafts) == ["posted"] * 24
    kinds = place.sql("SELECT kind, count(*) FROM koban_event WHERE chain = 'main' GROUP BY kind")
    assert dict(kinds)["validation"] == 24
    assert dict(kinds)["refusal"] == 24
    numbers = place.sql("SELECT number FROM koban_event WHERE chain = 'main' ORDER BY number")
    assert [number for (number,) in numbers] == list(range(1, len(numbers) + 1))
    assert place.verify() == (0, [])
    check_command(place)


def check_command(place: Place) -> None:
    """The command in a process of its own, as an administrator runs it."""
    command = place.odoo.command("koban_verify", "-d", place.name, "--log-level=critical")
    done = subprocess.run(
        [str(part) for part in command],
        env=merged(place.odoo.variables()),
        capture_output=True,
        text=True,
        check=True,
    )
    assert [json.loads(line)["state"] for line in done.stdout.splitlines()] == ["holds"]


def test_fictitious_and_real_at_once(place) -> None:
    """2-62: TEST documents validated meanwhile take no number, and leave no gap in the others."""
    with place.serve() as url:
        rpc = log_in(url, place)
        drafts = make_drafts(rpc, 12, fictitious=12)
        real, fictitious = drafts[:12], drafts[12:]
        parts = (real[::2], fictitious[::2], real[1::2], fictitious[1::2])

        def post(client, drafts):
            for draft in drafts:
                client("account.move", "action_post", [draft])

        threads = [threading.Thread(target=post, args=(log_in(url, place), ids)) for ids in parts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    rows = place.sql("SELECT sequence_number FROM account_move WHERE id = ANY(%s)", real)
    numbers = sorted(number for (number,) in rows)
    assert numbers == list(range(numbers[0], numbers[0] + 12))
    names = place.sql("SELECT DISTINCT name FROM account_move WHERE id = ANY(%s)", fictitious)
    assert {name or "/" for (name,) in names} == {"/"}
    chains = place.sql(
        "SELECT chain, count(*) FROM koban_event WHERE kind = 'validation' GROUP BY 1"
    )
    assert dict(chains) == {"main": 12, "test": 12}
    assert place.verify() == (0, [])


def test_killed_between_posting_and_sealing(place) -> None:
    """A server killed when an invoice is posted and not sealed yet leaves a plain draft."""
    with place.serve() as url:
        rpc = log_in(url, place)
        first, draft = make_drafts(rpc, 2)
        rpc("account.move", "action_post", [first])
        company = place.sql("SELECT company_id FROM account_move WHERE id = %s", draft)[0][0]
        holder = place.connect()
        holder.cursor().execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_SPACE, company * 2))
        thread = threading.Thread(target=post_and_be_cut, args=(rpc, draft))
        thread.start()
        wait_for_lock(place)
        place.shell.server.kill()
        thread.join()
        holder.close()
    assert states(place, [first, draft]) == ["posted", "draft"]
    assert place.verify() == (0, [])
    with place.serve() as url:
        log_in(url, place)("account.move", "action_post", [draft])
    assert place.verify() == (0, [])


def post_and_be_cut(rpc, draft):
    with pytest.raises((OSError, xmlrpc.client.Error)):
        rpc("account.move", "action_post", [draft])


def wait_for_lock(place):
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    while not place.sql(waiting)[0][0]:
        pass


def test_keys(place) -> None:
    """Without its key file, or with another one, nothing is validated and nothing is lost."""
    with place.serve() as url:
        rpc = log_in(url, place)
        drafts = make_drafts(rpc, 4)

        def post(draft):
            return refusal(lambda: rpc("account.move", "action_post", [draft]))

        assert post(drafts[0]) == ""
        path = place.proof / "signing_key.pem"
        assert path.stat().st_mode & 0o777 == 0o600
        pem = path.read_bytes()
        for broken in (None, b"no key"):
            path.unlink()
            if broken:
                path.write_bytes(broken)
            assert post(drafts[1]) == "signing_key"
            assert states(place, drafts) == ["posted", "draft", "draft", "draft"]
            path.write_bytes(pem)
        assert post(drafts[1]) == ""
        path.unlink()
        path.with_name("other").unlink(missing_ok=True)
        # A refusal that cannot be recorded is told as it is, and holds no connection.
        before = count_connections(place)
        for _rank in range(8):
            refused = refusal(lambda: rpc("account.move", "write", [drafts[0]], {"ref": "x"}))
            assert refused == "document_validated"
        assert count_connections(place) <= before + 1
        assert "key_file_missing" in place.codes()
        # A new key is declared: both sign their part of the chain.
        assert (
            refusal(lambda: rpc("koban.signing.key", "declare_new_key", "")) == "signing_key_reason"
        )
        rpc("koban.signing.key", "declare_new_key", "Lost with the disk")
        assert post(drafts[2]) == ""
        assert place.verify() == (0, [])
        new = path.read_bytes()
        path.write_bytes(pem)
        assert post(drafts[3]) == "signing_key"
        assert "key_file_other" in place.codes()
        path.write_bytes(new)
        assert place.verify() == (0, [])


def count_connections(place: Place) -> int:
    counted = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    return place.sql(counted, place.name)[0][0]


def test_restored_and_altered(place) -> None:
    """A database restored to an earlier state is told, and so is a change by SQL."""
    earlier = f"{place.name}_earlier"
    try:
        with place.serve() as url:
            rpc = log_in(url, place)
            drafts = make_drafts(rpc, 3)
            rpc("account.move", "action_post", drafts[:1])
        place.databases.clone(place.name, earlier, moved=False)
        with place.serve() as url:
            log_in(url, place)("account.move", "action_post", drafts[1:2])
        assert place.verify() == (0, [])
        # The database alone comes back: its proof is not in the backup.
        place.databases.drop_without_files(place.name)
        place.databases.sql(f'ALTER DATABASE "{earlier}" RENAME TO "{place.name}"')
        status, findings = place.verify()
        assert status == 1
        assert {finding["code"] for finding in findings} == {"database_undeclared", "head_lost"}
        with place.serve() as url:
            rpc = log_in(url, place)
            rpc("koban.database", "declare_moved", "The disk broke")
            rpc("account.move", "action_post", drafts[2:])
        assert {"head_altered", "head_lost"} & place.codes()
        place.sql("UPDATE account_move SET amount_total = 1 WHERE id = %s", drafts[0])
        altered = [item for item in place.verify()[1] if item["code"] == "document_altered"]
        assert [(item["model"], item["id"], item["field"], item["found"]) for item in altered] == [
            ("account.move", drafts[0], "amount_total", "1")
        ]
        # Every link wiped and the guard put off: the company is still verified.
        place.sql("ALTER TABLE koban_event DISABLE TRIGGER USER")
        place.sql("DELETE FROM koban_event")
        place.sql("UPDATE res_company SET document_guard = false")
        assert "head_lost" in place.codes()
    finally:
        place.databases.drop(earlier)


def explain(rpc: XmlRpc, reason: str) -> dict:
    """Explain what the last verification found, as a manager does."""
    [last] = rpc("koban.verification", "search", [], 0, 1)
    return rpc("koban.verification", "acknowledge", [last], reason)


def test_restored_and_explained(place) -> None:
    """Issue 12, line 10: once a restore is explained all is green; what is altered then is told."""
    earlier = f"{place.name}_earlier"
    try:
        with place.serve() as url:
            rpc = log_in(url, place)
            drafts = make_drafts(rpc, 4)
            rpc("account.move", "action_post", drafts[:1])
        place.databases.clone(place.name, earlier, moved=False)
        with place.serve() as url:
            log_in(url, place)("account.move", "action_post", drafts[1:2])
        place.databases.drop_without_files(place.name)
        place.databases.sql(f'ALTER DATABASE "{earlier}" RENAME TO "{place.name}"')
        status, findings = place.verify()
        lost = [item for item in findings if item["code"] == "head_lost"]
        assert (status, len(lost)) == (1, len(findings) - 1)
        with place.serve() as url:
            rpc = log_in(url, place)
            rpc("koban.database", "declare_moved", "The disk broke")
            with pytest.raises(xmlrpc.client.Fault, match="acknowledgement_reason"):
                explain(rpc, " ")
            answer = explain(rpc, "The disk broke: Monday's backup was restored")
            assert answer["heads"] == len(lost)
        assert place.verify() == (0, [])
        # The chain goes on where the lost links were.
        with place.serve() as url:
            log_in(url, place)("account.move", "action_post", drafts[2:])
        assert place.verify() == (0, [])
        place.sql("UPDATE account_move SET amount_total = 1 WHERE id = %s", drafts[2])
        assert place.verify()[0] == 1
        with (
            place.serve() as url,
            pytest.raises(xmlrpc.client.Fault, match="acknowledgement_none"),
        ):
            explain(log_in(url, place), "It was nothing")
        assert place.codes() == {"document_altered"}
    finally:
        place.databases.drop(earlier)


def test_made_anew(place) -> None:
    """Issue 12, line 10: the heads of another database of the same name are explained."""
    lines = [{"company": 1, "chain": "main", "number": 1, "hash": "aa"}]
    with place.serve() as url:
        rpc = log_in(url, place)
        # Of a country that no localization is installed for.
        country = rpc("res.country", "search", [("code", "=", "AQ")])[0]
        values = {"country_id": country, "account_fiscal_country_id": country}
        [abroad] = rpc("res.company", "create", [{"name": "Base", **values}])
        rpc("account.move", "action_post", make_drafts(rpc, 1))
        lines.append({"company": abroad, "chain": "main", "number": 2, "hash": "bb"})
        path = place.proof / "heads.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines) + path.read_text())
    status, findings = place.verify()
    assert (status, {item["code"] for item in findings}) == (1, {"head_lost", "head_altered"})
    with place.serve() as url:
        rpc = log_in(url, place)
        for found in rpc("koban.verification", "search", [("state", "=", "broken")]):
            rpc("koban.verification", "acknowledge", [found], "The trial was dropped")
    assert place.verify() == (0, [])
    # Of the other company nothing was ever sealed: it is in no verification any more.
    check_command(place)


def test_heads_file(place) -> None:
    """The file of heads lost or damaged is told; the last head missing is a warning only."""
    with place.serve() as url:
        rpc = log_in(url, place)
        *drafts, later = make_drafts(rpc, 3)
        for draft in drafts:
            rpc("account.move", "action_post", [draft])
    path = place.proof / "heads.jsonl"
    text = path.read_text()
    assert place.verify() == (0, [])
    text = path.read_text()
    path.write_text("".join(text.splitlines(keepends=True)[:1]))
    status, findings = place.verify()
    assert (status, {item["severity"] for item in findings}) == (0, {"warning"})
    path.write_text("no head\n" + text)
    assert "heads_damaged" in place.codes()
    path.unlink()
    # Issue 12, line 10: no later event begins the file anew; who explains that it is gone does.
    with place.serve() as url:
        log_in(url, place)("account.move", "action_post", [later])
    assert not path.exists()
    assert "heads_missing" in place.codes()
    assert not path.exists()
    with place.serve() as url:
        explain(log_in(url, place), "The disk of the proof broke")
    assert path.exists()
    assert place.verify() == (0, [])


def forge_link(place: Place, **values: object) -> None:
    """Add a link to the end of the main chain by SQL, which no trigger forbids."""
    names = (
        "company_id, chain, number, date, kind, user_id, user_name, res_model, res_id, res_name, "
        "content, notes, algorithm, previous_hash, hash, signature, key_id, database"
    )
    row = {"number": "number + 1", "kind": "'parameter'", **values}
    chosen = ", ".join(str(row.get(name, name)) for name in names.split(", "))
    place.sql(
        f"INSERT INTO koban_event ({names}) SELECT {chosen} FROM koban_event "
        "WHERE chain = 'main' ORDER BY number DESC LIMIT 1"
    )


def test_forged_ends(place) -> None:
    """Issue 12, line 7: one INSERT at the end of a chain silences no verification."""
    with place.serve() as url:
        drafts = make_drafts(log_in(url, place), 3)
        log_in(url, place)("account.move", "action_post", drafts[:1])
    forge_link(place, date="'2099-01-01'")
    assert "link_altered" in place.codes()
    assert place.sql("SELECT count(*) FROM koban_verification WHERE state = 'broken'") == [(1,)]
    assert place.sql("SELECT count(*) FROM mail_activity WHERE res_model = 'koban.verification'")[
        0
    ][0]
    with place.serve() as url:
        rpc = log_in(url, place)
        back = refusal(lambda: rpc("account.move", "action_post", drafts[1:2]))
        assert back == "clock_back"
        rpc("koban.clock.declare", "declare_clock", "A link dated in the future, by SQL")
        rpc("account.move", "action_post", drafts[1:2])
    assert "link_altered" in place.codes()
    forge_link(place, number="2147483647")
    assert {"link_altered", "link_missing"} <= place.codes()
    with place.serve() as url:
        rpc = log_in(url, place)
        end = refusal(lambda: rpc("account.move", "action_post", drafts[2:]))
        assert end == "journal_end"
