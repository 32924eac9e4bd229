"""Draft the invoices of 300 contracts for a month, one of them broken."""

TITLE = "draft the invoices of 300 contracts, one of them broken"
CASES = {"3 lines": {}}
SIDES = {
    "300 good": {"template": "koban", "broken": 0},
    "1 broken": {"template": "koban", "broken": 1},
}
ROUNDS = 3
MEASURE = "cpu"
GOALS = {"3 lines": 1.2}
CONTRACTS = 300
LINES = 3


def prepare(env):
    """Make the contracts."""
    from contracts import make_side  # noqa: PLC0415

    return make_side(env, CONTRACTS, LINES)


def run(env, side, meter, broken):
    """Measure the drafts of the next month; what is broken makes none."""
    day = side.next_month()
    if broken:
        side.break_one()
    with meter(CONTRACTS):
        side.bill(day)
    side.check(day, CONTRACTS - broken)
