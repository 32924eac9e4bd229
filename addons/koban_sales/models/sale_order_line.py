from datetime import timedelta

from odoo import api, models

from odoo.addons.koban_guard.tools.passes import get_resulting_ids


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["koban.document.line.mixin", "koban.grouping.line.mixin", "sale.order.line"]

    _document_field = "order_id"

    # What decides whether a customer may read a line.
    _koban_titles_idx = models.Index(
        "(order_id) WHERE display_type IN ('line_section', 'line_subsection')"
    )

    @api.model
    def _get_editable_fields(self):
        # What was delivered of a service is follow-up, not content of the order.
        return super()._get_editable_fields() | {"qty_delivered"}

    @api.model
    def _get_technical_fields(self):
        """Project and task the host creates for a sold service, at and after validation."""
        return super()._get_technical_fields() | {"project_id", "task_id"}

    @api.model
    def _get_released_references(self):
        """Draft invoices come and go; validated ones cannot be deleted anyway."""
        return super()._get_released_references() | {"invoice_lines"}

    def _check_guard(self, vals):
        if "invoice_lines" in vals:
            self._check_invoice_lines(vals["invoice_lines"])
        return super()._check_guard(vals)

    def _check_invoice_lines(self, value):
        """Refuse to tie or untie the lines of a validated invoice from the order's side.

        :raise DocumentError: code ``document_validated``
        """
        field = self._fields["invoice_lines"]
        for line in self.sudo():  # compared only, as in _get_refused_fields
            ids = get_resulting_ids(field, line, value) or []
            moved_ids = set(ids) ^ set(line.invoice_lines.ids)
            for moved in line.invoice_lines.browse(moved_ids).exists():
                document = moved.move_id
                if document._is_guarded():
                    self.check_access("write")
                    raise document.with_env(self.env)._prepare_refusal([(moved, "sale_line_ids")])

    def _expected_date(self):
        # The order keeps its own date, which may be long before it was validated.
        if validation_date := self.order_id.validation_date:
            return validation_date + timedelta(days=self.customer_lead or 0.0)
        return super()._expected_date()

    # ------------------------------------------------------------------
    # Groupings
    # ------------------------------------------------------------------
    def _prepare_product_row(self):
        values = super()._prepare_product_row()
        if self.product_type == "combo":
            # It has no amount of its own: that of its items.
            values |= {
                "kind": "combo",
                "price_unit": None,
                "discount": None,
                "taxes": (),
                "subtotal": self._get_combo_totals("price_subtotal"),
                "total": self._get_combo_totals("price_total"),
                "counted": False,
            }
        elif self.is_downpayment:
            # Already billed: told, not ordered.
            values |= {"quantity": None, "unit": "", "subtotal": None, "total": None}
            values["counted"] = False
        return values

    def _can_be_edited_on_portal(self):
        # What is no row of the page has no quantity to choose there.
        groups = self.parent_id | self.parent_id.parent_id
        hidden = self.order_id._uses_printed_rows() and any(groups.mapped("collapse_composition"))
        return not hidden and super()._can_be_edited_on_portal()

    def _get_moved_lines(self):
        # A combo goes with its items.
        lines = super()._get_moved_lines()
        return lines | lines.linked_line_ids | lines.linked_line_id

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if self._is_group():
            values |= self._prepare_grouping_options()
        return values
