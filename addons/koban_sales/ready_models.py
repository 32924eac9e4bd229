"""The models of quotes and orders a French company starts with. Data, without records."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

QUOTE = _lt("Quote – Classic")
PROPOSAL = _lt("Price Proposal")
ORDER = _lt("Order – Classic")

AGREEMENT = {
    "show_signature": True,
    "show_support": True,
    "show_withdrawal": True,
    "show_photo": True,
}
# Kind, name, values; the first of a kind is its default.
READY_MODELS = [
    ("quote", QUOTE, {**AGREEMENT, "layout": "classic"}),
    ("quote", PROPOSAL, {**AGREEMENT, "layout": "banner", "title": PROPOSAL}),
    ("order", ORDER, {"layout": "classic"}),
]
