from datetime import timedelta

from odoo import api, models

from odoo.addons.koban_guard.tools.passes import get_resulting_ids

from ..follow_up import LINE_FOLLOW_UP


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["koban.document.line.mixin", "koban.grouping.line.mixin", "sale.order.line"]

    _document_field = "order_id"
    _sealed_follow_up = LINE_FOLLOW_UP

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

    def _get_closed_group(self):
        """Return the outermost group that hides the text of the line, if any."""
        groups = self.parent_id.parent_id + self.parent_id
        closed = groups.filtered("collapse_composition")[:1]
        return closed if closed and self.order_id._uses_printed_rows() else closed.browse()

    def _can_be_edited_on_portal(self):
        # What is no row of the page has no quantity to choose there.
        return not self._get_closed_group() and super()._can_be_edited_on_portal()

    # What the host makes of a sold service is shown to the customer, and named after its article.
    def _timesheet_create_task_prepare_values(self, project):
        values = super()._timesheet_create_task_prepare_values(project)
        if group := self._get_closed_group():
            names = ["" if project.sale_line_id else self.order_id.name, group._get_group_title()]
            values |= {"name": " - ".join(filter(None, names)), "description": ""}
        return values

    def _timesheet_create_project(self):
        project = super()._timesheet_create_project()
        group = self._get_closed_group()
        if group and not self.product_id.project_template_id:
            names = [self.order_id.client_order_ref, self.order_id.name, group._get_group_title()]
            project.name = " - ".join(filter(None, names))
        return project

    def _handle_milestones(self, project):
        result = super()._handle_milestones(project)
        group = self._get_closed_group()
        if group and project:
            named = project.milestone_ids.filtered(
                lambda milestone: milestone.sale_line_id == self and milestone.name == self.name
            )
            named.name = group._get_group_title()
        return result

    def _get_moved_lines(self):
        # A combo goes with its items.
        lines = super()._get_moved_lines()
        return lines | lines.linked_line_ids | lines.linked_line_id

    def _prepare_invoice_line(self, **optional_values):
        values = super()._prepare_invoice_line(**optional_values)
        if self._is_group():
            values |= self._prepare_grouping_options()
        return values
