"""Draft the invoices of 1,000 contracts for a month: a script on the plain host, the OCA, ours."""

TITLE = "draft the invoices of 1,000 contracts for a month"
CASES = {"3 lines": {}}
SIDES = {"host": {"template": "host"}, "peer": {"template": "peer"}, "koban": {"template": "koban"}}
ROUNDS = 2
MEASURE = "cpu"
GOALS = {"3 lines": 1.0}
LIMITS = {"3 lines": 16}
CONTRACTS = 1000
LINES = 3


def prepare(env):
    """Make the contracts."""
    from contracts import make_side  # noqa: PLC0415

    return make_side(env, CONTRACTS, LINES)


def run(env, side, meter):
    """Measure the drafts of the next month."""
    day = side.next_month()
    with meter(CONTRACTS):
        side.bill(day)
    side.check(day, CONTRACTS)
