from odoo import fields, models

from odoo.addons.koban_guard.tools.overrides import override


class KobanProductCategory(models.Model):
    """Article categories, each with the data of its set (row 4-39)."""

    _inherit = "koban.product.category"

    data_set_id = fields.Many2one(
        "koban.product.data.set",
        string="Own Data",
        index="btree_not_null",
        ondelete="restrict",
        help="The data that articles of this category have. A set may be that of several.",
    )

    @override
    def write(self, vals):
        if "data_set_id" not in vals:
            return super().write(vals)
        # Sets that take categories, or give them up, come here too.
        new_id = vals["data_set_id"] or False
        moved = self.filtered(lambda category: category.data_set_id.id != new_id)
        articles = moved._find_articles()
        articles._keep_data()
        result = super().write(vals)
        articles._recall_data()
        return result

    @override
    def unlink(self):
        self._find_articles()._keep_data()
        return super().unlink()

    def _find_articles(self):
        """Return the articles of these categories, archived ones and those of all companies."""
        # What they keep is theirs, whoever sets up the categories.
        articles = self.env["product.template"].sudo().with_context(active_test=False)
        return articles.search([("koban_category_id", "in", self.ids)]) if self else articles
