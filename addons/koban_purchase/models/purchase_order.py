from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import are_covered


class PurchaseOrder(models.Model):
    """Requests for quotation and purchase orders: groupings (row 4-01) and TEST (row 2-62).

    A TEST order stays a request for the host, so that nothing is received. The guard protects
    those validated in TEST; real orders keep the host's own rules.
    """

    _name = "purchase.order"
    _inherit = ["koban.test.order.mixin", "koban.grouping.mixin", "purchase.order"]

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

    # The article of the first line, whoever may read it.
    product_id = fields.Many2one(groups="base.group_user")

    # ---- Guard and seal ----
    def _is_guard_enabled(self):
        # What is guarded of real purchases is not decided here.
        return self.is_test and super()._is_guard_enabled()

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"user_id"}

    def _get_correction_advice(self):
        return super()._get_correction_advice() or speaking(self.env)._("Enter another order.")

    @api.model
    def _get_validated_condition(self):
        return SQL("FALSE")  # TEST ones alone are sealed

    def _get_seal_notes(self):
        notes = super()._get_seal_notes()
        return {**notes, "vendor": self.partner_id._get_identity()}

    # ---- Validation ----
    @override
    def button_confirm(self):
        result = pipeline.validate(self, lambda orders: super().button_confirm())
        return True if result is None else result

    @override
    def button_approve(self, force=False):
        for order in self.filtered("is_test"):
            order._raise_test_error()
        if are_covered(self):
            return super().button_approve(force=force)
        # What waited for its approval is validated by it.
        result = pipeline.validate(self, lambda orders: super().button_approve(force=force))
        return {} if result is None else result

    def _is_through(self, kind):
        return self.state == ("purchase" if kind == "validation" else "cancel")

    def _validate_choose(self, run):
        super()._validate_choose(run)
        # The host leaves alone what it validated before.
        run.documents = run.documents.filtered(lambda order: not order._is_through("validation"))

    def _validate_open(self, run):
        # The pass opens nothing, as real orders are not guarded: it tells who is being validated.
        run.open(self)

    def _confirmation_error_message(self):
        error = super()._confirmation_error_message()
        if not error and self.is_test and all(line.display_type for line in self.order_line):
            return speaking(self.env)._("There is no line to order. Add one.")
        return error

    # ---- Cancellation ----
    @override
    def button_cancel(self):
        validated = self.filtered(lambda order: order._is_through("validation"))
        others = self - validated
        if validated:
            pipeline.cancel(validated, lambda orders: super().button_cancel())
        return super(PurchaseOrder, others).button_cancel() if others or not self else None

    # ---- Groupings ----
    def _get_lines_to_print(self):
        # As in the host, what is not ordered is not printed.
        return (
            super()
            ._get_lines_to_print()
            .filtered(lambda line: line.display_type or line.product_qty)
        )

    def _get_lines_on_portal(self):
        """Return the lines in which the vendor enters dates: those that the page shows."""
        lines = self._get_lines_to_print()
        if self._uses_printed_rows():
            lines &= self._get_shown_lines()
        return lines

    # ---- Bills ----
    @override
    def action_create_invoice(self, attachment_ids=False):
        in_test = self.filtered("is_test")
        (self - in_test)._check_real_allowed()
        if in_test:
            self._check_only_test()
            return self.action_view_invoice(self._create_test_bills())
        known = {order: order.invoice_ids for order in self}
        action = super().action_create_invoice(attachment_ids=attachment_ids)
        for order in self:
            for bill in order.invoice_ids - known[order]:
                order._restore_sections(bill)
        return action

    def _restore_sections(self, bill):
        """Put back the sections that the host loses on the way to the bill (row 4-10).

        It remembers one title at a time: a section directly followed by a subsection is
        forgotten.

        :param bill: a draft bill just made of these orders
        """
        lines = bill.invoice_line_ids.sorted("sequence")
        billed = lines.purchase_line_id
        ordered, values = [], {}
        for line in lines:
            section = line.purchase_line_id.parent_id
            is_subsection = line.display_type == "line_subsection"
            if is_subsection and section in self.order_line and section not in billed:
                billed |= section
                values[section] = {**section._prepare_account_move_line(), "move_id": bill.id}
                ordered.append(section)
            ordered.append(line)
        if not values:
            return
        first = lines[0].sequence
        for sequence, line in enumerate(ordered, start=first):
            if line in values:
                values[line]["sequence"] = sequence
            elif line.sequence != sequence:
                line.sequence = sequence
        bill.invoice_line_ids.create(list(values.values()))

    # ---- TEST ----
    @api.model
    def _get_test_forbidden_states(self):
        return super()._get_test_forbidden_states() | {"to approve", "purchase"}

    def _create_test_bills(self):
        """Create one TEST bill, never posted, for each TEST order."""
        moves = self.env["account.move"].with_context(default_move_type="in_invoice")
        bills = moves.create(self._prepare_test_invoices())
        bills.invoice_date = fields.Date.context_today(self)
        return bills

    def _prepare_test_invoice_lines(self):
        return [
            {**line._prepare_account_move_line(), "quantity": line.product_qty}
            for line in self.order_line
        ]

    @api.model
    def retrieve_dashboard(self):
        real = self.with_context(without_test_documents=True)
        return super(PurchaseOrder, real).retrieve_dashboard()
