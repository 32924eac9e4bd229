"""A history written anew with the key and the heads in hand (issue 12, line 12)."""

from datetime import date, timedelta

from business import make_masters
from place import Place
from test_proof import log_in

# What an administrator of the server can do, who has the files of the proof too.
WRITE_ANEW = """
import json, pathlib
from odoo.addons.koban_seal.tests.attacker import write_anew

env.cr.execute("UPDATE account_move SET invoice_origin = 'x' WHERE id = {id}")
old = '"move_type":"out_invoice"'
new = '"invoice_origin":"x",' + old
write_anew(env, env["res.company"].browse({company}), old, new)
path = pathlib.Path({heads!r})
lines = [json.loads(line) for line in path.read_text().splitlines()]
for line in lines:
    env.cr.execute(
        "SELECT hash FROM koban_event WHERE company_id = %s AND chain = %s AND number = %s",
        (line["company"], line["chain"], line["number"]),
    )
    line["hash"] = env.cr.fetchone()[0]
path.write_text("".join(json.dumps(line) + chr(10) for line in lines))
env.cr.commit()
"""


def test_written_anew(place: Place) -> None:
    """It is intact for a verification without a code, and altered for one with the code."""
    day = (date.today().replace(day=1) - timedelta(days=1)).replace(day=10)
    with place.serve() as url:
        rpc = log_in(url, place)
        masters = make_masters(rpc)
        line = {"product_id": masters.service, "quantity": 2, "price_unit": 100.0}
        values = {
            "move_type": "out_invoice",
            "partner_id": masters.customer,
            "invoice_date": day.isoformat(),
            "invoice_line_ids": [[0, 0, line]],
        }
        [sold] = rpc("account.move", "create", [values])
        rpc("account.move", "action_post", [sold])
        made = rpc("koban.closing", "close_month")
        [closing] = rpc("koban.closing", "read", [made["closing_id"]], ["code"])
        code = closing["code"]
        [answer] = rpc("koban.verification", "verify", False, [code])
        assert (answer["state"], answer["findings"]) == ("holds", [])
    script = WRITE_ANEW.format(
        id=sold, company=answer["company_id"], heads=str(place.proof / "heads.jsonl")
    )
    place.shell.script(script)
    assert place.verify() == (0, [])
    with place.serve() as url:
        rpc = log_in(url, place)
        [answer] = rpc("koban.verification", "verify", False, [code])
        assert answer["state"] == "broken"
        [found] = answer["findings"]
        assert (found["code"], found["label"]) == ("witness_altered", code)
        # Nor does the closing print the code that the accountant has.
        [closing] = rpc("koban.closing", "read", [made["closing_id"]], ["code"])
        assert closing["code"] != code
