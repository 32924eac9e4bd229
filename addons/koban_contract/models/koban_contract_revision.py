from odoo import fields, models


class KobanContract(models.Model):
    """Price revision: made by the part of the indexes."""

    _inherit = "koban.contract"

    def _preview_revision(self, day) -> list[dict]:
        """Return what a revision would change on a day."""
        return []

    def _apply_revision(self, day, previews=None):
        """Revise the prices from a day on."""
        return self.env["koban.price.revision"]


class KobanPriceRevision(models.Model):
    """A price that changed."""

    _name = "koban.price.revision"
    _description = "Price Revision"

    contract_id = fields.Many2one("koban.contract", readonly=True, index=True, ondelete="restrict")
    line_id = fields.Many2one("koban.contract.line", readonly=True, index=True, ondelete="restrict")
    date_from = fields.Date(readonly=True)
    old_price = fields.Float(readonly=True)
    new_price = fields.Float(readonly=True)

    def _undo(self):
        """Give the old prices back."""
