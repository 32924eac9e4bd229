from odoo import api, models


class AccountMove(models.Model):
    """Customer invoices: the eco-taxes of their date, as of the day they have none."""

    _name = "account.move"
    _inherit = ["koban.ecotax.document.mixin", "account.move"]

    _ecotax_triggers = frozenset(
        {"company_id", "fiscal_position_id", "invoice_date", "move_type", "partner_id"}
    )

    def _get_ecotax_date(self):
        # A credit note takes back what its invoice charged.
        invoice = self.move_type == "out_refund" and self.reversed_entry_id
        return invoice._get_ecotax_date() if invoice else super()._get_ecotax_date()

    def _get_ecotax_lines(self):
        sales = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        return super(AccountMove, sales)._get_ecotax_lines()

    @api.onchange("fiscal_position_id", "invoice_date")
    def _onchange_ecotax_date(self):
        if self.is_sale_document(include_receipts=True):
            self.invoice_line_ids._follow_document()

    @api.model
    def _get_sealed_line_fields(self):
        return (
            *super()._get_sealed_line_fields(),
            "koban_ecotax_id", "koban_ecotax_units", "koban_ecotax_amount",
        )  # fmt: skip

    def _find_missing_company_facts(self, facts):
        found = super()._find_missing_company_facts(facts)
        others = [item for item in found if item.code != "franchise_vat"]
        if len(others) == len(found):
            return found
        # An eco-tax is no VAT that a company without VAT would charge.
        vat = self.amount_tax - self._get_ecotax_total()
        return others if self.currency_id.is_zero(vat) else found
