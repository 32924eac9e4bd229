"""The document models a French company starts with (row 2-32). Data, without records.

Names are translated by :meth:`res.company._create_ready_models`.
"""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

LAYOUTS = [
    ("classic", "Classic"),
    ("plain", "Plain"),
    ("banner", "Banner"),
    ("side", "Side Line"),
    ("boxed", "Boxed"),
]

CLASSIC = _lt("Invoice – Classic")
PLAIN = _lt("Invoice – Plain")
BANNER = _lt("Invoice – Banner")
SIDE = _lt("Invoice – Side Line")
BOXED = _lt("Invoice – Boxed")
CREDIT_NOTE = _lt("Credit Note – Classic")

# Kind, name, values; the first of a kind is its default.
READY_MODELS = [
    ("invoice", CLASSIC, {"layout": "classic"}),
    ("invoice", PLAIN, {"layout": "plain", "show_reference": False}),
    ("invoice", BANNER, {"layout": "banner"}),
    ("invoice", SIDE, {"layout": "side"}),
    ("invoice", BOXED, {"layout": "boxed"}),
    ("credit_note", CREDIT_NOTE, {"layout": "classic", "show_qr_code": False}),
]
