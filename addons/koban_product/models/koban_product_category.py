from odoo import fields, models


class KobanProductCategory(models.Model):
    """« Catégorie » of an article (row 4-25): what kind of thing it is, whatever its family."""

    _name = "koban.product.category"
    _description = "Article Category"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    article_count = fields.Integer(string="Articles", compute="_compute_article_count")

    def _compute_article_count(self):
        counts = dict(
            self.env["product.template"]._read_group(
                [("koban_category_id", "in", self.ids)], ["koban_category_id"], ["__count"]
            )
        )
        for category in self:
            category.article_count = counts.get(category, 0)
