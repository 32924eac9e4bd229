from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..models.koban_contract_revise import TRACE
from ..models.koban_price_revision import HITS

KINDS = [
    ("contract", "As the Contracts Say"),
    ("percent", "One-off Percentage"),
    ("amount", "One-off Amount"),
]
SHOWN = (
    "line_id", "contract_id", "date_from", "old_price", "new_price", "formula", "hit",
    "yearly_effect", "waiting_reason",
)  # fmt: skip

assert set(SHOWN) <= {*TRACE, "waiting_reason"}


class KobanContract(models.Model):
    _name = "koban.contract"
    _inherit = ["koban.contract"]

    @public
    def action_revise_prices(self) -> dict:
        """Show what a revision of these contracts' prices would give, before it is done."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Revise Prices"),
            "res_model": "koban.price.revise",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_contract_ids": self.ids},
        }

    @public
    def action_open_revisions(self) -> dict:
        """Open the history of these contracts' prices."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price Revisions"),
            "res_model": "koban.price.revision",
            "domain": [("contract_id", "in", self.ids)],
            "views": [(False, "list"), (False, "form")],
        }


class KobanPriceRevise(models.TransientModel):
    """A revision of prices, of one contract or of many: shown line by line, then done."""

    _name = "koban.price.revise"
    _description = "Revision of Prices"

    contract_ids = fields.Many2many("koban.contract", required=True)
    date = fields.Date(string="On", required=True, default=fields.Date.context_today)
    kind = fields.Selection(KINDS, required=True, default="contract")
    percent = fields.Float(string="By (%)")
    amount = fields.Float(string="By", digits="Product Price")
    line_ids = fields.One2many(
        "koban.price.revise.line", "wizard_id", compute="_compute_line_ids", store=True
    )
    revised_count = fields.Integer(compute="_compute_line_ids", store=True)
    waiting_count = fields.Integer(compute="_compute_line_ids", store=True)
    yearly_effect = fields.Float(compute="_compute_line_ids", store=True)

    @api.depends("contract_ids", "date", "kind", "percent", "amount")
    def _compute_line_ids(self):
        for wizard in self:
            previews = wizard._preview()
            wizard.line_ids = [
                Command.clear(),
                *(Command.create({name: preview[name] for name in SHOWN}) for preview in previews),
            ]
            waiting = [preview for preview in previews if preview["waiting_reason"]]
            wizard.waiting_count = len(waiting)
            wizard.revised_count = len(previews) - len(waiting)
            wizard.yearly_effect = sum(preview["yearly_effect"] for preview in previews)

    def _preview(self) -> list[dict]:
        """Return what the revision would do; what is refused is shown with its reason."""
        contracts = self.contract_ids._origin
        value = self.percent if self.kind == "percent" else self.amount
        if not self.date or (self.kind != "contract" and not value):
            return []
        one_off = contracts._get_one_off(None if self.kind == "contract" else self.kind, value)
        return contracts._preview_revision(self.date, one_off, refuse=False)

    @public(one=True)
    def action_apply(self) -> dict:
        """Revise the prices as shown, and show the revisions.

        :raise DocumentError: code ``contract_nothing_to_revise``
        """
        contracts = self.contract_ids
        contracts.check_access("write")
        # Computed again: what the client sends back counts for nothing.
        done = contracts._apply_revision(self.date, self._preview())
        if not done:
            raise DocumentError(
                speaking(self.env)._("No price is to be revised on that day."),
                "contract_nothing_to_revise",
                model="koban.contract",
                ids=contracts.ids,
            )
        return {**contracts.action_open_revisions(), "domain": [("id", "in", done.ids)]}


class KobanPriceReviseLine(models.TransientModel):
    """A line of a contract, before and after."""

    _name = "koban.price.revise.line"
    _description = "Line of a Revision of Prices"

    wizard_id = fields.Many2one("koban.price.revise", required=True, ondelete="cascade")
    line_id = fields.Many2one("koban.contract.line", readonly=True, ondelete="cascade")
    contract_id = fields.Many2one("koban.contract", readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(related="contract_id.partner_id")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    name = fields.Char(string="Description", compute="_compute_name")
    date_from = fields.Date(string="From", readonly=True)
    old_price = fields.Float(digits="Product Price", readonly=True)
    new_price = fields.Float(digits="Product Price", readonly=True)
    formula = fields.Char(readonly=True)
    hit = fields.Selection(HITS, string="Limited by", readonly=True)
    yearly_effect = fields.Monetary(readonly=True)
    waiting_reason = fields.Char(string="Not Revised because", readonly=True)

    @api.depends("line_id")
    def _compute_name(self):
        for row in self:
            row.name = row.line_id._get_price_label(self.env) if row.line_id else False
