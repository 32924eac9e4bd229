from odoo import api, models

OWN_NAME = "object._get_printed_report_name() or "
# What a line tells of its order, and what the page tells of a line whose prices are hidden.
ORDER_FIELDS = frozenset({"order_id", "order_partner_id", "salesman_id"})
PAGE_FIELDS = frozenset({"name", "product_uom_id", "product_uom_qty"})


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    @api.model
    def _get_modelled_reports(self):
        return super()._get_modelled_reports() | {
            "sale.report_saleorder",
            "sale.report_saleorder_pro_forma",
        }

    @api.model
    def _get_issued_paper(self, report):
        order = report.report_name == "sale.report_saleorder"
        return "order" if order else super()._get_issued_paper(report)

    @api.model
    def _extend_order_names(self, own=True):
        """Let orders that have a model name their files; the host's name stays for the others.

        The host translates the expression: each language has one.

        :param own: False gives the host's names back
        """
        report = self.env.ref("sale.action_report_saleorder", raise_if_not_found=False)
        if not report:
            return
        names = {}
        # The source is English, installed or not.
        for code in {"en_US", *(code for code, _name in self.env["res.lang"].get_installed())}:
            name = report.with_context(lang=code).print_report_name or ""
            host = name.removeprefix(OWN_NAME)
            wanted = f"{OWN_NAME}{host}" if own else host
            if wanted != name:
                names[code] = wanted
        if names:
            report.update_field_translations("print_report_name", names)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Have the forms of sale_pdf_quote_builder filled in as of the validation too.

        It loads after koban_document, which goes around what was loaded before.
        """
        if self._get_report(report_ref).model != "sale.order":
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=res_ids)

        def prepare(reports, ids):
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids=ids)

        return self._print_as_validated(report_ref, res_ids, prepare)

    # ------------------------------------------------------------------
    # Documents within the PDF, of sale_pdf_quote_builder: nothing calls these where it is not.
    # It loads before this addon, whose dependencies are deeper.
    # ------------------------------------------------------------------
    @api.model
    def _update_mapping_and_add_pages_to_writer(
        self, writer, document, form_fields_values_mapping, prefix, order, order_line=None
    ):
        """Leave out the documents of what a group hides: they would name it."""
        if order_line and order_line._get_closed_group():
            return
        super()._update_mapping_and_add_pages_to_writer(
            writer, document, form_fields_values_mapping, prefix, order, order_line
        )

    @api.model
    def _get_value_from_path(self, form_field, order, order_line=None):
        """Fill in nothing that the page hides."""
        if self._leads_to_hidden(order_line or order, form_field.path.split(".")):
            return ""
        return super()._get_value_from_path(form_field, order, order_line)

    @api.model
    def _leads_to_hidden(self, records, path) -> bool:
        """Whether a path of fields reads what the page hides of an order's lines."""
        records = records.sudo()  # the host follows the path so
        for name in path:
            if records._name == "sale.order.line" and name not in ORDER_FIELDS:
                closed = any(line._get_closed_group() for line in records)
                if closed or (name not in PAGE_FIELDS and self._hides_prices(records)):
                    return True
            records = records.mapped(name)
        named = isinstance(records, models.BaseModel) and records._name == "sale.order.line"
        return named and any(line._get_closed_group() for line in records)

    @api.model
    def _hides_prices(self, lines) -> bool:
        hiding = set().union(*(order._get_hiding_groups() for order in lines.order_id))
        return not hiding.isdisjoint(lines)
