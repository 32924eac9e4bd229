from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public

from ..models.koban_contract_amend import HEADER_FIELDS
from ..models.koban_contract_line import CHARGES, DISPLAY_TYPES
from ..models.koban_contract_type import GROUPINGS, RENEWALS


class KobanContractAmend(models.TransientModel):
    """What changes in a running contract, and from which day on."""

    _name = "koban.contract.amend"
    _description = "Amend a Contract"

    contract_id = fields.Many2one("koban.contract", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    date = fields.Date(string="In Force from", required=True)
    reason = fields.Char()
    line_ids = fields.One2many("koban.contract.amend.line", "amend_id", string="Lines")
    added_ids = fields.One2many("koban.contract.amend.added", "amend_id", string="New Lines")
    invoice_partner_id = fields.Many2one("res.partner", string="Invoiced Partner")
    payment_term_id = fields.Many2one("account.payment.term")
    user_id = fields.Many2one("res.users", string="Salesperson", domain="[('share', '=', False)]")
    date_end = fields.Date(string="Commitment End")
    notice_months = fields.Integer(string="Notice (Months)")
    renewal = fields.Selection(RENEWALS)
    renewal_months = fields.Integer(string="Renewed for (Months)")
    grouping = fields.Selection(GROUPINGS, string="Invoices")

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        contract = self.env["koban.contract"].browse(values.get("contract_id"))
        if contract:
            contract.check_access("read")
            values |= contract._prepare_amend(fields_list)
        return values

    @public(one=True)
    def action_amend(self) -> dict:
        """Amend the contract, and show the amendment's contract again."""
        self.contract_id.amend(
            fields.Date.to_string(self.date), self._prepare_changes(), self.reason or ""
        )
        return {"type": "ir.actions.act_window_close"}

    def _prepare_changes(self) -> dict:
        """Return the changes; :meth:`koban.contract.amend` leaves out what stays the same."""
        kept = self.line_ids.filtered(lambda row: not row.is_ended)
        names = kept.line_id._get_changed_fields()
        return {
            "contract": self._get_header(),
            "lines": [{"id": row.line_id.id, **row._get_values(names)} for row in kept],
            "end": (self.line_ids - kept).line_id.ids,
            "add": [row._prepare_line() for row in self.added_ids],
        }

    def _get_header(self) -> dict:
        """Return what is no longer as in the contract: what waits for its day is no change."""
        return {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in HEADER_FIELDS
            if self[name] != self.contract_id[name]
        }


class KobanContractAmendLine(models.TransientModel):
    """A line of the contract as it is to be."""

    _name = "koban.contract.amend.line"
    _description = "Line of a Contract to Amend"

    amend_id = fields.Many2one("koban.contract.amend", required=True, ondelete="cascade")
    line_id = fields.Many2one("koban.contract.line", required=True, ondelete="cascade")
    charge = fields.Selection(related="line_id.charge")
    billed_to = fields.Date(related="line_id.billed_to")
    name = fields.Text(string="Description", required=True)
    quantity = fields.Float(digits="Product Unit")
    price_unit = fields.Float(string="Unit Price", digits="Product Price")
    discount = fields.Float(string="Disc. %", digits="Discount")
    company_id = fields.Many2one(related="amend_id.company_id")
    tax_ids = fields.Many2many(
        "account.tax", "koban_contract_amend_line_tax_rel", string="Taxes", check_company=True,
        context={"active_test": False},
    )  # fmt: skip
    is_ended = fields.Boolean(string="Ends", help="The line ends the day before.")

    def _get_values(self, names) -> dict:
        return {name: self._fields[name].convert_to_write(self[name], self) for name in names}


class KobanContractAmendAdded(models.TransientModel):
    """A line that the contract gets."""

    _name = "koban.contract.amend.added"
    _description = "Line that an Amendment Adds"

    amend_id = fields.Many2one("koban.contract.amend", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="amend_id.company_id")
    contract_kind = fields.Selection(related="amend_id.contract_id.kind")
    display_type = fields.Selection(DISPLAY_TYPES, string="Title or Note")
    charge = fields.Selection(CHARGES, string="Billed", required=True, default="recurring")
    product_id = fields.Many2one("product.product", check_company=True)
    name = fields.Text(
        string="Description", compute="_compute_from_product", store=True, readonly=False
    )
    quantity = fields.Float(digits="Product Unit", default=1.0)
    price_unit = fields.Float(
        string="Unit Price",
        digits="Product Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
    )
    product_uom_id = fields.Many2one(
        "uom.uom", string="Unit", compute="_compute_from_product", store=True, readonly=False
    )
    discount = fields.Float(string="Disc. %", digits="Discount")
    tax_ids = fields.Many2many(
        "account.tax", "koban_contract_amend_added_tax_rel", string="Taxes", check_company=True,
        compute="_compute_from_product", store=True, readonly=False,
    )  # fmt: skip

    @api.depends("product_id")
    def _compute_from_product(self):
        for row in self:
            if row.product_id:
                line = row._get_line()
                row.name, row.product_uom_id = line.name, line.product_uom_id
                row.tax_ids = line.tax_ids
            else:
                row.name = row.name or ""

    @api.depends("product_id", "quantity", "product_uom_id")
    def _compute_price_unit(self):
        for row in self:
            if row.product_id:
                row.price_unit = row._get_line(product_uom_id=row.product_uom_id.id).price_unit
            elif not row.price_unit:
                row.price_unit = 0.0

    def _get_line(self, **values):
        """Return the line as the contract itself would compute it."""
        self.ensure_one()
        values = {name: value for name, value in values.items() if value}
        return self.env["koban.contract.line"].new(
            {
                "contract_id": self.amend_id.contract_id.id,
                "product_id": self.product_id.id,
                "quantity": self.quantity,
                **values,
            }
        )

    def _prepare_line(self) -> dict:
        if self.display_type:
            return {"display_type": self.display_type, "name": self.name}
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in ("charge", "product_id", "quantity", "price_unit", "discount", "tax_ids")
        }
        optional = {"name": self.name, "product_uom_id": self.product_uom_id.id}
        return values | {name: value for name, value in optional.items() if value}
