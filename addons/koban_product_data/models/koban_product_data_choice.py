from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class KobanProductDataChoice(models.Model):
    """One of the choices of a data. Renamed, it stays the same for the articles that have it."""

    _name = "koban.product.data.choice"
    _description = "Choice of an Own Data"
    _order = "data_id, sequence, id"

    data_id = fields.Many2one("koban.product.data", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        choices = super().create(vals_list)
        choices.data_id._check_sets()
        return choices

    @override
    def write(self, vals):
        result = super().write(vals)
        self.data_id._check_sets()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        for data, choices in self.grouped("data_id").items():
            counts = data._count_values()
            for choice in choices:
                if count := counts.get(choice._get_key()):
                    env = speaking(self.env)
                    raise DocumentError(
                        env._(
                            "“%(choice)s” is the value of %(data)s for %(count)s articles: give "
                            "them another one first, or rename it.",
                            choice=choice.name,
                            data=data.name,
                            count=count,
                        ),
                        "article_data_used",
                        model=self._name,
                        ids=choice.ids,
                    )

    def _get_key(self) -> str:
        """Return what articles keep: the name may change."""
        return f"choice_{self.id}"
