"""The models of quotes and orders a French company starts with. Data, without records."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

QUOTE = {"show_signature": True, "show_support": True, "show_withdrawal": True}
# Kind, name, values, translated values; the first of a kind is its default.
READY_MODELS = [
    ("quote", _lt("Quote"), {**QUOTE, "layout": "classic", "show_photo": True}),
    (
        "quote",
        _lt("Price Proposal"),
        {**QUOTE, "layout": "banner", "show_photo": True, "title": _lt("Price Proposal")},
    ),
    ("order", _lt("Order"), {"layout": "classic"}),
]
