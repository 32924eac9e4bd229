"""The model of contracts that a French company starts with. Data, without records."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

CONTRACT = _lt("Contract – Classic")

# Kind, name, values; the first of a kind is its default.
READY_MODELS = [
    (
        "contract",
        CONTRACT,
        {"layout": "classic", "show_signature": True, "show_bank": False},
    ),
]
