from odoo import models


class AccountMove(models.Model):
    """What a French invoice says on paper beyond the common facts."""

    _inherit = "account.move"

    def _get_printed_facts(self):
        customer = self._on_paper(self.partner_id).commercial_partner_id
        siret = customer.company_registry if customer.country_code == "FR" else ""
        return [
            *super()._get_printed_facts(),
            (self.env._("Customer's SIRET"), siret),
            (self.env._("Operation"), self._get_operation_type()),
        ]

    def _get_operation_type(self) -> str:
        """Return whether goods or services are sold (article 242 nonies A of the tax code)."""
        if not self.l10n_fr_is_company_french or not self.is_sale_document():
            return ""
        scopes = set(self.invoice_line_ids.tax_ids.mapped("tax_scope")) & {"consu", "service"}
        if len(scopes) == 2:
            return self.env._("Goods and services")
        if not scopes:
            return ""
        return self.env._("Services") if "service" in scopes else self.env._("Goods")

    def _get_printed_notices(self):
        notices = super()._get_printed_notices()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            invoice = self._on_paper(self.reversed_entry_id)
            reference = invoice.with_context(lang=self.env.lang)._get_cancelled_reference()
            notices.append(self.env._("Credit note on %s", reference))
        return notices

    def _get_printed_mentions(self):
        mentions = super()._get_printed_mentions()
        taxes = self.invoice_line_ids.tax_ids
        if self.l10n_fr_is_company_french and "on_invoice" in taxes.mapped("tax_exigibility"):
            # The host's mention; it follows the taxes.
            mentions.append(self.env._("Option to pay VAT on debits."))
        return mentions
