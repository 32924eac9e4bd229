"""Validations with a pool of connections as small as the number of threads (issue 10, line 3)."""

import threading

from conftest import XmlRpc
from place import Place
from test_proof import log_in

THREADS = 3
ROUNDS = 3


def make_draft(rpc: XmlRpc, rank: int) -> int:
    # A customer's first invoice: for the later ones the host itself takes a second connection.
    partner = rpc("res.partner", "create", {"name": f"Customer {rank}"})
    line = {"name": "Work", "quantity": 1, "price_unit": 100.0}
    values = {"move_type": "out_invoice", "partner_id": partner}
    return rpc("account.move", "create", {**values, "invoice_line_ids": [[0, 0, line]]})


def test_pool_as_small_as_the_threads(place: Place) -> None:
    """Nobody who waits for a chain, or holds it, needs a second connection of the pool.

    Validations at the same moment, each followed by a refusal that is recorded after its rollback:
    none fails, and the chain has no gap. The first ones also declare the signing key: once.
    """
    with place.serve(db_maxconn=THREADS) as url:
        clients = [log_in(url, place) for _rank in range(THREADS)]
        drafts = [make_draft(clients[0], rank) for rank in range(THREADS * ROUNDS)]
        run_together(clients, drafts)
        # PostgreSQL ends every session, as a restart does: the reader opens another one.
        place.databases.end_sessions(place.name)
        run_together(clients, [make_draft(clients[0], 100 + rank) for rank in range(THREADS)])
        assert "Connection Pool Is Full" not in place.log.read_text()
        assert "could not serialize" not in place.log.read_text()
    rows = place.sql("SELECT number, kind FROM koban_event WHERE chain = 'main' ORDER BY number")
    assert [number for number, _kind in rows] == list(range(1, len(rows) + 1))
    kinds = [kind for _number, kind in rows]
    assert kinds.count("validation") == kinds.count("refusal") == THREADS * (ROUNDS + 1)
    assert place.sql("SELECT count(*) FROM koban_signing_key") == [(1,)]
    assert place.verify() == (0, [])


def run_together(clients: list[XmlRpc], drafts: list[int]) -> None:
    """Validate the drafts, one of each client at the same moment, and try to change them."""
    barrier = threading.Barrier(len(clients))
    answers: list = []

    def work(rank: int) -> None:
        for draft in drafts[rank :: len(clients)]:
            barrier.wait()
            for method, values in (("action_post", []), ("write", [{"ref": "x"}])):
                try:
                    answers.append(clients[rank]("account.move", method, [draft], *values))
                except Exception as error:  # told below, all together
                    refused = "document_validated" in str(error)
                    answers.append("refused" if refused else str(error)[-300:])

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    unexpected = [answer for answer in answers if answer not in (False, True, "refused")]
    assert not unexpected, unexpected
    assert answers.count("refused") == len(drafts)
