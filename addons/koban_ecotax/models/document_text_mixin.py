from odoo import models

from odoo.addons.koban_mentions.tools.conditions import is_margin, is_reverse_charge


class DocumentTextMixin(models.AbstractModel):
    """The eco-tax on paper: a mention under each line, and a total before VAT (mention M27)."""

    _inherit = "koban.document.text.mixin"

    def _get_tax_groups(self) -> list[dict]:
        """Return the groups of taxes of the totals, in their order."""
        return [
            group
            for subtotal in (self.tax_totals or {}).get("subtotals", [])
            for group in subtotal["tax_groups"]
        ]

    def _get_ecotax_total(self) -> float:
        """Return the eco-tax of the document, before VAT."""
        groups = [group for group in self._get_tax_groups() if group.get("koban_ecotax")]
        return self.currency_id.round(sum(group["tax_amount_currency"] for group in groups))

    def _get_printed_taxes(self):
        """Leave the eco-tax out of the summary of VAT."""
        rows = super()._get_printed_taxes()
        groups = self._get_tax_groups()
        if not any(group.get("koban_ecotax") for group in groups):
            return rows
        # None where the document shows no VAT at all.
        return [
            row
            for row, group in zip(rows, groups, strict=bool(rows))
            if not group.get("koban_ecotax")
        ]

    def _get_printed_totals(self, rows):
        totals = super()._get_printed_totals(rows)
        ecotax = self._get_ecotax_total()
        if self.currency_id.is_zero(ecotax):
            return totals
        line = {
            "name": self.env._("Eco-contribution"),
            "amount": self._format_amount(ecotax),
            "class": "kd-ecotax",
        }
        before = {
            "name": self.env._("Total excl. VAT before eco-contribution"),
            "amount": self._format_amount(self.amount_untaxed),
            "class": "",
        }
        printed = []
        for total in totals:
            if total["class"] == "kd-untaxed":
                printed += [before, line]
                total["amount"] = self._format_amount(self.amount_untaxed + ecotax)
            elif total["class"] == "kd-vat":
                total["amount"] = self._format_amount(self.amount_tax - ecotax)
            printed.append(total)
        return printed if line in printed else [*printed, line]

    def _get_hidden_vat(self):
        hidden = super()._get_hidden_vat()
        currency = self.currency_id
        if hidden or currency.is_zero(self.amount_tax) or not self._has_legal_mentions():
            return hidden
        if not currency.is_zero(self.amount_tax - self._get_ecotax_total()):
            return hidden
        # No VAT but an eco-tax, which is none.
        facts = self._get_mention_facts()
        if facts.vat_scheme == "franchise":
            return "franchise"
        if not facts.all_untaxed:
            return ""
        told = is_reverse_charge(facts)
        return "reverse" if told else "margin" if is_margin(facts) else ""

    def _prepare_page_rows(self, rows, model):
        printed = super()._prepare_page_rows(rows, model)
        for values, row in zip(printed, rows, strict=True):
            values["ecotax"] = self._get_row_ecotax(row)
        return printed

    def _get_row_ecotax(self, row) -> str:
        """Return the mention of the eco-tax of a row; none where a group hides its prices."""
        if row.subtotal is None or "koban_ecotax_amount" not in row.line:
            return ""
        if row.kind == "product":
            return row.line._get_ecotax_mention()
        return self._get_group_ecotax(row) if row.kind == "summary" else ""

    def _get_group_ecotax(self, row) -> str:
        """Return the mention of a group that is shown as one article: of its VAT alone."""
        hiding = self._get_hiding_groups()
        lines = [line for line, group in hiding.items() if group == row.line]
        amount = sum(
            line.koban_ecotax_amount
            for line in lines
            if line.koban_ecotax_amount and line._prepare_product_row()["taxes"] == row.taxes
        )
        if self.currency_id.is_zero(amount):
            return ""
        return self.env._("Eco-contribution: %s excl. VAT", self._format_amount(amount))
