from odoo import api, models

OWN_NAME = "object._get_printed_report_name() or "


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
