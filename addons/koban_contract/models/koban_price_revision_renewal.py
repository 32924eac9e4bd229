from odoo import fields, models


class KobanPriceRevision(models.Model):
    _name = "koban.price.revision"
    _inherit = ["koban.price.revision"]

    renewal_id = fields.Many2one(
        "koban.contract.renewal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The renewal that revised the price: undoing it undoes the revision.",
    )
