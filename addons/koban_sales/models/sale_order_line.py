from datetime import timedelta

from odoo import api, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["koban.document.line.mixin", "sale.order.line"]

    _document_field = "order_id"

    @api.model
    def _get_editable_fields(self):
        # What was delivered of a service is follow-up, not content of the order.
        return super()._get_editable_fields() | {"qty_delivered"}

    @api.model
    def _get_technical_fields(self):
        """Project and task the host creates for a sold service, at and after validation."""
        return super()._get_technical_fields() | {"project_id", "task_id"}

    def _expected_date(self):
        # The order keeps its own date, which may be long before it was validated.
        if validation_date := self.order_id.validation_date:
            return validation_date + timedelta(days=self.customer_lead or 0.0)
        return super()._expected_date()
