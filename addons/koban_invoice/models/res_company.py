from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    invoice_date_check = fields.Selection(
        [("allow", "Allow"), ("warn", "Warn"), ("block", "Refuse")],
        string="Invoices Out of Date Order",
        default="warn",
        required=True,
        help="When an invoice is validated whose date is before that of the last number of its "
        "series, or after today. Through the API a warning does not stop it; the journal tells it.",
    )

    def _get_compliance_parameters(self):
        return super()._get_compliance_parameters() | {"invoice_date_check"}

    def _validate_locks(self, values):
        # TEST invoices stay drafts for ever: they are none that must be posted or deleted.
        real = self.with_context(without_test_documents=True)
        return super(ResCompany, real)._validate_locks(values)
