from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError

from .product_template import INTERNAL


class SaleOrder(models.Model):
    """Orders whose lines are below the minimum price of their articles (row 4-29)."""

    _inherit = "sale.order"

    koban_minimum_warning = fields.Text(compute="_compute_koban_minimum_warning", groups=INTERNAL)

    @api.depends(
        "order_line.price_reduce_taxinc", "order_line.product_id", "order_line.product_uom_id"
    )
    def _compute_koban_minimum_warning(self):
        for order in self:
            below = order._get_below_minimum()
            order.koban_minimum_warning = below._describe_below_minimum() if below else False

    @api.onchange("partner_id", "date_order")
    def _onchange_koban_conditions(self):
        # Conditions are those of the customer and of the day: offer to take them, as for a list.
        if self.order_line and self.state in ("draft", "sent"):
            self.show_update_pricelist = True

    def _get_below_minimum(self):
        if self.company_id.koban_minimum_rule == "none":
            return self.order_line.browse()
        return self.order_line.filtered(
            lambda line: line.koban_below_minimum and not line._is_price_agreed()
        )

    def _validate_check(self, run):
        super()._validate_check(run)
        # A minimum may have been raised since, or refused only now.
        if self.env.user.has_group("koban_price.group_below_minimum"):
            return
        for order in self.filtered(lambda one: one.company_id.koban_minimum_rule == "block"):
            if below := order._get_below_minimum():
                raise DocumentError(
                    below._describe_below_minimum(),
                    "order_below_minimum",
                    model=self._name,
                    ids=order.ids,
                )
