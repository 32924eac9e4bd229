from odoo import api, fields, models
from odoo.tools import is_html_empty

from odoo.addons.koban_document.tools.pictures import printable


class OrderPageMixin(models.AbstractModel):
    """What the page of a quote or an order says: facts, mentions, payment, signature.

    The mixins of texts and groupings lay it out; this one stands before them.
    """

    _name = "koban.order.page.mixin"
    _description = "Quote or order on paper"

    # ---- Which paper ----
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

    def _get_mention_date(self):
        if not self.date_order:
            return super()._get_mention_date()
        return fields.Datetime.context_timestamp(self, self.date_order).date()

    def _get_mention_lines(self):
        lines = self.order_line
        sold = lines.filtered(lambda line: not line.display_type and not line.is_downpayment)
        return sold.with_prefetch(lines._prefetch_ids)  # a batch is read at once

    def _get_lines_to_print(self):
        # Down payments as in the host; its other choices are the rows'.
        shown = self._get_order_lines_to_report()
        return (
            super()
            ._get_lines_to_print()
            .filtered(lambda line: not line.is_downpayment or line in shown)
        )

    def _get_product_documents(self):
        documents = super()._get_product_documents()
        if not documents or not self._uses_printed_rows():
            return documents
        lines = self._get_shown_lines()
        # The documents of what a group hides would name it.
        articles = lines.product_id, lines.product_template_id
        return documents.filtered(
            lambda document: any(document in item.product_document_ids for item in articles)
        )

    # ---- What stands on it ----
    def _get_printed_title(self):
        if self.env.context.get("proforma"):
            return self.env._("Pro forma Invoice")
        if title := super()._get_printed_title():
            return title
        if self._get_document_kind() == "quote":
            return self.env._("Quote")
        return self.env._("Order")

    def _get_printed_number(self):
        if self.is_test:
            return self._get_test_label()
        # A draft order has no number yet; the quote it comes from has.
        if self.document_status == "order_draft":
            return self.quote_number or ""
        return self.name or ""

    def _get_printed_status(self):
        if self.is_test:
            return self.env._("TEST")
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

    def _get_printed_due(self):
        label, amount = super()._get_printed_due()
        hidden = self._get_hidden_vat()
        if hidden == "reverse":
            label = self.env._("Total, excluding tax")
        return (self.env._("Total") if hidden in ("franchise", "margin") else label), amount

    def _get_printed_mentions(self):
        mentions = [self._on_paper(self.fiscal_position_id).note, self.note]
        return [
            *super()._get_printed_mentions(),
            *(text for text in mentions if not is_html_empty(text)),
        ]

    def _get_printed_payment(self):
        model = self._get_printed_model()
        # Validated before the account was kept, an order prints that of today.
        bank = self._on_paper(self.koban_bank_id) or self._get_company_bank()
        payment = {
            "method": self._on_paper(self.preferred_payment_method_line_id).name,
            "term": self._get_printed_term(self.payment_term_id),
            **(self._get_printed_bank(bank) if model.show_bank else {}),
        }
        if payment.get("iban"):
            payment["reference"] = self._get_printed_number()
        return payment if any(payment.values()) else {}

    def _get_company_bank(self):
        """Return the company's account for the customer: the host's own choice on the invoice."""
        banks = self._on_paper(self.company_id).partner_id.bank_ids
        return banks.filtered("allow_out_payment")[:1] or banks[:1]

    def _get_printed_extra(self):
        model = self._get_printed_model().with_context(lang=self.env.lang)
        previewed = self.env["koban.document.model"]._get_previewed()
        company = self._on_paper(self.company_id)
        support = [company.support_name, company.support_phone, company.support_email]
        return {
            **super()._get_printed_extra(),
            "travel_costs": model.travel_costs if previewed else self.travel_costs,
            "support": " – ".join(filter(None, support)) if model.show_support else "",
            "seller": self._get_printed_person(self.user_id) if model.show_photo else {},
            "withdrawal": self._get_printed_withdrawal(model),
            "sign": model.show_signature and self.state != "cancel",
            "signature": self._get_printed_signature(),
        }

    def _is_withdrawal_possible(self) -> bool:
        """Whether the customer may withdraw: a private person (row 2-38)."""
        return not self._on_paper(self.partner_id).is_professional

    def _get_printed_withdrawal(self, model):
        """Return the withdrawal notice, where it applies."""
        shown = model.show_withdrawal and self._is_withdrawal_possible()
        return model._get_withdrawal_notice() if shown else ""

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
