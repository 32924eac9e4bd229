"""Renew 300 contracts of a line for a year; ours revises the price by an index, the OCA does not."""

TITLE = "renew 300 contracts, ours with an index"
CASES = {"1 line": {}}
SIDES = {"peer": {"template": "renewal_peer"}, "koban": {"template": "koban"}}
ROUNDS = 5
MEASURE = "cpu"
GOALS = {"1 line": 1.0}
LIMITS = {"1 line": 6}
CONTRACTS = 300
# Of the peer's lines: each round renews the next year, the last one is still in the past.
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
