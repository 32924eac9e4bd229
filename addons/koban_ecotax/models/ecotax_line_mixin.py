from odoo import api, fields, models
from odoo.tools import float_compare, formatLang
from odoo.tools.sql import column_exists, create_column, table_exists

from odoo.addons.koban_document.rows import get_price_digits
from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..tools.amounts import EcotaxPart

# What decides which eco-tax a line bears.
TRIGGERS = frozenset({"koban_ecotax_id", "product_id", "tax_ids"})


class EcotaxLineMixin(models.AbstractModel):
    """A line that may bear an eco-tax: one of its taxes, by the table in force (row 4-28).

    Which category, and how many units of it, are the line's own: an article that is weighed
    again later changes no order, and a credit note takes back what its invoice charged. The model
    that inherits it adds ``koban_ecotax_amount``, in its own currency.
    """

    _name = "koban.ecotax.line.mixin"
    _description = "Line that may bear an eco-tax"

    koban_ecotax_id = fields.Many2one(
        "koban.ecotax",
        string="Eco-tax",
        compute="_compute_koban_ecotax_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The article's. Its amount is that in force at the date of the document. Empty: none.",
    )
    koban_ecotax_units = fields.Float(
        string="Eco-tax Units",
        digits=(16, 6),
        compute="_compute_koban_ecotax_units",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        help="How many units (or kilograms) of the eco-tax one unit of the line bears.",
    )
    koban_ecotax_unit = fields.Float(
        string="Eco-tax per Unit excl. VAT",
        digits=(16, 6),
        compute="_compute_koban_ecotax_unit",
        compute_sudo=True,  # of its taxes, which a customer does not read
    )

    def _auto_init(self):
        # Lines that were there before bear none: there is nothing to compute, on tables as large.
        cr = self.env.cr
        if not self._abstract and table_exists(cr, self._table):
            for name in ("koban_ecotax_id", "koban_ecotax_units", "koban_ecotax_amount"):
                if not column_exists(cr, self._table, name):
                    create_column(cr, self._table, name, self._fields[name].column_type[1])
        return super()._auto_init()

    # ------------------------------------------------------------------
    # Which one, and how much
    # ------------------------------------------------------------------
    @api.depends("product_id")
    def _compute_koban_ecotax_id(self):
        for line in self:
            bears = line._can_bear_ecotax()
            line.koban_ecotax_id = bears and line.product_id.koban_ecotax_id

    @api.depends("koban_ecotax_id", "product_id", "product_uom_id")
    def _compute_koban_ecotax_units(self):
        for line in self:
            ecotax = line.koban_ecotax_id
            line.koban_ecotax_units = (
                ecotax._count_units(line.product_id, line.product_uom_id) if ecotax else 0.0
            )

    @api.depends(lambda self: self._get_ecotax_triggers())
    def _compute_koban_ecotax_amount(self):
        for line in self:
            # First what the document says: where it is being deleted, nothing is to be computed.
            part = line._get_ecotax_part()
            taxes = line._get_ecotaxes()
            line.koban_ecotax_amount = sum(part.get_amount(tax.amount) for tax in taxes)

    @api.depends(lambda self: self._get_ecotax_triggers())
    def _compute_koban_ecotax_unit(self):
        for line in self:
            taxes = line._get_ecotaxes()
            part = taxes and line._get_ecotax_part()
            line.koban_ecotax_unit = sum(part.get_unit(tax.amount) for tax in taxes)

    @api.model
    def _get_ecotax_triggers(self) -> list[str]:
        """Return what the amount depends on, of the line alone: an order takes its lines along
        when it is deleted, without their being told.
        """
        if self._abstract:
            return []
        return [self._grouping_quantity_field, "koban_ecotax_units", "price_unit", "tax_ids"]

    def _get_ecotax_part(self) -> EcotaxPart:
        """Return what the eco-tax of the line is worked out of."""
        return EcotaxPart(
            units=self.koban_ecotax_units,
            quantity=self[self._grouping_quantity_field],
            rate=self._get_ecotax_currency_rate(),
            rounding=self.currency_id.rounding or 0.01,
            sign=-1 if self.price_unit < 0 else 1,
        )

    def _get_ecotaxes(self):
        """Return those of the line's taxes that are eco-taxes."""
        return self.tax_ids._origin.filtered("koban_ecotax_id")

    # ---- Hooks ----
    def _can_bear_ecotax(self) -> bool:
        """Whether the line sells an article."""
        return False

    def _is_ecotax_settled(self) -> bool:
        """Whether the document is no draft any more: its eco-taxes stay."""
        return True

    def _get_ecotax_currency_rate(self) -> float:
        """Return what one of the company's currency is in the document's."""
        return 1.0

    # ------------------------------------------------------------------
    # Its tax
    # ------------------------------------------------------------------
    def _add_ecotax(self, taxes):
        """Return taxes of the line with the eco-tax that is due, and no other one."""
        others = taxes._origin.filtered(lambda tax: not tax.koban_ecotax_id)
        return others | self._get_due_ecotax(others)

    def _get_due_ecotax(self, others):
        """Return the tax of the eco-tax that the line owes at the date of its document.

        :param others: its other taxes, which say whether the price includes them
        """
        document = self[self._document_field]
        position = document.fiscal_position_id
        ecotax = self.koban_ecotax_id._origin
        bears = ecotax and self._can_bear_ecotax()
        if not bears or (position and not position.koban_bears_ecotax):
            return self.env["account.tax"]
        included = any(tax.price_include for tax in others)
        company = document.company_id or self.env.company
        return ecotax._get_tax(company, document._get_ecotax_date(), included)

    def _apply_ecotax(self):
        """Give drafts the eco-taxes that are due today: after a change of date or of article."""
        for line in self:
            taxes = line.tax_ids._origin
            if not line.koban_ecotax_id and not taxes.filtered("koban_ecotax_id"):
                continue
            if line._is_ecotax_settled():
                continue
            due = line._add_ecotax(taxes)
            if due != taxes:
                line.tax_ids = due

    def _follow_document(self):
        """Do what a change of the date, the customer or the currency of a draft does to lines."""
        self._apply_ecotax()
        bearing = self.filtered(lambda line: line.koban_ecotax_id and not line._is_ecotax_settled())
        # The rate of the currency is another document's field: see _get_ecotax_triggers. What
        # depends on the units depends on it too: the eco-tax, and all totals.
        bearing.modified(["koban_ecotax_units"])

    @api.onchange("koban_ecotax_id", "tax_ids")
    def _onchange_koban_ecotax_id(self):
        self._apply_ecotax()

    @api.model_create_multi
    @override
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._apply_ecotax()
        return lines

    @override
    def write(self, vals):
        result = super().write(vals)
        if not TRIGGERS.isdisjoint(vals):
            self._apply_ecotax()
        return result

    # ------------------------------------------------------------------
    # What is missing
    # ------------------------------------------------------------------
    def _find_ecotax_faults(self) -> list[tuple[str, str]]:
        """Return why the line cannot be validated with its eco-tax: codes and texts."""
        due = self._get_ecotaxes()
        if not due:
            return []
        env = speaking(self.env)
        taxes = self.tax_ids.flatten_taxes_hierarchy()
        rates = taxes.filtered(lambda tax: tax.amount_type != "fixed")
        # A setting of the company of the document: it charges no VAT.
        exempt = self.company_id.sudo().vat_scheme == "franchise"
        faults = []
        if not rates and not exempt:
            faults.append(("vat", env._("it bears an eco-tax and no VAT: choose its VAT code.")))
        apart = rates.filtered(lambda tax: tax.amount and not tax.is_base_affected)
        if apart:
            text = env._(
                "%s leaves out what other taxes add: VAT would not be calculated on the eco-tax.",
                apart[0].display_name,
            )
            faults.append(("base", text))
        if not self.koban_ecotax_units:
            text = env._(
                "%s is charged by weight, and the article has none.",
                self.koban_ecotax_id.display_name,
            )
            faults.append(("weight", text))
        if self._is_price_below(due):
            text = env._("its price incl. VAT is lower than the eco-tax that it includes.")
            faults.append(("price", text))
        return faults

    def _is_price_below(self, due) -> bool:
        """Whether a price that includes its taxes is too low to include the eco-tax."""
        included = due.filtered("price_include")
        eco = self.tax_ids._get_included_ecotax(included, self._get_ecotax_part())
        return float_compare(abs(self.price_unit), eco, precision_digits=4) < 0

    # ------------------------------------------------------------------
    # On paper
    # ------------------------------------------------------------------
    def _prepare_product_row(self):
        """Leave the eco-taxes out of the column of VAT, and of what parts a group in rows."""
        values = super()._prepare_product_row()
        if ecotaxes := self._get_ecotaxes():
            labels = set(ecotaxes.mapped("tax_label"))
            values["taxes"] = tuple(label for label in values["taxes"] if label not in labels)
            values["tax_key"] = tuple(id_ for id_ in values["tax_key"] if id_ not in ecotaxes.ids)
        return values

    def _get_ecotax_mention(self) -> str:
        """Return the mention that stands under the line: unit, quantity and amount."""
        self.ensure_one()
        if not self.koban_ecotax_amount:
            return ""
        document = self[self._document_field]
        unit = self.koban_ecotax_unit
        text = formatLang(self.env, unit, digits=get_price_digits(unit, 2))
        currency = self.currency_id
        pair = [text, currency.symbol or currency.name]
        values = {
            "unit": "\N{NO-BREAK SPACE}".join(pair if currency.position == "after" else pair[::-1]),
            "quantity": document._format_number(
                self[self._grouping_quantity_field], "Product Unit"
            ),
            "amount": document._format_amount(self.koban_ecotax_amount),
        }
        if any(tax.price_include for tax in self._get_ecotaxes()):
            return self.env._(
                "Of which eco-contribution: %(unit)s × %(quantity)s = %(amount)s excl. VAT",
                **values,
            )
        return self.env._(
            "Eco-contribution: %(unit)s × %(quantity)s = %(amount)s excl. VAT", **values
        )
