from odoo import api, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

# What stands for the name while the record has no id yet: the host then draws no number.
UNNAMED = "TEST"


class SaleOrder(models.Model):
    """TEST quotes and orders: quotes for the host for ever, so that nothing follows from them."""

    _name = "sale.order"
    _inherit = ["koban.test.mixin", "sale.order"]

    # ------------------------------------------------------------------
    # The mark
    # ------------------------------------------------------------------
    @api.model
    def _get_test_kept_fields(self):
        return super()._get_test_kept_fields() | {"name"}

    @api.model
    def _prepare_test_values(self, vals):
        values = super()._prepare_test_values(vals)
        if values["is_test"]:
            values["name"] = UNNAMED
        return values

    @api.model_create_multi
    @override
    def create(self, vals_list):
        orders = super().create(vals_list)
        in_test = orders.filtered("is_test")
        for order in in_test._with_guard_pass(in_test, fields={"name", "quote_number"}):
            order.name = order._get_test_label()
            order.quote_number = not order.is_order and order.name
        return orders

    @api.depends("is_test", "test_validated_on")
    def _compute_document_status(self):
        super()._compute_document_status()
        validated = self.filtered(lambda order: order.test_validated_on)
        validated.document_status = "test"

    @api.depends("is_test")
    def _compute_type_name(self):
        super()._compute_type_name()
        for order in self.filtered("test_validated_on"):
            order.type_name = speaking(self.env)._("Order")

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    def _validate_choose(self, run):
        """Take TEST orders aside: they are validated in TEST, once the others are validated."""
        in_test = self.filtered("is_test")
        run.documents = self - in_test
        run.documents._check_real_allowed()
        for order in in_test:
            if error := order._confirmation_error_message():
                order._raise_not_confirmable(error)
        run.told["choose"] = in_test

    def _validated_choose(self, run):
        # What an addon stops, with a wizard, is stopped as a whole.
        if len(self) == len(run.opened):
            run.told["choose"]._validate_in_test(is_order=True)

    def _action_confirm(self):
        for order in self.filtered("is_test"):
            order._raise_test_error()
        return super()._action_confirm()

    # A signature or a payment would be real.
    def _has_to_be_signed(self):
        return not self.is_test and super()._has_to_be_signed()

    def _has_to_be_paid(self):
        return not self.is_test and super()._has_to_be_paid()

    # ------------------------------------------------------------------
    # Invoicing
    # ------------------------------------------------------------------
    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "is_test": self.is_test}

    def _create_invoices(self, grouped=False, final=False, date=None):
        in_test = self.filtered("is_test")
        others = self - in_test
        others._check_real_allowed()
        if not in_test:
            return super()._create_invoices(grouped=grouped, final=final, date=date)
        invoices = in_test._create_test_invoices()
        if others:
            invoices += super(SaleOrder, others)._create_invoices(
                grouped=grouped, final=final, date=date
            )
        return invoices

    @public
    def action_create_test_invoice(self) -> dict:
        """Create the TEST invoices of TEST orders and show them (row 2-62).

        :raise DocumentError: codes ``test_document``, ``document_state``
        """
        for order in self.filtered(lambda order: not order.is_test):
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s is real: create its invoice with the usual button.",
                    document=order.display_name,
                ),
                "test_document",
                model=self._name,
                ids=order.ids,
            )
        self.check_access("write")
        return self.action_view_invoice(invoices=self._create_test_invoices())

    def _create_test_invoices(self):
        """Create one TEST invoice for each TEST order, of what it has not billed yet."""
        values = []
        for order in self:
            if not order.test_validated_on:
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s must be validated in TEST before it is billed.",
                        document=order.display_name,
                    ),
                    "document_state",
                    model=self._name,
                    ids=order.ids,
                )
            lang = order.partner_invoice_id.lang or self.env.lang
            order = order.with_company(order.company_id).with_context(lang=lang)
            lines = order._prepare_test_invoice_lines()
            values.append({**order._prepare_invoice(), "invoice_line_ids": lines})
        # As in the host, a salesperson bills without the rights of an accountant.
        moves = self.env["account.move"].sudo().with_context(default_move_type="out_invoice")
        return moves.create(values).sudo(False)

    def _prepare_test_invoice_lines(self) -> list:
        """Return the commands of the invoice lines; titles and notes come with them."""
        self.ensure_one()
        commands = []
        for sequence, line in enumerate(self.order_line):
            quantity = line.product_uom_qty - line.qty_invoiced
            if line.is_downpayment or not (line.display_type or quantity):
                continue
            vals = line._prepare_invoice_line(sequence=sequence, quantity=quantity)
            commands.append(Command.create(vals))
        if all(vals["display_type"] != "product" for _code, _id, vals in commands):
            raise DocumentError(
                speaking(self.env)._("%s has nothing left to bill in TEST.", self.display_name),
                "test_nothing_due",
                model=self._name,
                ids=self.ids,
            )
        return commands

    # ------------------------------------------------------------------
    # Paper
    # ------------------------------------------------------------------
    def _get_printed_number(self):
        return self._get_test_label() if self.is_test else super()._get_printed_number()

    def _get_printed_status(self):
        return self.env._("TEST") if self.is_test else super()._get_printed_status()
