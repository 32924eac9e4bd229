from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking


class ProductTemplate(models.Model):
    """« Écotaxe [Liste de choix] » of an article (row 4-28)."""

    _inherit = "product.template"

    koban_ecotax_id = fields.Many2one(
        "koban.ecotax",
        string="Eco-tax",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        help="Charged on each sale in France, before VAT and never discounted.",
    )
    koban_ecotax_quantity = fields.Float(
        string="Eco-tax Units",
        digits=(16, 4),
        default=1.0,
        help="How many units of the eco-tax the article bears: 4 for a pack of 4 lamps.",
    )
    koban_ecotax_kind = fields.Selection(related="koban_ecotax_id.kind")

    @api.constrains("koban_ecotax_id", "koban_ecotax_quantity", "taxes_id", "type")
    def _check_ecotax(self):
        """Refuse articles that no document could bill, with all that they lack at once."""
        faults = [
            f"– {article.display_name}: {fault}"
            for article in self.filtered("koban_ecotax_id")
            for fault in article._find_ecotax_faults()
        ]
        if faults:
            raise ConstraintError(
                "\n".join(faults), "ecotax_article", model=self._name, ids=self.ids
            )

    def _find_ecotax_faults(self) -> list[str]:
        """Return what the article lacks to bear its eco-tax."""
        env = speaking(self.env)
        faults = []
        # Of every company: an article may be sold by others than the person's own.
        if not self.sudo().taxes_id.filtered(lambda tax: not tax.koban_ecotax_id):
            faults.append(env._("it has an eco-tax and no VAT: choose its VAT code."))
        if self.sudo().taxes_id.filtered("koban_ecotax_id"):
            faults.append(env._("its eco-tax comes by itself: take it out of its taxes."))
        if self.koban_ecotax_id.kind == "piece" and self.koban_ecotax_quantity <= 0:
            faults.append(env._("its number of eco-tax units is at least a part of one."))
        if self.type == "combo":
            faults.append(env._("a combo bears none: the articles in it do."))
        return faults
