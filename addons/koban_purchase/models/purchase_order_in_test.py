from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class PurchaseOrder(models.Model):
    """TEST purchase orders: requests for the host for ever, so that nothing is received.

    The guard protects those validated in TEST; real orders keep the host's own rules.
    """

    _name = "purchase.order"
    _inherit = ["koban.test.mixin", "purchase.order"]

    _sealed_fields = (
        "company_id", "name", "state", "date_order", "partner_id", "partner_ref", "currency_id",
        "fiscal_position_id", "payment_term_id", "origin", "amount_untaxed", "amount_tax",
        "amount_total", "is_test", "test_validated_on", "test_operator_id",
    )  # fmt: skip
    _sealed_line_model = "purchase.order.line"
    _sealed_line_field = "order_id"
    _sealed_line_fields = (
        "sequence", "display_type", "name", "product_id", "product_uom_id", "product_qty",
        "price_unit", "discount", "date_planned", "price_subtotal", "price_total",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"
    # Only TEST orders are sealed, and no archive holds them.
    _archived = False

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"user_id"}

    @api.model
    def _get_test_kept_fields(self):
        return super()._get_test_kept_fields() | {"name"}

    @api.model
    def _get_test_forbidden_states(self):
        return super()._get_test_forbidden_states() | {"to approve", "purchase"}

    @api.model
    def _prepare_test_values(self, vals):
        values = super()._prepare_test_values(vals)
        if values["is_test"]:
            # Until it has an id: the host then draws no number.
            values["name"] = "TEST"
        return values

    @api.model_create_multi
    @override
    def create(self, vals_list):
        orders = super().create(vals_list)
        in_test = orders.filtered("is_test")
        for order in in_test._with_guard_pass(in_test, fields={"name"}):
            order.name = order._get_test_label()
        return orders

    def _is_sealable(self):
        # What is sealed of real purchases is not decided here.
        return self.is_test and super()._is_sealable()

    @api.model
    def _get_sealed_condition(self):
        return SQL("d.test_validated_on IS NOT NULL")

    def _get_seal_notes(self):
        notes = super()._get_seal_notes()
        return {**notes, "vendor": self.partner_id._get_identity()}

    def _get_correction_advice(self):
        return super()._get_correction_advice() or speaking(self.env)._("Enter another order.")

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @override
    def button_confirm(self):
        in_test = self.filtered("is_test")
        (self - in_test)._check_real_allowed()
        if not in_test:
            return super().button_confirm()
        for order in in_test:
            error = order._confirmation_error_message()
            lines = order.order_line.filtered(lambda line: not line.display_type)
            if error or not lines:
                raise DocumentError(
                    error or speaking(self.env)._("There is no line to order. Add one."),
                    "document_not_confirmable",
                    model=self._name,
                    ids=order.ids,
                )
        others = self - in_test
        result = super(PurchaseOrder, others).button_confirm() if others else True
        # What an addon stops, with a wizard, is stopped as a whole.
        if not {"draft", "sent"} & set(others.mapped("state")):
            in_test._validate_in_test()
        return result

    @override
    def button_approve(self, force=False):
        for order in self.filtered("is_test"):
            order._raise_test_error()
        return super().button_approve(force=force)

    # ------------------------------------------------------------------
    # Bills
    # ------------------------------------------------------------------
    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), "is_test": self.is_test}

    @override
    def action_create_invoice(self, attachment_ids=False):
        in_test = self.filtered("is_test")
        (self - in_test)._check_real_allowed()
        if in_test and self - in_test:
            (self - in_test)._raise_mixed_orders()
        if not in_test:
            return super().action_create_invoice(attachment_ids=attachment_ids)
        return self.action_view_invoice(self._create_test_bills())

    def _raise_mixed_orders(self):
        raise DocumentError(
            speaking(self.env)._(
                "%(document)s is real: bill it apart from TEST orders.",
                document=self[:1].display_name,
            ),
            "test_document",
            model=self._name,
            ids=self.ids,
        )

    def _create_test_bills(self):
        """Create one TEST bill, never posted, for each TEST order."""
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
            order = order.with_company(order.company_id)
            lines = [
                {**line._prepare_account_move_line(), "quantity": line.product_qty}
                for line in order.order_line
            ]
            commands = [Command.create(line) for line in lines]
            values.append({**order._prepare_invoice(), "invoice_line_ids": commands})
        moves = self.env["account.move"].with_context(default_move_type="in_invoice")
        bills = moves.create(values)
        bills.invoice_date = fields.Date.context_today(self)
        return bills

    @api.model
    def retrieve_dashboard(self):
        real = self.with_context(without_test_documents=True)
        return super(PurchaseOrder, real).retrieve_dashboard()
