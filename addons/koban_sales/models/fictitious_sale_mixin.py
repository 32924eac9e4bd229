from odoo import models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public


class FictitiousSaleMixin(models.AbstractModel):
    """A sale order that may be fictitious: nobody signs or pays it, its invoice is TEST (row 2-62).

    Validated in TEST, it stays a quote for the host.
    """

    _name = "koban.test.sale.mixin"
    _inherit = ["koban.test.order.mixin"]
    _description = "Sale order that may be fictitious"

    # ---- Validation ----
    def _validate_in_test(self, **values):
        for orders in self.grouped("company_id").values():
            bank = orders[0]._get_company_bank()
            super(FictitiousSaleMixin, orders)._validate_in_test(
                is_order=True, koban_bank_id=bank.id, **values
            )

    def _action_confirm(self):
        for order in self.filtered("is_test"):
            order._raise_test_error()
        return super()._action_confirm()

    # A signature or a payment would be real.
    def _has_to_be_signed(self):
        return not self.is_test and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return not self.is_test and super()._has_to_be_paid()

    # ---- Invoicing ----
    def _create_invoices(self, grouped=False, final=False, date=None):
        in_test = self.filtered("is_test")
        others = self - in_test
        others._check_real_allowed()
        if not in_test:
            return super()._create_invoices(grouped=grouped, final=final, date=date)
        invoices = in_test._create_test_invoices()
        if others:
            invoices += super(FictitiousSaleMixin, others)._create_invoices(
                grouped=grouped, final=final, date=date
            )
        return invoices

    def _create_test_invoices(self):
        """Create one TEST invoice for each TEST order, of what it has not billed yet."""
        # As in the host, a salesperson bills without the rights of an accountant.
        moves = self.env["account.move"].sudo().with_context(default_move_type="out_invoice")
        return moves.create(self._prepare_test_invoices()).sudo(False)

    def _prepare_test_invoice(self):
        order = self.with_context(lang=self.partner_invoice_id.lang or self.env.lang)
        return super(FictitiousSaleMixin, order)._prepare_test_invoice()

    def _prepare_test_invoice_lines(self):
        """Return what is not billed yet; titles and notes come with it.

        :raise DocumentError: code ``test_nothing_due``
        """
        self.ensure_one()
        lines = []
        for sequence, line in enumerate(self.order_line):
            quantity = line.product_uom_qty - line.qty_invoiced
            if not line.is_downpayment and (line.display_type or quantity):
                lines.append(line._prepare_invoice_line(sequence=sequence, quantity=quantity))
        if all(vals["display_type"] != "product" for vals in lines):
            raise DocumentError(
                speaking(self.env)._("%s has nothing left to bill in TEST.", self.display_name),
                "test_nothing_due",
                model=self._name,
                ids=self.ids,
            )
        return lines

    @public
    def action_create_test_invoice(self) -> dict:
        """Create the TEST invoices of TEST orders and show them (row 2-62).

        :raise DocumentError: codes ``test_document``, ``document_state``
        """
        self._check_only_test()
        self.check_access("write")
        return self.action_view_invoice(invoices=self._create_test_invoices())
