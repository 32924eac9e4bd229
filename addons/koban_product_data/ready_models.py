"""The document model of article sheets that a French company starts with. Data."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

READY_MODELS = [("article", _lt("Article Sheet – Classic"), {"layout": "classic"})]
