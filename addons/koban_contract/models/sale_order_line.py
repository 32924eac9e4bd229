from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """A line that a contract bills is not billed by its order (rows 0-07, 1-09)."""

    _inherit = "sale.order.line"

    contract_line_ids = fields.One2many(
        "koban.contract.line", "sale_line_id", string="Contract Lines", readonly=True, copy=False
    )
    is_in_contract = fields.Boolean(
        compute="_compute_is_in_contract",
        compute_sudo=True,  # whoever invoices the order, whatever he may read of contracts
        help="The line was moved to a contract, which bills it instead of the order.",
    )

    @api.depends("contract_line_ids.contract_id.state")
    def _compute_is_in_contract(self):
        for line in self:
            live = line.contract_line_ids.filtered(lambda own: own.contract_id.state != "cancel")
            line.is_in_contract = bool(live)

    def _can_join_contract(self) -> bool:
        """Whether a contract may still take the line."""
        self.ensure_one()
        return (
            self.state == "sale"
            and not self.display_type
            and not self.is_downpayment
            and not self.combo_item_id
            and self.product_id.type != "combo"
            and not self.is_in_contract
            and not self.qty_invoiced
        )

    def _prepare_contract_line(self) -> dict:
        """Return the values of the line of a contract that bills this one, for each period."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.product_uom_qty,
            "product_uom_id": self.product_uom_id.id,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "tax_ids": [fields.Command.set(self.tax_ids.ids)],
            "analytic_distribution": self.analytic_distribution,
            "sale_line_id": self.id,
        }

    # ------------------------------------------------------------------
    # Invoicing of the order
    # ------------------------------------------------------------------
    @api.depends("is_in_contract")
    def _compute_qty_to_invoice(self):
        super()._compute_qty_to_invoice()
        self.filtered("is_in_contract").qty_to_invoice = 0.0

    @api.depends("is_in_contract")
    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        # Nothing of it is left to invoice by the order.
        moved = self.filtered(lambda line: line.is_in_contract and line.state == "sale")
        moved.invoice_status = "invoiced"

    @api.depends("is_in_contract")
    def _compute_untaxed_amount_to_invoice(self):
        super()._compute_untaxed_amount_to_invoice()
        self.filtered("is_in_contract").untaxed_amount_to_invoice = 0.0

    @api.depends("is_in_contract")
    def _compute_amount_to_invoice(self):
        super()._compute_amount_to_invoice()
        self.filtered("is_in_contract").amount_to_invoice = 0.0

    @api.depends("is_in_contract")
    def _compute_amount_to_invoice_at_date(self):
        super()._compute_amount_to_invoice_at_date()
        self.filtered("is_in_contract").amount_to_invoice_at_date = 0.0
