from odoo import api, fields, models
from odoo.fields import Command, Domain


class KobanDocumentModel(models.Model):
    _inherit = "koban.document.model"

    kind = fields.Selection(
        selection_add=[("quote", "Quote"), ("order", "Order")],
        ondelete={"quote": "cascade", "order": "cascade"},
    )

    @api.model
    def _get_kind_reports(self):
        orders = dict.fromkeys(("quote", "order"), "sale.action_report_saleorder")
        return {**super()._get_kind_reports(), **orders}

    def _get_preview_domain(self):
        if self.kind == "quote":
            states = Domain("state", "in", ("draft", "sent")) & Domain("is_order", "=", False)
        elif self.kind == "order":
            states = Domain("state", "=", "sale")
        else:
            return super()._get_preview_domain()
        return states & Domain("company_id", "=", self.company_id.id)

    def _create_preview_sample(self):
        if self.kind not in ("quote", "order"):
            return super()._create_preview_sample()
        product = self.env["product.product"].create({"name": self.env._("Article")})
        return self.env["sale.order"].create(
            {
                "company_id": self.company_id.id,
                "partner_id": self._create_sample_customer().id,
                "is_order": self.kind == "order",
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "name": name,
                            "product_uom_qty": quantity,
                            "price_unit": price,
                        }
                    )
                    for name, quantity, price in self._get_sample_lines()
                ],
            }
        )
