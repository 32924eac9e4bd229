"""Renew 300 contracts of a line for a year: the OCA, which leaves the price; ours, by an index."""

TITLE = "renew 300 contracts of a line, ours by an index"
CASES = {"1 line": {}}
SIDES = {"peer": {"template": "renewal_peer"}, "koban": {"template": "koban"}}
ROUNDS = 5
MEASURE = "cpu"
GOALS = {}
LIMITS = {"1 line": 6}
CONTRACTS = 300
# Each round renews the next year; all of them are past, so all are due.
TERMS = {
    "date_start": "2014-01-01",
    "date_end": "2014-12-31",
    "is_auto_renew": True,
    "auto_renew_interval": 1,
    "auto_renew_rule_type": "yearly",
}


def prepare(env):
    """Make the contracts, from 2014 on."""
    from contracts import make_side  # noqa: PLC0415

    return make_side(env, CONTRACTS, 1, **TERMS)


def run(env, side, meter):
    """Measure the renewal of all of them."""
    before = side.ends()
    with meter(CONTRACTS):
        side.renew()
    after = side.ends()
    assert len(after) == CONTRACTS, len(after)
    assert {end.year for end in after} == {before[0].year + 1}, set(after)
