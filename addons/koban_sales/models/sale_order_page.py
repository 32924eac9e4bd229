from odoo import api, fields, models
from odoo.tools import is_html_empty

from odoo.addons.koban_document.models.document_page_mixin import PHOTO_SIZE
from odoo.addons.koban_document.tools.pictures import printable


class SaleOrder(models.Model):
    """Quotes and orders on paper (rows 2-34 to 2-47)."""

    _inherit = "sale.order"

    travel_costs = fields.Char(
        compute="_compute_travel_costs",
        store=True,
        readonly=False,
        precompute=True,
        help="Printed under the totals. The document model proposes it.",
    )

    @api.depends("document_model_id")
    def _compute_travel_costs(self):
        # The order keeps what its quote says.
        for order in self:
            model = self._on_paper(order.document_model_id)
            proposed = ""
            if model and model._get_asked()["has_travel_costs"]:
                proposed = model.with_context(lang=order._get_printed_lang()).travel_costs
            order.travel_costs = proposed or order.travel_costs

    @api.model
    def _get_kind_fields(self):
        return ["state", "is_order"]

    def _get_document_kind(self):
        is_order = self.is_order or self.state == "sale" or bool(self.validation_date)
        return "order" if is_order else "quote"

    def _get_printed_report_name(self) -> str:
        """Return the file name of a document that has a model; empty leaves it to the host."""
        self.ensure_one()
        return self._get_printed_filename() if self._get_printed_model() else ""

    def _get_report_base_filename(self):
        return self._get_printed_report_name() or super()._get_report_base_filename()

    # ------------------------------------------------------------------
    # Mentions
    # ------------------------------------------------------------------
    def _get_mention_date(self):
        if not self.date_order:
            return super()._get_mention_date()
        return fields.Datetime.context_timestamp(self, self.date_order).date()

    def _get_mention_lines(self):
        lines = self.order_line
        sold = lines.filtered(lambda line: not line.display_type and not line.is_downpayment)
        return sold.with_prefetch(lines._prefetch_ids)  # a batch is read at once

    # ------------------------------------------------------------------
    # The page
    # ------------------------------------------------------------------
    def _get_printed_due(self):
        label, amount = super()._get_printed_due()
        hidden = self._get_hidden_vat()
        if hidden == "reverse":
            label = self.env._("Total, excluding tax")
        return (self.env._("Total") if hidden in ("franchise", "margin") else label), amount

    def _get_printed_title(self):
        if self.env.context.get("proforma"):
            return self.env._("Pro forma Invoice")
        if title := super()._get_printed_title():
            return title
        if self._get_document_kind() == "quote":
            return self.env._("Quote")
        return self.env._("Order")

    def _get_printed_number(self):
        # A draft order has no number yet; the quote it comes from has.
        if self.document_status == "order_draft":
            return self.quote_number or ""
        return self.name or ""

    def _get_printed_status(self):
        if self.state == "cancel":
            return self.env._("Cancelled")
        return self.env._("Draft") if self.document_status == "order_draft" else ""

    def _get_printed_facts(self):
        model = self._get_printed_model()
        seller = self._on_paper(self.user_id)
        customer = self._on_paper(self.partner_id).commercial_partner_id
        is_quote = self._get_document_kind() == "quote"
        quote = "" if self.quote_number == self._get_printed_number() else self.quote_number
        return [
            *super()._get_printed_facts(),
            (self.env._("Date"), self._format_day(self.date_order)),
            (self.env._("Valid until"), self._format_day(self.validity_date) if is_quote else ""),
            (self.env._("Planned delivery"), self._format_day(self.commitment_date)),
            (self.env._("Customer no."), customer.ref or self._on_paper(self.partner_id).ref),
            (self.env._("Your order"), self.client_order_ref),
            (self.env._("Our quote"), quote),
            (self.env._("Contact"), self._on_paper(self.contact_id).name),
            (self.env._("Salesperson"), seller.name if model.show_salesperson else ""),
            (self.env._("Customer's VAT No."), customer.vat),
        ]

    def _get_printed_mentions(self):
        mentions = [self._on_paper(self.fiscal_position_id).note, self.note]
        return [
            *super()._get_printed_mentions(),
            *(text for text in mentions if not is_html_empty(text)),
        ]

    def _get_printed_payment(self):
        model = self._get_printed_model()
        term = self.payment_term_id
        # Printed for the customer; the host's own choice on the invoice.
        banks = self._on_paper(self.company_id).partner_id.bank_ids
        bank = banks.filtered("allow_out_payment")[:1] or banks[:1]
        payment = {
            "method": self._on_paper(self.preferred_payment_method_line_id).name,
            "term": term.note if not is_html_empty(term.note) else term.name,
            **(self._get_printed_bank(bank) if model.show_bank else {}),
        }
        if payment.get("iban"):
            payment["reference"] = self._get_printed_number()
        return payment if any(payment.values()) else {}

    def _get_printed_extra(self):
        model = self._get_printed_model().with_context(lang=self.env.lang)
        previewed = self.env["koban.document.model"]._get_previewed()
        company = self._on_paper(self.company_id)
        support = [company.support_name, company.support_phone, company.support_email]
        return {
            **super()._get_printed_extra(),
            "travel_costs": model.travel_costs if previewed else self.travel_costs,
            "support": " – ".join(filter(None, support)) if model.show_support else "",
            "seller": self._get_printed_seller() if model.show_photo else {},
            "withdrawal": self._get_printed_withdrawal(model),
            "sign": model.show_signature and self.state != "cancel",
            "signature": self._get_printed_signature(),
        }

    def _get_printed_seller(self) -> dict[str, str]:
        """Return the salesperson with a photo (row 2-45)."""
        seller = self.user_id.sudo().with_context(bin_size=False)  # shown to the customer
        if not seller:
            return {}
        # Without a photo of the person the host draws a letter, as SVG: not for paper.
        drawn = (seller.image_1920 or b"").startswith((b"PD94", b"PHN2"))
        own = "" if drawn else seller.image_256
        return {
            "photo": printable(own, *PHOTO_SIZE),
            "name": seller.name,
            "function": seller.function or "",
            "phone": seller.phone or "",
            "email": seller.email or "",
        }

    def _is_withdrawal_possible(self) -> bool:
        """Whether the customer may withdraw: a private person (row 2-38)."""
        return not self._on_paper(self.partner_id).is_professional

    def _get_printed_withdrawal(self, model):
        """Return the withdrawal notice, where it applies."""
        if not model.show_withdrawal or not self._is_withdrawal_possible():
            return ""
        if not is_html_empty(model.withdrawal_text):
            return model.withdrawal_text
        return self.env._(
            "Right of withdrawal: for a contract made at a distance or off business premises, you "
            "may withdraw within fourteen days, without giving a reason (articles L. 221-18 and "
            "following of the consumer code). Tell us so by any clear statement, or with the "
            "model form. The period runs from the contract for services, from the reception for "
            "goods. It does not apply to goods made to your specifications."
        )

    def _get_printed_signature(self) -> dict[str, str]:
        """Return the signature given on the portal."""
        if not self.signature:
            return {}
        day = fields.Datetime.context_timestamp(self, self.signed_on) if self.signed_on else None
        return {
            "picture": printable(self.with_context(bin_size=False).signature, 600, 300),
            "name": self.signed_by or "",
            "date": self._format_day(day and day.date()),
        }
