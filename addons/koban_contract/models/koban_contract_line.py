from datetime import date

from odoo import api, fields, models

from odoo.addons.koban_document.models.grouping_line_mixin import GROUP_TYPES
from odoo.addons.koban_guard.exceptions import ConstraintError, speaking

from ..periods import ONE_DAY

CHARGES = [
    ("recurring", "Each Period"),
    ("once", "Once"),
    ("usage", "Usage"),
]
DISPLAY_TYPES = [
    ("line_section", "Section"),
    ("line_subsection", "Subsection"),
    ("line_note", "Note"),
]


class KobanContractLine(models.Model):
    """What a contract bills, from a day to another (rows 2-63, 2-67)."""

    _name = "koban.contract.line"
    _description = "Contract Line"
    _inherit = [
        "koban.document.line.mixin",
        "koban.grouping.options.mixin",
        "koban.grouping.line.mixin",
        "analytic.mixin",
    ]
    _order = "contract_id, sequence, id"
    _check_company_auto = True

    _document_field = "contract_id"
    _grouping_document_field = "contract_id"
    _grouping_quantity_field = "quantity"

    contract_id = fields.Many2one("koban.contract", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    sequence = fields.Integer(default=10)
    display_type = fields.Selection(DISPLAY_TYPES)
    parent_id = fields.Many2one("koban.contract.line", compute="_compute_parent_id")
    charge = fields.Selection(
        CHARGES, string="Billed", required=True, default="recurring", help="How often it is billed."
    )
    product_id = fields.Many2one(
        "product.product", check_company=True, index="btree_not_null", ondelete="restrict"
    )
    name = fields.Text(
        string="Description",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_from_product",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    price_unit = fields.Float(
        string="Unit Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        help="Price of a whole period, excluding tax.",
    )
    discount = fields.Float(string="Disc. %", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax",
        string="Taxes",
        compute="_compute_tax_ids",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        context={"active_test": False},
    )
    price_subtotal = fields.Monetary(string="Amount", compute="_compute_amounts", store=True)
    price_total = fields.Monetary(compute="_compute_amounts", store=True)
    date_start = fields.Date(
        string="From", help="First day billed. Empty: the start of the commitment."
    )
    date_end = fields.Date(string="To", help="Last day billed. Empty: the end of the contract.")
    billed_to = fields.Date(
        string="Billed up to",
        copy=False,
        help="Last day billed; on a draft, what was billed before it was entered here.",
    )
    period_ids = fields.One2many("koban.contract.period", "line_id", copy=False)

    _dates_ordered = models.Constraint(
        "CHECK(date_start IS NULL OR date_end IS NULL OR date_end >= date_start)",
        "The last day of a line is before its first.",
    )

    # ------------------------------------------------------------------
    # Computes
    # ------------------------------------------------------------------
    @api.depends("product_id")
    def _compute_from_product(self):
        for line in self:
            product = line.product_id.with_context(lang=line.contract_id.partner_id.lang)
            if product:
                line.name = product.get_product_multiline_description_sale()
                line.product_uom_id = product.uom_id
            elif not line.name:
                line.name = ""

    @api.depends("product_id", "quantity", "product_uom_id")
    def _compute_price_unit(self):
        for line in self.filtered("product_id"):
            contract, product = line.contract_id, line.product_id
            if contract.kind == "purchase":
                line.price_unit = product.standard_price
            elif contract.pricelist_id:
                line.price_unit = contract.pricelist_id._get_product_price(
                    product, line.quantity or 1.0, uom=line.product_uom_id, date=contract.date_start
                )
            else:
                line.price_unit = product.currency_id._convert(
                    product.lst_price, contract.currency_id, contract.company_id,
                    contract.date_start or fields.Date.context_today(line),
                )  # fmt: skip

    @api.depends("product_id", "contract_id.fiscal_position_id", "contract_id.kind")
    def _compute_tax_ids(self):
        for line in self:
            contract = line.contract_id
            product = line.product_id.with_company(contract.company_id)
            taxes = product.supplier_taxes_id if contract.kind == "purchase" else product.taxes_id
            own = taxes._filter_taxes_by_company(contract.company_id)
            line.tax_ids = contract.fiscal_position_id.map_tax(own)

    @api.depends("quantity", "price_unit", "discount", "tax_ids", "contract_id.currency_id")
    def _compute_amounts(self):
        for line in self:
            amounts = line._get_amounts(line.price_unit)
            line.price_subtotal = 0.0 if line.display_type else amounts["total_excluded"]
            line.price_total = 0.0 if line.display_type else amounts["total_included"]

    def _get_amounts(self, price_unit) -> dict:
        """Return what a whole period amounts to at a unit price, as the taxes compute it."""
        self.ensure_one()
        return self.tax_ids.compute_all(
            price_unit * (1 - (self.discount or 0.0) / 100),
            currency=self.contract_id.currency_id,
            quantity=self.quantity,
            product=self.product_id,
            partner=self.contract_id.partner_id,
        )

    def _exclude_taxes(self, amount) -> float:
        """Return an amount at the prices of the line excluding the taxes that are in them."""
        self.ensure_one()
        if not any(tax.price_include or tax.amount_type == "group" for tax in self.tax_ids):
            return amount
        currency = self.contract_id.currency_id
        return self.tax_ids.compute_all(
            amount, currency=currency, product=self.product_id, partner=self.contract_id.partner_id
        )["total_excluded"]

    @api.depends("sequence", "display_type", "contract_id.line_ids.sequence")
    def _compute_parent_id(self):
        for contract in self.contract_id:
            section = subsection = self.browse()
            for line in contract._get_ordered_lines():
                if line.display_type == "line_section":
                    section, subsection = line, self.browse()
                    line.parent_id = False
                elif line.display_type == "line_subsection":
                    subsection = line
                    line.parent_id = section
                else:
                    line.parent_id = subsection or section
        (self - self.contract_id.line_ids).parent_id = False

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------
    @api.constrains("display_type", "product_id", "tax_ids", "company_id")
    def _check_kind(self):
        for line in self:
            if line.display_type in GROUP_TYPES and line.product_id:
                raise ConstraintError(
                    speaking(self.env)._("“%s” is a title: it has no article.", line.name),
                    "contract_line",
                    model=self._name,
                    ids=line.ids,
                )

    # ------------------------------------------------------------------
    # Periods
    # ------------------------------------------------------------------
    def _get_first_day(self) -> date:
        """Return the first day that the line bills."""
        self.ensure_one()
        return max(filter(None, [self.date_start, self.contract_id.date_start]))

    def _get_last_day(self) -> date | None:
        """Return the last day that the line bills, if it is known."""
        self.ensure_one()
        # Ended by agreement after its commitment, a contract is billed up to then.
        days = [self.date_end, self.contract_id.close_date or self.contract_id.date_end]
        return min(filter(None, days), default=None)

    def _get_last_billed(self, opened) -> date | None:
        """Return the last day billed; periods to bill again are not.

        :param opened: as :meth:`koban.contract._get_open_periods` returns it
        """
        self.ensure_one()
        day = self.billed_to
        rows = [row for row in opened.get(self.contract_id, ()) if row.line_id == self]
        for row in sorted(rows, key=lambda row: row.date_from, reverse=True):
            if day and row.date_from <= day <= row.date_to:
                day = row.date_from - ONE_DAY
        return day if day and day >= self._get_first_day() else None

    # ------------------------------------------------------------------
    # On invoices
    # ------------------------------------------------------------------
    def _prepare_title(self) -> dict:
        """Return the values of the title or the note on the invoice."""
        self.ensure_one()
        values = {"display_type": self.display_type, "name": self.name}
        return {**values, **self._prepare_grouping_options()} if self._is_group() else values
