from odoo import fields, models


class ClassifiedMixin(models.AbstractModel):
    """Rows of a report by the classification of their articles (rows 4-24 and 4-25)."""

    _name = "koban.classified.mixin"
    _description = "Row of a report of articles"

    koban_group_id = fields.Many2one("product.category", string="Group", readonly=True)
    koban_family_id = fields.Many2one("product.category", string="Family", readonly=True)
    koban_subfamily_id = fields.Many2one("product.category", string="Sub-family", readonly=True)
    koban_category_id = fields.Many2one(
        "koban.product.category", string="Article Category", readonly=True
    )
    koban_brand_id = fields.Many2one("koban.product.brand", string="Brand", readonly=True)
    koban_range_id = fields.Many2one("koban.product.range", string="Model or Range", readonly=True)
