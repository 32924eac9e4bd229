from collections import defaultdict
from contextlib import contextmanager

from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

from ..tools.amounts import Pricing, pricing


class AccountMove(models.Model):
    """Customer invoices: the eco-taxes of their date, as of the day they have none."""

    _name = "account.move"
    _inherit = ["koban.ecotax.document.mixin", "account.move"]

    _ecotax_triggers = frozenset(
        {
            "company_id", "currency_id", "fiscal_position_id", "invoice_currency_rate",
            "invoice_date", "move_type", "partner_id",
        }
    )  # fmt: skip

    def _get_ecotax_date(self):
        # A credit note takes back what its invoice charged.
        invoice = self.move_type == "out_refund" and self.reversed_entry_id
        return invoice._get_ecotax_date() if invoice else super()._get_ecotax_date()

    def _get_ecotax_lines(self):
        sales = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        return super(AccountMove, sales)._get_ecotax_lines()

    @api.onchange("fiscal_position_id", "invoice_currency_rate", "invoice_date")
    def _onchange_ecotax_date(self):
        if self.is_sale_document(include_receipts=True):
            self.invoice_line_ids._follow_document()

    @override
    def action_update_fpos_values(self):
        for move in self:
            rate = move.invoice_currency_rate or 1.0
            with pricing(Pricing(day=move._get_ecotax_date(), rate=rate)):
                super(AccountMove, move).action_update_fpos_values()

    # ------------------------------------------------------------------
    # The entry
    # ------------------------------------------------------------------
    @contextmanager
    def _sync_tax_lines(self, container):
        """Have the entry follow the eco-taxes of lines: the host keeps what came with it."""
        with super()._sync_tax_lines(container):
            yield
        stale = container["records"].filtered(lambda move: move._has_stale_ecotaxes())
        if stale:
            # To the host they are new, so that it works out their taxes as a whole.
            fresh = {"records": self.browse()}
            with super()._sync_tax_lines(fresh):
                fresh["records"] = stale

    def _has_stale_ecotaxes(self) -> bool:
        """Whether the entry of a draft has other eco-taxes than its lines."""
        if self.state != "draft" or not self.is_sale_document(include_receipts=True):
            return False
        # Most invoices have none at all: their lines need not be gone through.
        taxes = self.line_ids.tax_ids._origin | self.line_ids.tax_line_id
        if not taxes.koban_ecotax_id:
            return False
        own, company = self.currency_id, self.company_currency_id
        missing = defaultdict(lambda: [0.0, 0.0])
        for line in self.line_ids:
            if line.display_type == "product":
                for tax, *amounts in line._get_ecotax_items():
                    missing[tax] = [a + b for a, b in zip(missing[tax], amounts, strict=True)]
            elif line.tax_line_id.koban_ecotax_id:
                amounts = (line.amount_currency, line.balance)
                tax = missing[line.tax_line_id]
                missing[line.tax_line_id] = [a - b for a, b in zip(tax, amounts, strict=True)]
        if all(own.is_zero(a) and company.is_zero(b) for a, b in missing.values()):
            return False
        return not self._is_validated()

    def _settle_ecotaxes(self):
        super()._settle_ecotaxes()
        stale = self.filtered(lambda move: move._has_stale_ecotaxes())
        if stale:
            container = {"records": stale}
            with stale._check_balanced(container), stale._sync_dynamic_lines(container):
                pass  # drafts of before this was so

    @api.model
    def _get_sealed_line_fields(self):
        return (
            *super()._get_sealed_line_fields(),
            "koban_ecotax_id", "koban_ecotax_units", "koban_ecotax_amount",
        )  # fmt: skip

    def _get_mention_flags(self):
        flags = super()._get_mention_flags()
        if "foreign_currency" in flags:
            vat = self.amount_tax - self._get_ecotax_total()
            if self.currency_id.is_zero(vat):
                flags.remove("foreign_currency")
        return flags

    def _get_vat_in_company_currency(self):
        ecotaxes = self.line_ids.filtered("tax_line_id.koban_ecotax_id")
        if not ecotaxes:
            return super()._get_vat_in_company_currency()
        vat = self.amount_tax_signed + sum(ecotaxes.mapped("balance"))
        return self._format_company_amount(abs(vat))

    def _find_missing_company_facts(self, facts):
        found = super()._find_missing_company_facts(facts)
        others = [item for item in found if item.code != "franchise_vat"]
        if len(others) == len(found):
            return found
        # An eco-tax is no VAT that a company without VAT would charge.
        vat = self.amount_tax - self._get_ecotax_total()
        return others if self.currency_id.is_zero(vat) else found
