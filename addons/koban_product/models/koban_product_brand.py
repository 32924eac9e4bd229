from odoo import fields, models


class KobanProductBrand(models.Model):
    """« Marque » of an article (row 4-25), with its ranges."""

    _name = "koban.product.brand"
    _description = "Brand"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    range_ids = fields.One2many("koban.product.range", "brand_id", string="Ranges")
    article_count = fields.Integer(string="Articles", compute="_compute_article_count")

    _name_uniq = models.UniqueIndex("(upper(trim(name)))", "There is a brand of this name.")

    def _compute_article_count(self):
        counts = dict(
            self.env["product.template"]._read_group(
                [("koban_brand_id", "in", self.ids)], ["koban_brand_id"], ["__count"]
            )
        )
        for brand in self:
            brand.article_count = counts.get(brand, 0)
