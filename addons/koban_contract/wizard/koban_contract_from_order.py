from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public

from ..models.koban_contract_type import TIMINGS, UNIT_LABELS


class KobanContractFromOrder(models.TransientModel):
    """The popup that makes a contract of a validated order (rows 0-07, 1-09)."""

    _name = "koban.contract.from.order"
    _description = "Contract of an Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    type_id = fields.Many2one(
        "koban.contract.type",
        domain="[('kind', '=', 'sale'), ('company_id', 'in', [company_id, False])]",
    )
    title = fields.Char(
        required=True, compute="_compute_title", store=True, readonly=False, precompute=True
    )
    date_start = fields.Date(
        string="Commitment Start", required=True, default=fields.Date.context_today
    )
    date_end = fields.Date(
        string="Commitment End",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
    )
    interval_count = fields.Integer(
        string="Billed Every",
        required=True,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )
    interval_unit = fields.Selection(
        UNIT_LABELS,
        required=True,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )
    timing = fields.Selection(
        TIMINGS,
        string="Billed",
        required=True,
        compute="_compute_from_type",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        "koban.contract.from.order.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends("order_id")
    def _compute_line_ids(self):
        for wizard in self:
            # Only what is sold by contract may be in one.
            lines = wizard.order_id._get_contract_articles()
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"sale_line_id": line.id, "is_taken": True}) for line in lines
            ]

    @api.depends("order_id")
    def _compute_title(self):
        for wizard in self:
            articles = wizard.order_id._get_contract_articles()
            wizard.title = articles[:1].product_id.name or wizard.order_id.name

    @api.depends("type_id", "date_start")
    def _compute_date_end(self):
        for wizard in self:
            if wizard.type_id.commitment_months and wizard.date_start:
                wizard.date_end = wizard.type_id._get_commitment_end(wizard.date_start)

    @api.depends("type_id")
    def _compute_from_type(self):
        new = self.env["koban.contract.type"].new()  # its default values
        for wizard in self:
            source = wizard.type_id or new
            wizard.interval_count = source.interval_count
            wizard.interval_unit = source.interval_unit
            wizard.timing = source.timing

    @public(one=True)
    def action_create(self) -> dict:
        """Make the contract, and show it.

        :raise DocumentError: as :meth:`sale.order.create_contract`
        """
        taken = self.line_ids.filtered("is_taken")
        result = self.order_id.create_contract(taken.sale_line_id.ids, self._prepare_values())
        contract = self.env["koban.contract"].browse(result["id"])
        by_line = {line.sale_line_id: line for line in taken}
        for line in contract.line_ids.filtered("sale_line_id"):
            line.charge = by_line[line.sale_line_id].charge
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.contract",
            "res_id": contract.id,
            "views": [(False, "form")],
        }

    def _prepare_values(self) -> dict:
        """Return what the person chose of the contract."""
        return {
            "title": self.title,
            "type_id": self.type_id.id,
            "date_start": self.date_start,
            "date_end": self.date_end,
            "interval_count": self.interval_count,
            "interval_unit": self.interval_unit,
            "timing": self.timing,
        }
