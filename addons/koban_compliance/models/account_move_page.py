from odoo import models

from ..conditions import GOODS, SERVICE
from ..tools.french_numbers import format_number

SELF_BILLED = ("in_invoice", "in_refund")


class AccountMove(models.Model):
    """What a French invoice says on paper beyond the common facts (rows 2-14 to 2-31)."""

    _inherit = "account.move"

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------
    def _get_mention_kind(self):
        if self.move_type == "out_receipt":
            return "invoice"
        if self.move_type in SELF_BILLED:
            return "purchase" if self._on_paper(self.journal_id).is_self_billing else ""
        return super()._get_mention_kind()

    def _get_mention_date(self):
        return self.invoice_date or super()._get_mention_date()

    def _get_mention_lines(self):
        lines = self.invoice_line_ids
        sold = lines.filtered(lambda line: line.display_type == "product")
        return sold.with_prefetch(lines._prefetch_ids)  # a batch is read at once

    def _get_mention_flags(self):
        flags = super()._get_mention_flags()
        if self.move_type in SELF_BILLED:
            flags.add("self_billing")
        discountable = self.move_type in self._early_payment_discount_move_types()
        if discountable and self.invoice_payment_term_id.early_discount:
            flags.add("early_discount")
        own = self.company_id.sudo().currency_id  # a fact of its own
        # Of the Union's directive: not of the territories that have the franc.
        foreign = own.name == "EUR" and self.currency_id != own
        if foreign and not self.currency_id.is_zero(self.amount_tax):
            flags.add("foreign_currency")
        return flags

    def _get_own_notes(self, untaxed_lines):
        notes = self._on_paper(untaxed_lines.tax_ids).mapped("invoice_legal_notes")
        return [*super()._get_own_notes(untaxed_lines), *notes]

    def _get_vat_in_company_currency(self):
        return self._format_company_amount(abs(self.amount_tax_signed))

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------
    def _get_printed_facts(self):
        if not self._has_legal_mentions():
            return super()._get_printed_facts()
        customer = self._on_paper(self.partner_id).commercial_partner_id
        office = self._get_customer_office(customer)
        siret = customer._has_siren() and customer.is_professional and customer.company_registry
        return [
            *super()._get_printed_facts(),
            (self.env._("Customer's SIRET"), format_number(siret) if siret else ""),
            (self.env._("Customer's head office"), office),
            (self.env._("Operation"), self._get_operation_type()),
        ]

    def _get_printed_delivery_date(self):
        """The date of supply is a mention of its own only if it is another (M6)."""
        day = super()._get_printed_delivery_date()
        return False if self._has_legal_mentions() and day == self.invoice_date else day

    def _get_customer_office(self, customer) -> str:
        """Return the address of the customer itself, where another is invoiced (row 2-17)."""
        same = self._get_address_key(customer) == self._get_address_key(self.partner_id)
        if same or not customer.city:
            return ""
        return ", ".join(
            filter(None, [customer.street, f"{customer.zip or ''} {customer.city}".strip()])
        )

    def _get_operation_type(self) -> str:
        """Return whether goods or services are sold (article 242 nonies A of the tax code)."""
        if not self.is_sale_document(include_receipts=True):
            return ""
        natures = self._get_natures()
        if len(natures) == 2:
            return self.env._("Goods and services")
        words = {SERVICE: self.env._("Services"), GOODS: self.env._("Goods")}
        return words.get(next(iter(natures), ""), "")

    def _get_printed_notices(self):
        notices = super()._get_printed_notices()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            invoice = self._on_paper(self.reversed_entry_id)
            reference = invoice.with_context(lang=self.env.lang)._get_cancelled_reference()
            notices.append(self.env._("Credit note on %s", reference))
        return notices

    def _get_printed_due(self):
        label, amount = super()._get_printed_due()
        if self.move_type == "out_invoice" and self._get_hidden_vat() == "reverse":
            label = self.env._("Net to pay, excluding tax")
        return label, amount
