from odoo import models

from odoo.addons.koban_guard.tools.overrides import override


class PurchaseOrder(models.Model):
    """Requests for quotation and purchase orders whose lines are grouped (row 4-01)."""

    _name = "purchase.order"
    _inherit = ["koban.grouping.mixin", "purchase.order"]

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
            lines &= lines.browse().union(*(row.line for row in self._get_printed_rows()))
        return lines

    @override
    def action_create_invoice(self, attachment_ids=False):
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
