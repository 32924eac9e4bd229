from odoo import api, models


class KobanClosing(models.Model):
    """Orders left to invoice, before a month closes (row 2-60)."""

    _inherit = "koban.closing"

    @api.model
    def _get_closing_findings(self, company, date_from, date_to):
        findings = super()._get_closing_findings(company, date_from, date_to)
        return [*findings, *self._find_orders_to_invoice(company, date_to)]

    @api.model
    def _find_orders_to_invoice(self, company, date_to):
        """Orders of the period, or delivered ones, that no invoice bills in full."""
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
                ("date_order", "<", self._get_day_after(date_to)),
            ]
        )
        message = self.env._(
            "Orders or deliveries left to invoice: their invoices will be dated after the closing."
        )
        return self._prepare_finding("orders_to_invoice", message, orders)
