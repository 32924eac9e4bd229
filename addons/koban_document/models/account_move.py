from odoo import api, models
from odoo.fields import Domain
from odoo.tools import is_html_empty

from ..tools.qr import svg

KINDS = {"out_invoice": "invoice", "out_refund": "credit_note"}
DOCUMENT_TEMPLATE = "koban_document.document_invoice"


class AccountMove(models.Model):
    """Invoices and credit notes: their groupings, texts and page."""

    _name = "account.move"
    _inherit = ["koban.grouping.mixin", "account.move", "koban.document.text.mixin"]

    _grouping_lines_field = "invoice_line_ids"

    def _has_groupings(self):
        # An entry has none, and reading its lines would write those that are not balanced yet.
        return self.is_invoice(include_receipts=True)

    @api.model
    def _get_kind_fields(self):
        return ["move_type"]

    @api.model
    def _get_printable_domain(self):
        return Domain("move_type", "in", list(KINDS))

    def _get_document_kind(self):
        return KINDS.get(self.move_type, False)

    def _get_name_invoice_report(self):
        name = super()._get_name_invoice_report()
        # A country that prints by its own template keeps it.
        is_host = name == "account.report_invoice_document"
        return DOCUMENT_TEMPLATE if is_host and self._get_printed_model() else name

    def _get_report_base_filename(self):
        if self.state != "posted" or not self._get_printed_model():
            return super()._get_report_base_filename()
        return self._get_printed_filename()

    # ---- The page ----
    def _get_printed_title(self):
        if title := super()._get_printed_title():
            return title
        return (
            self.env._("Credit Note") if self.move_type == "out_refund" else self.env._("Invoice")
        )

    def _get_printed_number(self):
        return "" if self.name in (False, "/") else self.name

    def _get_printed_status(self):
        if self.env.context.get("proforma"):
            return self.env._("Pro forma")
        return {"draft": self.env._("Draft"), "cancel": self.env._("Cancelled")}.get(self.state, "")

    def _get_printed_facts(self):
        model = self._get_printed_model()
        seller = self._on_paper(self.invoice_user_id)
        customer = self._on_paper(self.partner_id).commercial_partner_id
        is_invoice = self.move_type == "out_invoice"
        due = is_invoice and self.invoice_date_due
        return [
            *super()._get_printed_facts(),
            (self.env._("Date"), self._format_day(self.invoice_date)),
            (self.env._("Due date"), self._format_day(due)),
            (self.env._("Delivery date"), self._format_day(self._get_printed_delivery_date())),
            (self.env._("Customer no."), customer.ref or self._on_paper(self.partner_id).ref),
            (
                self.env._("Your order"),
                self.ref if is_invoice and self.ref != self.invoice_origin else "",
            ),
            (self.env._("Our reference"), self.invoice_origin if is_invoice else ""),
            (self.env._("Contact"), self._on_paper(self.contact_id).name),
            (self.env._("Salesperson"), seller.name if model.show_salesperson else ""),
            (
                self.env._("Incoterm"),
                " ".join(filter(None, [self.invoice_incoterm_id.code, self.incoterm_location])),
            ),
            (self.env._("Customer's VAT No."), customer.vat),
        ]

    def _get_printed_delivery_date(self):
        """Return the date of the delivery or of the end of the service; none to print."""
        return self.delivery_date

    def _get_printed_mentions(self):
        position = self._on_paper(self.fiscal_position_id)
        mentions = [position.note, self.taxes_legal_notes, self.narration]
        return [
            *super()._get_printed_mentions(),
            *(text for text in mentions if not is_html_empty(text)),
        ]

    def _get_printed_payments(self):
        wanted = self.env.context.get("print_with_payments") and self.move_type == "out_invoice"
        if not wanted or self.state != "posted":
            return []
        # What was paid of this very invoice.
        widget = self._on_paper(self).invoice_payments_widget or {}
        return [
            (
                self.env._("Credited on %s", self._format_day(payment["date"]))
                if payment["is_refund"]
                else self.env._("Paid on %s", self._format_day(payment["date"])),
                payment["amount"],
            )
            for payment in widget.get("content", [])
            if not payment["is_exchange"]
        ]

    def _get_printed_due(self):
        if self.move_type == "out_refund":
            return self.env._("Total in your favour"), self.amount_total
        paid = sum(amount for _name, amount in self._get_printed_payments())
        return self.env._("Net to pay"), self.currency_id.round(self.amount_total - paid)

    def _get_printed_payment(self):
        due = self._get_printed_due()[1]
        if self.move_type != "out_invoice" or self.currency_id.compare_amounts(due, 0) <= 0:
            return {}
        model = self._get_printed_model()
        bank = self._on_paper(self.partner_bank_id)
        return {
            "method": self._on_paper(self.preferred_payment_method_line_id).name,
            "due": self._format_day(self.invoice_date_due),
            "term": self._get_printed_term(self.invoice_payment_term_id),
            "installments": self._get_printed_installments(),
            "reference": self.payment_reference or self._get_printed_number(),
            **(self._get_printed_bank(bank) if model.show_bank else {}),
            "qr_code": self._get_printed_qr_code(due) if model.show_qr_code else "",
        }

    def _get_printed_installments(self) -> list[str]:
        details = self.payment_term_details if self.show_payment_term_details else []
        texts = []
        # Without a line there is nothing to pay, and the host asks for the first one.
        payable = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        if payable and self._is_eligible_for_early_payment_discount(
            self.currency_id, self.invoice_date
        ):
            term = self.invoice_payment_term_id
            texts.append(
                self.env._(
                    "%(amount)s if paid before %(date)s",
                    amount=self._format_amount(
                        term._get_amount_due_after_discount(self.amount_total, self.amount_tax)
                    ),
                    date=term._get_last_discount_date_formatted(self.invoice_date),
                )
            )
        if len(details or []) > 1:
            texts += [
                self.env._(
                    "%(amount)s on %(date)s",
                    amount=self._format_amount(detail.get("amount")),
                    date=detail.get("date"),
                )
                for detail in details
            ]
        return texts

    def _get_printed_qr_code(self, amount) -> str:
        """Return the picture of the SEPA code (EPC) that pays this invoice; empty if none can."""
        bank = self._on_paper(self.partner_bank_id)
        method = "sct_qr"
        reference = self.payment_reference or self._get_printed_number()
        if self.state != "posted" or not bank:
            return ""
        if bank._get_error_messages_for_qr(method, self.partner_id, self.currency_id):
            return ""
        arguments = (method, amount, self.currency_id, self.partner_id, reference, reference)
        if bank._check_for_qr_code_errors(*arguments):
            return ""
        return svg("\n".join(bank._get_qr_vals(*arguments)))
