from odoo import api, models
from odoo.tools import SQL


class KobanSample(models.Model):
    """The mixin stands before the document, as a trade that is sealed does."""

    _name = "koban.sample"
    _inherit = ["koban.sealed.mixin", "koban.sample"]

    _sealed_fields = ("company_id", "name", "state", "partner_id", "total")
    _sealed_line_model = "koban.sample.line"
    _sealed_line_field = "sample_id"
    _sealed_line_fields = ("name", "price")
    _sealed_follow_up = {
        "city": "where the customer is today",
        "former_id": "which one this one stands for",
        "is_held": "a mark of the tests",
        "trail": "what a foreign addon saw",
        "user_id": "stays editable: each change is an event",
    }

    @api.model
    def _get_validated_condition(self):
        return SQL("d.state IN ('done', 'cancel')")
