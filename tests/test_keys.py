"""The file of the signing key against rollbacks and crashes (issue 10, line 3)."""

import json
from pathlib import Path

from place import Place

# Run in one shell. A crash is real: a child process that ends at once, with what it had open.
STEPS = """
import json, os, pathlib
from unittest.mock import patch
from odoo import api, sql_db
from odoo.addons.koban_seal.tools import keys, signing

registry, folder = env.registry, pathlib.Path({folder!r})
told = {{}}

def post(env):
    partner = env["res.partner"].create({{"name": "Customer"}})
    line = (0, 0, {{"name": "Work", "price_unit": 100.0}})
    values = {{"move_type": "out_invoice", "partner_id": partner.id, "invoice_line_ids": [line]}}
    env["account.move"].create(values).action_post()

def declare(env):
    env["koban.signing.key"].declare_new_key("Tried")

def attempt(work, end):
    with registry.cursor() as cr:
        work(api.Environment(cr, 1, {{}}))
        cr.flush()
        getattr(cr, end)()

def crash(work, end):
    child = os.fork()
    if not child:
        sql_db._Pool = None  # the connections are the parent's
        with patch.object(keys, "settle", lambda *args: os._exit(7)):
            attempt(work, end)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7

def tell(step):
    with registry.cursor() as cr:
        cr.execute("SELECT key_id FROM koban_signing_key ORDER BY id")
        declared = [key_id for (key_id,) in cr.fetchall()]
    files = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    place = keys.load(env.cr.dbname).key_id if "signing_key.pem" in files else ""
    waiting = [name for name in files if ".new-" in name]
    aside = len([name for name in files if name.startswith("signing_key.pem.2")])
    told[step] = [declared.index(place) if place in declared else place, len(declared),
                  len(waiting), aside]

env.cr.rollback()
attempt(post, "rollback")
tell("first rolled back")
crash(post, "commit")
tell("first crashed after the commit")
attempt(post, "commit")
tell("first found again")
attempt(declare, "rollback")
tell("declaration rolled back")
crash(declare, "commit")
tell("declaration crashed after the commit")
attempt(post, "commit")
tell("declaration found again")
attempt(declare, "commit")
tell("declaration")
with registry.cursor() as cr:
    inside = api.Environment(cr, 1, {{}})
    savepoint = cr.savepoint()
    declare(inside)
    savepoint.close(rollback=True)
    post(inside)
tell("declaration rolled back to a savepoint")
print(json.dumps(told))
"""


def test_file_and_table_agree(place: Place) -> None:
    """The key file changes with the transaction that declares its key, never before it.

    Told after each step: which declared key the file holds (the rank, or nothing), how many are
    declared, how many wait beside, how many were set aside. A rollback changes neither; what a
    crash left between the commit and the move is found by the next validation.
    """
    script = STEPS.format(folder=str(Path(place.proof)))
    told = json.loads(place.shell.script(script).strip().splitlines()[-1])
    assert told == {
        "first rolled back": ["", 0, 0, 0],
        "first crashed after the commit": ["", 1, 1, 0],
        "first found again": [0, 1, 0, 0],
        "declaration rolled back": [0, 1, 0, 0],
        "declaration crashed after the commit": [0, 2, 1, 0],
        "declaration found again": [1, 2, 0, 1],
        "declaration": [2, 3, 0, 2],
        "declaration rolled back to a savepoint": [2, 3, 0, 2],
    }
    assert (place.proof / "signing_key.pem").stat().st_mode & 0o777 == 0o600
    assert place.verify() == (0, [])
