"""The document models a French company starts with (row 2-32). Data, without records.

Source strings are translated by :meth:`res.company._create_ready_models`.
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

# Kind, name, values; the first of a kind is its default.
READY_MODELS = [
    ("invoice", _lt("Invoice – Classic"), {"layout": "classic"}),
    ("invoice", _lt("Invoice – Plain"), {"layout": "plain", "show_reference": False}),
    ("invoice", _lt("Invoice – Banner"), {"layout": "banner"}),
    ("invoice", _lt("Invoice – Side Line"), {"layout": "side"}),
    ("invoice", _lt("Invoice – Boxed"), {"layout": "boxed"}),
    ("credit_note", _lt("Credit Note"), {"layout": "classic", "show_qr_code": False}),
]
