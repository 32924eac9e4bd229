from datetime import date

from odoo import api, fields, models

from odoo.addons.koban_document.tools.numbering import number_documents
from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..periods import Rhythm
from ..terms import get_deadline
from .koban_contract_type import (
    GROUPINGS,
    KINDS,
    PRORATIONS,
    RENEWALS,
    TIMINGS,
    UNIT_LABELS,
)

STATES = [
    ("draft", "Draft"),
    ("running", "Running"),
    ("closed", "Ended"),
    ("cancel", "Cancelled"),
]
# What a contract takes over from its type, as long as nobody chose otherwise.
TYPE_FIELDS = (
    "kind", "interval_count", "interval_unit", "is_aligned", "timing", "proration", "grouping",
    "renewal", "renewal_months", "notice_months",
)  # fmt: skip


class KobanContract(models.Model):
    """A contract with a customer or a supplier, unalterable once validated (rows 0-06, 2-63).

    Its content is sealed by the validation, and again by each act that changes it.
    """

    _name = "koban.contract"
    _description = "Contract"
    _inherit = [
        "koban.sealed.mixin",
        "koban.document.mixin",
        "koban.document.text.mixin",
        "koban.grouping.mixin",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _rec_names_search = ["name", "title", "partner_id.name"]
    _check_company_auto = True
    _mail_post_access = "read"

    _document_validated_states = ("running", "closed")
    _document_validation_field = "validation_date"
    _grouping_lines_field = "line_ids"

    name = fields.Char(
        string="Number", copy=False, readonly=True, index="trigram", help="Given by the validation."
    )
    title = fields.Char(required=True, help="What the contract is about, such as “Maintenance”.")
    state = fields.Selection(
        STATES,
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    kind = fields.Selection(KINDS, required=True, default="sale", readonly=True, index=True)
    type_id = fields.Many2one(
        "koban.contract.type",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        domain="[('kind', '=', kind)]",
    )
    properties = fields.Properties(
        string="Own Fields", definition="type_id.properties_definition", copy=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        check_company=True,
        index=True,
        tracking=True,
    )
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id", store=True, index=True
    )
    invoice_partner_id = fields.Many2one(
        "res.partner",
        string="Invoiced Partner",
        compute="_compute_invoice_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
        domain="[('share', '=', False)]",
    )
    sale_order_id = fields.Many2one(
        "sale.order", string="Order", readonly=True, copy=False, index="btree_not_null"
    )
    pricelist_id = fields.Many2one("product.pricelist", check_company=True)
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position",
        compute="_compute_fiscal_position_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        compute="_compute_payment_term_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', kind)]",
        help="By default the one of the type, or the first of the company.",
    )

    line_ids = fields.One2many("koban.contract.line", "contract_id", copy=True)
    period_ids = fields.One2many("koban.contract.period", "contract_id", copy=False)
    is_billed = fields.Boolean(compute="_compute_is_billed")
    suspension_ids = fields.One2many("koban.contract.suspension", "contract_id", copy=False)

    # ------------------------------------------------------------------
    # Dates, each its own
    # ------------------------------------------------------------------
    date_start = fields.Date(
        string="Commitment Start", required=True, default=fields.Date.context_today, tracking=True
    )
    date_end = fields.Date(
        string="Commitment End",
        tracking=True,
        help="Last day of the commitment. Empty: no end. The next invoice has a date of its own.",
    )
    validation_date = fields.Datetime(copy=False, readonly=True)
    notice_months = fields.Integer(
        string="Notice (Months)",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        help="How long before the end of the commitment it may be denounced at the latest.",
    )
    notice_deadline = fields.Date(
        compute="_compute_notice_deadline",
        store=True,
        index=True,
        help="Last day to denounce the contract before it is renewed.",
    )
    renewal = fields.Selection(
        RENEWALS,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    renewal_months = fields.Integer(
        string="Renewed for (Months)",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )

    # ------------------------------------------------------------------
    # Billing
    # ------------------------------------------------------------------
    interval_count = fields.Integer(
        string="Billed Every",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    interval_unit = fields.Selection(
        UNIT_LABELS,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    is_aligned = fields.Boolean(
        string="Calendar Periods",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        help="Periods follow the calendar (months, quarters, years) and not the start date.",
    )
    timing = fields.Selection(
        TIMINGS,
        string="Billed",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    proration = fields.Selection(
        PRORATIONS,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        help="How the first and the last period are billed when they are not whole.",
    )
    grouping = fields.Selection(
        GROUPINGS,
        string="Invoices",
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL", "This contract number is already used."
    )
    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_end >= date_start)",
        "The end of the commitment is before its start.",
    )
    _interval_positive = models.Constraint(
        "CHECK(interval_count > 0)", "A contract is billed every period of at least one unit."
    )
    _months_positive = models.Constraint(
        "CHECK(notice_months >= 0 AND renewal_months >= 0)",
        "Durations in months cannot be negative.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " – ".join(filter(None, [contract.name, contract.title]))

    @api.depends("type_id")
    def _compute_from_type(self):
        new = self.env["koban.contract.type"].new()  # its default values
        for contract in self:
            source = contract.type_id or new
            for name in TYPE_FIELDS[1:]:
                if contract.type_id or not contract[name]:
                    contract[name] = source[name]

    @api.depends("period_ids")
    def _compute_is_billed(self):
        for contract in self:
            contract.is_billed = bool(contract.period_ids)

    @api.depends("company_id", "pricelist_id")
    def _compute_currency_id(self):
        for contract in self:
            contract.currency_id = (
                contract.pricelist_id.currency_id or contract.company_id.currency_id
            )

    @api.depends("partner_id")
    def _compute_invoice_partner_id(self):
        for contract in self:
            contract.invoice_partner_id = contract.partner_id.address_get(["invoice"])["invoice"]

    @api.depends("partner_id", "company_id")
    def _compute_fiscal_position_id(self):
        Position = self.env["account.fiscal.position"]
        for contract in self:
            contract.fiscal_position_id = Position.with_company(
                contract.company_id
            )._get_fiscal_position(contract.partner_id)

    @api.depends("invoice_partner_id", "company_id", "kind")
    def _compute_payment_term_id(self):
        for contract in self:
            partner = contract.invoice_partner_id.with_company(contract.company_id)
            contract.payment_term_id = (
                partner.property_supplier_payment_term_id
                if contract.kind == "purchase"
                else partner.property_payment_term_id
            )

    @api.depends("date_end", "notice_months")
    def _compute_notice_deadline(self):
        for contract in self:
            end = contract.date_end
            try:
                contract.notice_deadline = end and get_deadline(end, contract.notice_months)
            except OverflowError:  # before the calendar: a slip of the pen
                contract.notice_deadline = False

    @api.onchange("type_id")
    def _onchange_type_id(self):
        if self.type_id:
            self.kind = self.type_id.kind
            self.journal_id = self.type_id.journal_id
            if self.type_id.commitment_months and self.date_start:
                self.date_end = self.type_id._get_commitment_end(self.date_start)

    @override
    def onchange(self, values, field_names, fields_spec):
        """Show the own fields of the chosen type at once: the host waits until they are saved."""
        result = super().onchange(values, field_names, fields_spec)
        shown = result.get("value", {})
        if "properties" in fields_spec and "type_id" in field_names and "properties" not in shown:
            definition = self.env["koban.contract.type"].browse(values.get("type_id") or [])
            shown["properties"] = [
                {**item, "value": item.get("default") or False}
                for item in definition.properties_definition or []
            ]
        return result

    @api.model_create_multi
    @override
    def create(self, vals_list):
        Type = self.env["koban.contract.type"]
        for vals in vals_list:
            if vals.get("type_id"):
                self._complete_from_type(vals, Type.browse(vals["type_id"]))
        return super().create(vals_list)

    @api.model
    def _complete_from_type(self, vals, contract_type):
        """Add what the form would take over from the type, where the caller says nothing."""
        vals.setdefault("kind", contract_type.kind)
        if "date_end" in vals or "default_date_end" in self.env.context:
            return
        start = vals.get("date_start") or self.default_get(["date_start"])["date_start"]
        vals["date_end"] = contract_type._get_commitment_end(fields.Date.to_date(start))

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    @api.model
    def _get_editable_fields(self):
        """DESIGN §2: the salesperson and the texts stay editable."""
        return super()._get_editable_fields() | self._get_document_text_fields() | {"user_id"}

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"name", "validation_date"}

    def _get_correction_advice(self):
        if self.state == "cancel":
            return speaking(self.env)._("To take it up again, duplicate it.")
        return speaking(self.env)._("To change it from a date on, use “Amend”.")

    # ------------------------------------------------------------------
    # Who follows it, and what follows from it
    # ------------------------------------------------------------------
    def _get_follower(self):
        """Return who follows the contract: someone who still works here, if there is one."""
        self.ensure_one()
        users = (self.user_id, self.create_uid, self.env.user)
        return next((user for user in users if user.active), users[-1])

    def _get_reader_env(self):
        """Return the environment in the language of who follows the contract."""
        lang = self.user_id.lang or self.company_id.partner_id.lang or self.env.user.lang
        return self.with_context(lang=lang).env

    def _on_terms_changed(self):
        """Do what follows from a new end of the commitment, written already; extend it."""

    def _on_price_changed(self, kind: str, day: date):
        """Do what follows from prices or lines that changed, written already; extend it.

        :param kind: ``added`` by an amendment, which may take away too, or ``revised``
        :param day: from which they are others
        """

    def _get_rhythm(self) -> Rhythm:
        """Return the rhythm of the periods of billing."""
        self.ensure_one()
        return Rhythm(self.interval_count, self.interval_unit, self.date_start, self.is_aligned)

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @public
    def action_validate(self) -> bool:
        """Validate draft contracts: each gets its number, and is billed from then on.

        :raise DocumentError: code ``document_not_confirmable``, with all that is missing
        """
        pipeline.validate(self, lambda contracts: contracts._write_validation())
        return True

    def _validate_check(self, run):
        super()._validate_check(run)
        for contract in self:
            contract._check_validatable()

    @api.model
    def _get_validation_pass(self):
        return {"fields": {"name", "state", "validation_date"}}

    def _write_validation(self):
        for contract, values in zip(self, self._prepare_validation_values(), strict=True):
            contract.write(values)

    def _is_through(self, kind):
        # An addon may leave some of them as they are.
        return self.state == ("running" if kind == "validation" else "cancel")

    def _prepare_validation_values(self) -> list[dict]:
        """Return what validates each contract, in one write; numbers in the order given."""
        now = fields.Datetime.now()
        day = fields.Date.context_today(self, now)
        numbers = number_documents(self, lambda company: company._get_contract_sequence(), day)
        return [
            {"name": numbers[contract.id], "state": "running", "validation_date": now}
            for contract in self
        ]

    def _check_validatable(self):
        if self.state != "draft":
            problem = speaking(self.env)._("it is not a draft")
        elif not self.line_ids.filtered(lambda line: not line.display_type):
            problem = speaking(self.env)._("it has no line to bill. Add one")
        else:
            return
        raise DocumentError(
            speaking(self.env)._(
                "%(contract)s cannot be validated: %(problem)s.",
                contract=self.display_name,
                problem=problem,
            ),
            "document_not_confirmable",
            model=self._name,
            ids=self.ids,
        )

    @public
    def action_cancel(self) -> bool:
        """Cancel contracts of which nothing was ever billed; they keep their number.

        :raise DocumentError: code ``contract_billed``
        """
        left = self.filtered(lambda contract: contract.state != "cancel")
        pipeline.cancel(left, lambda contracts: contracts.write({"state": "cancel"}))
        return True

    def _cancel_check(self, run):
        super()._cancel_check(run)
        for contract in self:
            if contract.period_ids:
                raise DocumentError(
                    speaking(self.env)._(
                        "%s was billed: end it, with a reason, instead of cancelling it.",
                        contract.display_name,
                    ),
                    "contract_billed",
                    model=self._name,
                    ids=contract.ids,
                )

    def _cancel_open(self, run):
        run.open(self, fields={"state"})

    def _raise_state(self):
        raise DocumentError(
            speaking(self.env)._("%s is not a running contract.", self.display_name),
            "contract_state",
            model=self._name,
            ids=self.ids,
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for contract in self:
            if contract.name:
                raise DocumentError(
                    speaking(self.env)._(
                        "%s was validated: it cannot be deleted. End it.", contract.display_name
                    ),
                    "document_delete",
                    model=self._name,
                    ids=contract.ids,
                )

    def _compute_access_url(self):
        super()._compute_access_url()
        for contract in self:
            contract.access_url = f"/my/koban/contracts/{contract.id}"

    @public
    def action_open_invoices(self) -> dict:
        """Open the invoices that billed these contracts."""
        self.check_access("read")
        moves = (
            self.env["account.move.line"]
            .search([("contract_period_id.contract_id", "in", self.ids)])
            .move_id
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "domain": [("id", "in", moves.ids)],
            "views": [(False, "list"), (False, "form")],
        }
