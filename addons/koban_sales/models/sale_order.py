from odoo import api, fields, models
from odoo.tools import format_datetime

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_passes, without_passes

DOCUMENT_STATUS = [
    ("quote", "Quote"),
    ("quote_sent", "Quote Sent"),
    ("order_draft", "Draft Order"),
    ("order", "Validated Order"),
    ("test", "Validated in TEST"),
    ("cancel", "Cancelled"),
]


class SaleOrder(models.Model):
    """Quotes, then orders unalterable once validated (rows 1-02 to 1-04, 3-01 to 3-13)."""

    _name = "sale.order"
    _inherit = [
        "koban.document.mixin",
        "koban.document.text.mixin",
        "koban.grouping.mixin",
        "sale.order",
    ]

    _document_validated_states = ("sale",)

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

    # A number is never used twice, cancelled orders included.
    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE validation_date IS NOT NULL",
        "This order number is already used.",
    )

    @property
    def _rec_names_search(self):
        return [*super()._rec_names_search, "quote_number"]

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("state", "is_order")
    def _compute_document_status(self):
        status = {"sale": "order", "cancel": "cancel"}
        for order in self:
            draft = "quote_sent" if order.state == "sent" else "quote"
            order.document_status = status.get(order.state) or (
                "order_draft" if order.is_order else draft
            )

    @api.depends("is_order")
    def _compute_type_name(self):
        super()._compute_type_name()
        for order in self:
            if order.document_status == "order_draft":
                order.type_name = speaking(self.env)._("Draft Order")

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    @api.model
    def _get_protection_fields(self):
        return [
            *super()._get_protection_fields(),
            "validation_date",
            "company_id.allow_edit_validated_orders",
        ]

    @api.model
    def _get_validated_domain(self, companies):
        validated = fields.Domain("company_id", "in", companies.ids) & fields.Domain(
            "validation_date", "!=", False
        )
        return super()._get_validated_domain(companies) | validated

    def _is_validated(self):
        return bool(self.validation_date) or super()._is_validated()

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

    # ------------------------------------------------------------------
    # Creation
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("is_order", self.env.context.get("default_is_order")):
                company_id = vals.get("company_id") or self.env.context.get("default_company_id")
                company = self.env["res.company"].browse(company_id) or self.env.company
                # Where the guard is off the host knows quotes only.
                vals["is_order"] = company.sudo().document_guard
                if vals["is_order"]:
                    vals["name"] = speaking(self.env)._("Draft Order")
        orders = super().create(vals_list)
        quotes = orders.filtered(lambda order: not order.is_order and order._is_guard_enabled())
        for quote in quotes._with_guard_pass(quotes, fields={"quote_number"}):
            quote.quote_number = quote.name
        return orders

    # ------------------------------------------------------------------
    # From quote to order
    # ------------------------------------------------------------------
    @public
    def action_create_order(self) -> bool:
        """Turn quotes into draft orders, with the very same lines (rows 1-02 and 1-03).

        :raise DocumentError: code ``document_state`` if one is not an open quote
        """
        for order in self:
            if order.state not in ("draft", "sent") or order.is_order:
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s is not an open quote: no order can be made of it.",
                        document=order.display_name,
                    ),
                    "document_state",
                    model=self._name,
                    ids=order.ids,
                )
        return self.write({"is_order": True})

    @public
    def action_back_to_quote(self) -> bool:
        """Take draft orders back to the quotes they come from.

        :raise DocumentError: code ``document_state`` if one is validated or never was a quote
        """
        for order in self:
            if order.document_status != "order_draft" or not order.quote_number:
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s is not a draft order made of a quote.",
                        document=order.display_name,
                    ),
                    "document_state",
                    model=self._name,
                    ids=order.ids,
                )
        return self.write({"is_order": False})

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @override
    def action_confirm(self):
        result = self._validate_through(lambda orders: super().action_confirm())
        return True if result is None else without_passes(result, self.env)

    def _is_through(self, kind):
        return self.state == ("sale" if kind == "validation" else "cancel")

    def _validate_check(self, run):
        super()._validate_check(run)
        for order in self.filtered(lambda order: order._is_guard_enabled()):
            # Before the host, whose own refusal has no code.
            if error := order._confirmation_error_message():
                order._raise_not_confirmable(error)

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
        passes = [item for item in get_passes(self.env) if item.model == self._name]
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
        numbers = {}
        # Always in the same order, so that two transactions never wait for each other.
        by_company = self.grouped("company_id").items()
        for company, orders in sorted(by_company, key=lambda item: item[0].id):
            drawn = company._get_order_sequence()._draw_numbers(day, len(orders))
            numbers |= dict(zip(orders.ids, drawn, strict=True))
        return [
            {"name": numbers[order.id], "is_order": True, "validation_date": now} for order in self
        ]

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

    def _raise_not_confirmable(self, error):
        self.check_access("write")  # whoever may not validate is told nothing more
        raise DocumentError(
            speaking(self.env)._(
                "%(document)s: %(error)s", document=self.display_name, error=error
            ),
            "document_not_confirmable",
            model=self._name,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # Closing
    # ------------------------------------------------------------------
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

    # ------------------------------------------------------------------
    # Cancellation
    # ------------------------------------------------------------------
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
        return validated._cancel_through(lambda orders: super()._action_cancel())

    def _cancel_check(self, run):
        super()._cancel_check(run)
        self._check_cancellable()

    def _cancel_open(self, run):
        names = {"state", "cancellation_date", "cancellation_user_id"}
        run.documents = self._with_guard_pass(self, fields=names)

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

    def _check_cancellable(self):
        """Refuse to cancel an order that validated invoices still bill.

        :raise DocumentError: code ``document_invoiced``
        """
        for order in self:
            # A salesperson may not read every invoice, but each of them counts.
            invoices = order.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
            billed = sum(invoices.mapped("amount_total_in_currency_signed"))
            if not order.currency_id.is_zero(billed):
                live = invoices.filtered(
                    lambda move: (
                        move.move_type == "out_invoice" and not move._get_live_credit_notes()
                    )
                )
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s cannot be cancelled: it is still billed by %(invoices)s. "
                        "Cancel the invoice first, with “Cancel the Document”.",
                        document=order.display_name,
                        invoices=", ".join((live or invoices).mapped("name")),
                    ),
                    "document_invoiced",
                    model=self._name,
                    ids=order.ids,
                )

    @override
    def action_draft(self):
        for order in self:
            if order._is_guarded():
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s was validated: it cannot become a quote again. %(advice)s",
                        document=order.display_name,
                        advice=order._get_correction_advice(),
                    ),
                    "document_state",
                    model=self._name,
                    ids=order.ids,
                )
        return super().action_draft()

    # ------------------------------------------------------------------
    # Groupings
    # ------------------------------------------------------------------
    def _get_lines_to_print(self):
        # Down payments as in the host; its other choices are the rows'.
        shown = self._get_order_lines_to_report()
        return (
            super()
            ._get_lines_to_print()
            .filtered(lambda line: not line.is_downpayment or line in shown)
        )

    # ------------------------------------------------------------------
    # Invoicing
    # ------------------------------------------------------------------
    def _prepare_invoice(self):
        return {**super()._prepare_invoice(), **self._prepare_document_texts()}

    def _get_invoice_grouping_keys(self):
        # One invoice follows one process.
        return [*super()._get_invoice_grouping_keys(), "process_id"]

    def _create_down_payment_section_line_if_needed(self):
        opened = self._with_guard_pass(self, lines=True)
        line = super(SaleOrder, opened)._create_down_payment_section_line_if_needed()
        return line and line.with_env(self.env)

    def _create_down_payment_lines_from_base_lines(self, down_payment_base_lines):
        opened = self._with_guard_pass(self, lines=True)
        lines = super(SaleOrder, opened)._create_down_payment_lines_from_base_lines(
            down_payment_base_lines
        )
        return lines.with_env(self.env)
