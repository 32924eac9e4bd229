from odoo import api, fields, models


class KobanProductRange(models.Model):
    """« Modèle » or « Gamme » of a brand (row 4-25)."""

    _name = "koban.product.range"
    _description = "Model or Range"
    _order = "brand_id, name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    brand_id = fields.Many2one("koban.product.brand", required=True, index=True, ondelete="cascade")

    _name_uniq = models.UniqueIndex(
        "(brand_id, upper(trim(name)))", "The brand has a model or range of this name."
    )

    @api.depends("name", "brand_id.name")
    @api.depends_context("koban_range_of_brand")
    def _compute_display_name(self):
        # Where the brand stands beside it, its own name is enough.
        short = self.env.context.get("koban_range_of_brand")
        for one in self:
            one.display_name = one.name if short else f"{one.brand_id.name} {one.name or ''}"
