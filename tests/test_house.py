"""The checks of the house: each finds what it is for (issue 11)."""

import pytest

from setup import addons, house


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Return a function that makes addons out of files, the only ones that the checks see."""
    monkeypatch.setattr(addons, "ADDONS", tmp_path)
    monkeypatch.setattr(house, "CHECKOUT", tmp_path)
    monkeypatch.setattr(house, "SLICED", {"koban_sliced"})

    def make(name, depends=(), **files):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__manifest__.py").write_text(repr({"depends": list(depends)}))
        for path, text in files.items():
            file = folder / path.replace("__", ".")
            file.write_text(text)

    return make


SLICES = """
class One(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "mixin"]
class Two(models.Model):
    _inherit = "sale.order"
class Other(models.Model):
    _inherit = "sale.order.line"
"""


def test_a_second_class_of_a_model_is_found(build):
    build("koban_whole", slices__py=SLICES)
    build("koban_sliced", slices__py=SLICES)
    [told] = house.one_class()
    assert told.startswith("koban_whole/slices.py:5: another class of sale.order"), told


def test_a_product_file_named_test_is_found(build):
    build("koban_whole", order_in_test__py="", latest__py="", test_mode__xml="")
    told = sorted(house.file_names())
    assert [line.partition(":")[0] for line in told] == [
        "koban_whole/order_in_test.py",
        "koban_whole/test_mode.xml",
    ]


def test_what_is_read_from_above_is_found(build):
    build(
        "koban_low",
        group__xml="",
        code__py="# koban_high\nfrom odoo.addons.koban_high.x import y\n",
    )
    build("koban_high", ["koban_low"], code__py="from odoo.addons.koban_low.x import y\n")
    build("koban_side", ["koban_low"], view__xml='<a groups="koban_low.a,koban_high.group_a"/>')
    assert list(house.nothing_above()) == [
        "koban_low/code.py:2: names koban_high, on which it does not stand",
        "koban_side/view.xml:1: names koban_high, on which it does not stand",
    ]
