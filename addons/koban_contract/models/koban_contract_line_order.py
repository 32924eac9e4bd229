from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking


class KobanContractLine(models.Model):
    """The line of an order that a line of a contract bills instead of it."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The line of the order, which the contract bills instead of it.",
    )

    # The database holds it: two people at once would bill the line twice.
    _sale_line_unique = models.UniqueIndex(
        "(sale_line_id) WHERE sale_line_id IS NOT NULL",
        "A line of an order is in one contract only.",
    )

    @api.constrains("sale_line_id", "contract_id")
    def _check_sale_line(self):
        for line in self.filtered("sale_line_id"):
            if line.sale_line_id.order_id != line.contract_id.sale_order_id:
                raise ConstraintError(
                    speaking(self.env)._(
                        "“%s” is a line of another order than the one of its contract.", line.name
                    ),
                    "contract_order_line",
                    model=self._name,
                    ids=line.ids,
                )
