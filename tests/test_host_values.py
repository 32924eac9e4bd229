"""The host's values are the host's: what documents hold with the addons and without (issue 10)."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from setup.database import Databases
from setup.odoo import Odoo
from setup.template import Templates

SCENARIO = Path(__file__).with_name("host_values_scenario.py")
# Orders are numbered at their confirmation, in a series of the company: the rank stays.
ORDER_NUMBER = re.compile(r"\bCDE-\d{4}-(\d{5})\b")
# What differs and is meant to: by model and field, the host's value and ours of each row.
MEANT = {
    # The invoice of a down payment was validated before the goods left: it goes on saying so,
    # where the host gives it the day of the delivery afterwards.
    ("account.move", "delivery_date"): [("today", "")],
}


def run(odoo: Odoo, side: str, template: str) -> dict[str, dict]:
    """Return the stored values by row, after the scenario on a copy of a template."""
    databases = Databases(odoo)
    name = databases.scratch(f"values_{side}")
    databases.clone(template, name)
    try:
        text = odoo.script(name, SCENARIO.read_text()).strip().splitlines()[-1]
    finally:
        databases.drop(name)
    return dict(json.loads(ORDER_NUMBER.sub(r"S\1", text)))


@pytest.fixture(scope="module")
def sides(odoo) -> tuple[dict, dict]:
    """The rows of the plain host and those of the host with the addons."""
    templates = Templates(odoo)
    names = templates.host(), templates.koban()
    with ThreadPoolExecutor() as pool:
        host, koban = pool.map(run, (odoo, odoo), ("host", "koban"), names)
    return host, koban


def test_same_rows(sides):
    """The addons make no row of the host's models, and leave none out."""
    host, koban = sides
    assert list(host) == list(koban)
    # Each of the listed models is met.
    assert len({row.partition("#")[0] for row in host}) == 11


def test_same_values(sides):
    """Every stored field of the host holds what the plain host would have written."""
    host, koban = sides
    different = {}
    for row, values in host.items():
        for name, value in values.items():
            if koban[row][name] != value:
                model = row.partition("#")[0]
                different.setdefault((model, name), []).append((value, koban[row][name]))
    assert different == MEANT
