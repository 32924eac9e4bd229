from odoo import api, models
from odoo.tools import SQL


class AccountMove(models.Model):
    """Customer invoices and credit notes, and every entry of a sales journal, are sealed."""

    _name = "account.move"
    _inherit = ["koban.sealed.mixin", "account.move"]

    _sealed_fields = (
        "company_id", "name", "move_type", "state", "journal_id", "date", "invoice_date",
        "invoice_date_due", "delivery_date", "taxable_supply_date", "partner_id",
        "commercial_partner_id", "partner_shipping_id", "invoice_partner_display_name",
        "currency_id", "invoice_currency_rate", "fiscal_position_id", "invoice_payment_term_id",
        "preferred_payment_method_line_id", "partner_bank_id", "payment_reference", "ref",
        "invoice_origin", "reversed_entry_id", "invoice_user_id", "process_id", "narration",
        "legal_mentions", "amount_untaxed", "amount_tax", "amount_total", "amount_total_signed",
        "is_test", "test_validated_on", "test_operator_id",
    )  # fmt: skip
    _sealed_line_model = "account.move.line"
    _sealed_line_field = "move_id"
    _sealed_line_fields = (
        "sequence", "display_type", "name", "product_id", "product_uom_id", "quantity",
        "price_unit", "discount", "price_subtotal", "price_total", "account_id", "currency_id",
        "amount_currency", "balance", "date_maturity", "tax_line_id", "tax_base_amount",
        "collapse_prices", "collapse_composition", "hide_subtotal",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"

    @api.model
    def _get_sealed_condition(self):
        return SQL(
            "(d.state = 'posted' OR (d.state = 'cancel' AND d.posted_before)) AND "
            "(d.move_type IN %s OR EXISTS (SELECT FROM account_journal j "
            "WHERE j.id = d.journal_id AND j.type = 'sale'))",
            tuple(self.get_sale_types(include_receipts=True)),
        )

    def _cancelled_seal(self, run):
        credit_notes = self.browse(run.result["credit_note_ids"])
        by_invoice = {
            note.reversed_entry_id.id: {"credit_note": note.id, "number": note.name or ""}
            for note in credit_notes
        }
        guarded = self.filtered(lambda move: move._is_sealable())
        if guarded:
            self.env["koban.event"]._record("cancellation", guarded, detail=by_invoice)

    def _get_seal_notes(self):
        return {
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "billed": self.commercial_partner_id._get_identity(),
            "currency": self.currency_id.name,
            "payment_method": self.preferred_payment_method_line_id.name or "",
            "payment_term": self.invoice_payment_term_id.name or "",
            "salesperson": self.invoice_user_id.name or "",
            "fiscal_position": self.fiscal_position_id.name or "",
            "process": self.process_id.name or "",
        }
