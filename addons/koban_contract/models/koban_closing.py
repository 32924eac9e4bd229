from odoo import api, models


class KobanClosing(models.Model):
    """Periods of contracts left to bill, before a month closes (DESIGN §3)."""

    _inherit = "koban.closing"

    @api.model
    def _get_closing_findings(self, company, date_from, date_to):
        findings = super()._get_closing_findings(company, date_from, date_to)
        return [*findings, *self._find_contract_periods(company, date_to)]

    @api.model
    def _find_contract_periods(self, company, date_to):
        """Contracts of customers with a period that was to be billed by the end of the month."""
        contracts = self.env["koban.contract"].search(
            [
                ("company_id", "=", company.id),
                ("kind", "=", "sale"),
                ("state", "in", ("running", "closed")),
                ("next_invoice_date", "<=", date_to),
            ]
        )
        message = self.env._(
            "Contract periods not billed: bill these contracts, or their invoices will be dated "
            "after the closing."
        )
        return self._prepare_finding("contract_periods", message, contracts)
