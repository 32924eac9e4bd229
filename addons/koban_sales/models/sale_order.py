import hashlib

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

from odoo.addons.koban_document.tools.numbering import number_documents
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_passes, open_pass

from ..follow_up import ORDER_FOLLOW_UP
from ..tools.cancelling import check_unbilled

DOCUMENT_STATUS = [
    ("quote", "Quote"),
    ("quote_sent", "Quote Sent"),
    ("order_draft", "Draft Order"),
    ("order", "Validated Order"),
    ("test", "Validated in TEST"),
    ("cancel", "Cancelled"),
]


class SaleOrder(models.Model):
    """Quotes, then orders unalterable once validated (rows 1-02 to 1-04, 3-01 to 3-13).

    A TEST order stays a quote for the host (row 2-62).
    """

    _name = "sale.order"
    _inherit = [
        "koban.order.page.mixin",
        "koban.test.sale.mixin",
        "koban.issued.mixin",
        "koban.document.mixin",
        "koban.document.text.mixin",
        "koban.grouping.mixin",
        "sale.order",
    ]

    _document_validated_states = ("sale",)
    _document_validation_field = "validation_date"

    _sealed_fields = (
        "company_id", "name", "quote_number", "state", "date_order", "validation_date",
        "validity_date", "partner_id", "partner_invoice_id", "partner_shipping_id", "currency_id",
        "pricelist_id", "fiscal_position_id", "payment_term_id", "preferred_payment_method_line_id",
        "client_order_ref", "origin", "process_id", "note", "prepayment_percent", "signed_by",
        "signed_on", "amount_untaxed", "amount_tax", "amount_total", "legal_mentions",
        "is_test", "test_validated_on", "test_operator_id", "is_order", "travel_costs",
        "journal_id", "koban_bank_id",
    )  # fmt: skip
    _sealed_line_model = "sale.order.line"
    _sealed_line_field = "order_id"
    _sealed_line_fields = (
        "sequence", "display_type", "name", "product_id", "product_uom_id", "product_uom_qty",
        "price_unit", "discount", "price_subtotal", "price_total", "is_downpayment", "is_optional",
        "collapse_prices", "collapse_composition", "hide_subtotal", "kit_quantity", "kit_uom_id",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"
    _sealed_follow_up = ORDER_FOLLOW_UP
    _archive_dates = ("date_order",)
    _archive_totals = ("amount_total",)
    _archive_currency = "currency_id"

    is_order = fields.Boolean(
        string="Is an Order",
        copy=False,
        index=True,
        help="The customer agreed: the quote became an order, still a draft until it is validated.",
    )
    quote_number = fields.Char(
        copy=False,
        readonly=True,
        index="trigram",
        help="Number of the quote this order comes from; empty for an order entered directly.",
    )
    validation_date = fields.Datetime(copy=False, readonly=True)
    cancellation_date = fields.Datetime(copy=False, readonly=True)
    cancellation_user_id = fields.Many2one(
        "res.users", string="Cancelled by", copy=False, readonly=True, ondelete="restrict"
    )
    document_status = fields.Selection(DOCUMENT_STATUS, compute="_compute_document_status")
    travel_costs = fields.Char(
        compute="_compute_travel_costs",
        store=True,
        readonly=False,
        precompute=True,
        help="Printed under the totals. The document model proposes it.",
    )

    koban_bank_id = fields.Many2one(
        "res.partner.bank",
        string="Bank Account on Paper",
        copy=False,
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        help="The company's account that the order printed when it was validated.",
    )

    # The right to the lines counts in searches through them too: a price is not to be guessed.
    order_line = fields.One2many(bypass_search_access=False)

    # A number is never used twice, cancelled orders included.
    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE validation_date IS NOT NULL",
        "This order number is already used.",
    )

    # ---- Computes ----
    @property
    def _rec_names_search(self):
        return [*super()._rec_names_search, "quote_number"]

    @api.depends("state", "is_order", "test_validated_on")
    def _compute_document_status(self):
        status = {"sale": "order", "cancel": "cancel"}
        for order in self:
            draft = "quote_sent" if order.state == "sent" else "quote"
            if order.test_validated_on:
                order.document_status = "test"
            else:
                order.document_status = status.get(order.state) or (
                    "order_draft" if order.is_order else draft
                )

    @api.depends("is_order", "is_test")
    def _compute_type_name(self):
        super()._compute_type_name()
        for order in self:
            if order.test_validated_on:
                order.type_name = speaking(self.env)._("Order")
            elif order.document_status == "order_draft":
                order.type_name = speaking(self.env)._("Draft Order")

    @api.depends("document_model_id")
    def _compute_travel_costs(self):
        # The order keeps what its quote says.
        for order in self:
            model = self._on_paper(order.document_model_id)
            proposed = ""
            if model and model._get_asked()["has_travel_costs"]:
                proposed = model.with_context(lang=order._get_printed_lang()).travel_costs
            order.travel_costs = proposed or order.travel_costs

    # ---- Guard ----
    @api.model
    def _get_protection_fields(self):
        return [
            *super()._get_protection_fields(),
            "company_id.allow_edit_validated_orders",
        ]

    @api.model
    def _get_editable_fields(self):
        """Rows 3-08 to 3-11."""
        return (
            super()._get_editable_fields()
            | self._get_document_text_fields()
            | {"campaign_id", "carrier_id", "commitment_date", "picking_policy", "user_id"}
        )

    @api.model
    def _get_technical_fields(self):
        """What the host writes on confirmed orders, measured (shared/spec/host-audit.md §3)."""
        return super()._get_technical_fields() | {"locked", "pending_email_template_id"}

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {
            "cancellation_date",
            "cancellation_user_id",
            "koban_bank_id",
            "quote_number",
            "validation_date",
        }

    def _is_edition_allowed(self, field_names):
        # Even then an order keeps its number, its company and its status.
        kept = self._get_business_fields() | {"company_id", "is_order", "name", "state"}
        # Read for the guard, by people who cannot read the settings.
        allowed = self.company_id.sudo().allow_edit_validated_orders
        return allowed and self.state == "sale" and not (set(field_names) & kept)

    def _get_correction_advice(self):
        if self.is_test:
            return super()._get_correction_advice()
        if self.state == "cancel":
            return speaking(self.env)._("To take it up again, duplicate it.")
        return speaking(self.env)._("To correct it, cancel the order and enter a new one.")

    @api.model
    def _get_editing_buttons(self):
        return super()._get_editing_buttons() | {
            "action_open_delivery_wizard",
            "action_open_discount_wizard",
            "action_update_prices",
            "action_update_taxes",
        }

    def _is_readonly(self):
        # Of the product catalogue.
        return super()._is_readonly() or self.is_protected

    # ---- Seal, archive and original ----
    @api.model
    def _get_validated_condition(self):
        return SQL("d.state = 'sale' OR (d.state = 'cancel' AND d.validation_date IS NOT NULL)")

    def _get_seal_notes(self):
        return {
            **super()._get_seal_notes(),
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "billed": self.partner_invoice_id._get_identity(),
            "currency": self.currency_id.name,
            "payment_method": self.preferred_payment_method_line_id.name or "",
            "payment_term": self.payment_term_id.name or "",
            "salesperson": self.user_id.name or "",
            "process": self.process_id.name or "",
        }

    @api.model
    def _get_archive_name(self):
        return "commandes"

    @api.model
    def _get_archive_title(self):
        return "Commandes validées."

    @api.model
    def _get_main_paper(self):
        return "order"

    @api.model
    def _get_main_report(self):
        return self.env.ref("sale.action_report_saleorder")

    def _is_issuable(self):
        # A cancelled order is printed as what it is.
        return self.state != "cancel" and super()._is_issuable()

    def _get_issued_name(self):
        # Its number, which is on the paper.
        name = self._get_printed_report_name() or self.sudo().display_name or ""
        return f"{name.replace('/', '_')}.pdf"

    def _get_text_fingerprint(self):
        """A company may let people edit validated orders (row 3-13): lines count too."""
        lines = [
            (line.name, line.product_uom_qty, line.price_unit, line.discount, line.tax_ids.ids)
            for line in self.sudo().order_line  # compared only
        ]
        content = f"{super()._get_text_fingerprint()}{lines}"
        return hashlib.sha256(content.encode()).hexdigest()

    # ---- Creation and the write that validates ----
    @api.model_create_multi
    @override
    def create(self, vals_list):
        orders = super().create([self._prepare_order_values(vals) for vals in vals_list])
        quotes = orders.filtered(
            lambda order: not order.is_order and (order.is_test or order._is_guard_enabled())
        )
        with open_pass(quotes, fields={"quote_number"}):
            for quote in quotes:
                quote.quote_number = quote.name
        return orders

    @api.model
    def _prepare_order_values(self, vals) -> dict:
        """Return the values of a quote, or of a draft order where the guard is on."""
        if not vals.get("is_order", self.env.context.get("default_is_order")):
            return vals
        company_id = vals.get("company_id") or self.env.context.get("default_company_id")
        company = self.env["res.company"].browse(company_id) or self.env.company
        # Where the guard is off the host knows quotes only: its switch alone.
        if not company.sudo().document_guard:
            return {**vals, "is_order": False}
        return {**vals, "is_order": True, "name": speaking(self.env)._("Draft Order")}

    @override
    def write(self, vals):
        entering = self._get_entering() if vals.get("state") == "sale" else self.browse()
        if not entering:
            return super().write(vals)
        # The date kept is the document's own (row 3-02): the host gives today's.
        kept = {name: value for name, value in vals.items() if name != "date_order"}
        for order, given in zip(entering, entering._prepare_validation_values(), strict=True):
            super(SaleOrder, order).write({**kept, **given})
        others = self - entering
        return super(SaleOrder, others).write(vals) if others else True

    def _get_entering(self):
        """Return the orders that their confirmation, and nothing else, is about to validate."""
        passes = [item for item in get_passes() if item.model == self._name]
        return self.filtered(
            lambda order: (
                not order._is_validated()
                and order._is_guard_enabled()
                and any(
                    item.covers(order) and order._is_pass_allowed(item, "validation_date")
                    for item in passes
                )
            )
        )

    def _prepare_validation_values(self) -> list[dict]:
        """Return what each order gets in the very write that validates it, numbers in order."""
        now = fields.Datetime.now()
        day = fields.Date.context_today(self, now)
        numbers = number_documents(self, lambda company: company._get_order_sequence(), day)
        return [
            {
                "name": numbers[order.id],
                "is_order": True,
                "validation_date": now,
                "koban_bank_id": order._get_company_bank().id,
            }
            for order in self
        ]

    # ---- Validation ----
    @override
    def action_confirm(self):
        result = pipeline.validate(self, lambda orders: super().action_confirm())
        return True if result is None else result

    def _is_through(self, kind):
        return self.state == ("sale" if kind == "validation" else "cancel")

    def _validate_check(self, run):
        super()._validate_check(run)
        for order in self.filtered(lambda order: order._is_guard_enabled()):
            # Before the host, whose own refusal has no code.
            if error := order._confirmation_error_message():
                order._raise_not_confirmable(error)

    def _confirmation_error_message(self):
        if self._is_guard_enabled():
            lines = self.order_line.filtered(lambda line: not line.display_type)
            if not lines:
                return speaking(self.env)._("There is no line to order. Add one.")
            # A down payment bills what is ordered, it does not order anything.
            if any(line.is_downpayment and line.product_uom_qty for line in lines):
                return speaking(self.env)._(
                    "A down payment line cannot have a quantity. Remove it."
                )
        return super()._confirmation_error_message()

    # ---- Cancellation ----
    @public
    def action_cancel(self):
        # The host's lock does not forbid what the seed advises: cancel and re-enter (row 3-12).
        locked = self.filtered(lambda order: order.locked and order._is_guarded())
        if locked:
            locked._action_cancel()
        others = self - locked
        return super(SaleOrder, others).action_cancel() if others else True

    def _action_cancel(self):
        validated = self.filtered(lambda order: order._is_guarded() and order.state == "sale")
        others = self - validated
        result = super(SaleOrder, others)._action_cancel() if others or not self else True
        if not validated:
            return result
        return pipeline.cancel(validated, lambda orders: super()._action_cancel())

    def _cancel_check(self, run):
        super()._cancel_check(run)
        check_unbilled(self)

    def _cancel_open(self, run):
        names = {"state", "cancellation_date", "cancellation_user_id"}
        run.open(self, fields=names)

    def _cancelled_follow(self, run):
        super()._cancelled_follow(run)
        now = fields.Datetime.now()
        run.opened.browse(self.ids).write(
            {"cancellation_date": now, "cancellation_user_id": self.env.user.id}
        )
        for order in self:
            order.message_post(
                body=speaking(self.env)._(
                    "Order %(number)s cancelled by %(user)s on %(date)s.",
                    number=order.name,
                    user=self.env.user.name,
                    date=format_datetime(self.env, now),
                ),
                subtype_xmlid="mail.mt_note",
            )

    # ---- Closing ----
    @api.model
    def _find_before_closing(self, company, date_from, date_to):
        """Yield the orders of the period, or delivered ones, that no invoice bills in full."""
        orders = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("invoice_status", "=", "to invoice"),
                ("date_order", "<", fields.Date.add(date_to, days=1)),
            ]
        )
        message = self.env._(
            "Orders or deliveries left to invoice: their invoices will be dated after the closing."
        )
        yield "orders_to_invoice", message, orders

    # ---- Invoicing ----
    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), **self._prepare_document_texts()}

    def _get_invoice_grouping_keys(self):
        # One invoice follows one process.
        return [*super()._get_invoice_grouping_keys(), "process_id"]

    def _create_down_payment_section_line_if_needed(self):
        with open_pass(self, lines=True):
            return super()._create_down_payment_section_line_if_needed()

    def _create_down_payment_lines_from_base_lines(self, down_payment_base_lines):
        with open_pass(self, lines=True):
            return super()._create_down_payment_lines_from_base_lines(down_payment_base_lines)

    # ---- Actions ----
    @public
    def action_create_order(self) -> bool:
        """Turn quotes into draft orders, with the very same lines (rows 1-02 and 1-03).

        :raise DocumentError: code ``document_state`` if one is not an open quote
        """
        for order in self:
            if order.state not in ("draft", "sent") or order.is_order:
                order._raise_wrong_state(
                    speaking(self.env)._(
                        "%(document)s is not an open quote: no order can be made of it.",
                        document=order.display_name,
                    )
                )
        return self.write({"is_order": True})

    @public
    def action_back_to_quote(self) -> bool:
        """Take draft orders back to the quotes they come from.

        :raise DocumentError: code ``document_state`` if one is validated or never was a quote
        """
        for order in self:
            if order.document_status != "order_draft" or not order.quote_number:
                order._raise_wrong_state(
                    speaking(self.env)._(
                        "%(document)s is not a draft order made of a quote.",
                        document=order.display_name,
                    )
                )
        return self.write({"is_order": False})

    @override
    def action_draft(self):
        for order in self:
            if order._is_guarded():
                order._raise_wrong_state(
                    speaking(self.env)._(
                        "%(document)s was validated: it cannot become a quote again. %(advice)s",
                        document=order.display_name,
                        advice=order._get_correction_advice(),
                    )
                )
        return super().action_draft()

    def _raise_wrong_state(self, message):
        raise DocumentError(message, "document_state", model=self._name, ids=self.ids)
