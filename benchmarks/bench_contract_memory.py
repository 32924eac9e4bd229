"""Draft the invoices of ten times as many contracts: memory must not grow with them."""

TITLE = "memory of a billing run, 1,000 contracts against 10,000"
CASES = {"3 lines": {}}
SIDES = {
    "1,000": {"template": "koban", "contracts": 1_000},
    "10,000": {"template": "koban", "contracts": 10_000},
}
ROUNDS = 1
GOALS = {"3 lines": 1.10}
MEASURE = "memory"
LINES = 3


def prepare(env):
    """Make one contract, which is copied once it is known how often."""
    from contracts import make_side  # noqa: PLC0415

    return {"side": make_side(env, 1, LINES)}


def run(env, data, meter, contracts):
    """Bill a month of all contracts, as the scheduled job does: what is done is committed."""
    from copies import copy_contracts  # noqa: PLC0415

    side = data["side"]
    if "made" not in data:
        env.flush_all()
        copy_contracts(env, side.contracts, contracts - 1)
        data["made"] = True
    runs = env["koban.billing.run"]
    billing = runs.browse(runs.create_run(str(side.next_month()))["id"])
    with meter(contracts):
        billing._process(lambda left: env.cr.commit() or True)
    assert billing.invoice_count == contracts, billing.invoice_count
    assert not billing.failure_count
