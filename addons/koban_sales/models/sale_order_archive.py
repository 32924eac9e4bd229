from odoo import api, models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order"]

    _archive_dates = ("date_order",)
    _archive_totals = ("amount_total",)
    _archive_currency = "currency_id"

    @api.model
    def _get_archive_name(self):
        return "commandes"

    @api.model
    def _get_archive_title(self):
        return "Commandes validées."
