"""Draft and post the invoices of 100 contracts for a month: the plain host, the OCA, ours."""

TITLE = "draft and post the invoices of 100 contracts for a month"
CASES = {"3 lines": {}}
SIDES = {"host": {"template": "host"}, "peer": {"template": "peer"}, "koban": {"template": "koban"}}
ROUNDS = 3
MEASURE = "cpu"
GOALS = {}
LIMITS = {"3 lines": 31}
CONTRACTS = 100
LINES = 3


def prepare(env):
    """Make the contracts."""
    from contracts import make_side  # noqa: PLC0415

    return make_side(env, CONTRACTS, LINES)


def run(env, side, meter):
    """Measure a month, posted in one go."""
    day = side.next_month()
    with meter(CONTRACTS):
        side.bill(day)
        side.billed(day).action_post()
    side.check(day, CONTRACTS)
