from odoo import api, fields, models

from ..models.koban_price_revision import HITS


class KobanRenewalPrice(models.TransientModel):
    """A price before and after a renewal, as its dry run shows it."""

    _name = "koban.renewal.price"
    _description = "Price in a Renewal"

    renew_id = fields.Many2one("koban.contract.renew", index=True, ondelete="cascade")
    row_id = fields.Many2one("koban.renewal.cockpit.row", index=True, ondelete="cascade")
    cockpit_id = fields.Many2one(
        related="row_id.cockpit_id", store=True, index=True, ondelete="cascade"
    )
    contract_id = fields.Many2one("koban.contract", readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="contract_id.currency_id")
    line_id = fields.Many2one("koban.contract.line", readonly=True, ondelete="cascade")
    name = fields.Char(string="Description", readonly=True)
    quantity = fields.Float(digits="Product Unit", readonly=True)
    old_price = fields.Float(digits="Product Price", readonly=True)
    new_price = fields.Float(digits="Product Price", readonly=True)
    index = fields.Char(readonly=True)
    formula = fields.Char(readonly=True)
    hit = fields.Selection(HITS, string="Limit Reached", readonly=True)
    waiting = fields.Char(string="Waits for", readonly=True)
    effect = fields.Monetary(string="Effect per Year", readonly=True)

    @api.model
    def _prepare_prices(self, figures, **links) -> list[dict]:
        """Return the values of the prices that a renewal shows.

        :param figures: of ``koban.contract``'s ``_preview_renewals``
        """
        names = (
            "line_id", "quantity", "old_price", "new_price", "index", "formula", "waiting",
            "effect",
        )  # fmt: skip
        return [
            {
                **{name: line[name] for name in names},
                "name": self._get_name(line),
                "hit": line["hit"] or False,
                **links,
            }
            for line in figures["lines"]
        ]

    @api.model
    def _get_name(self, line) -> str:
        """Return what a price is the price of; of tiers it is but their level."""
        name = line["name"]
        return self.env._("%s, price tiers (level)", name) if line["old_tiers"] else name
