from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_price.models.product_template import BASES, TIERS, TYPED, is_same

ECOTAX = ("koban_ecotax_id", "koban_ecotax_quantity", "weight")
BATCH = 1000


def _extend_side(tier):
    """Return what a side of a tier follows, the eco-tax too."""
    names = [BASES[tier], TYPED[tier], "taxes_id", "company_id", *ECOTAX]
    return fields.Float(depends=[*names, "koban_ecotax_id.rate_ids.amount"])


class ProductTemplate(models.Model):
    """Prices with tax contain the eco-tax with its VAT, prices without tax do not (case T14).

    The typed side is kept: an eco-tax that changes computes the other one again.
    """

    _inherit = "product.template"

    koban_price_1_excluded = _extend_side(1)
    koban_price_1_included = _extend_side(1)
    koban_price_2_excluded = _extend_side(2)
    koban_price_2_included = _extend_side(2)
    koban_price_3_excluded = _extend_side(3)
    koban_price_3_included = _extend_side(3)

    def _exclude_taxes(self, price, taxes):
        with self._computing_ecotax(taxes) as every:
            return super()._exclude_taxes(price, every)

    def _include_taxes(self, price, taxes):
        with self._computing_ecotax(taxes) as every:
            return super()._include_taxes(price, every)

    @api.onchange(*ECOTAX)
    def _onchange_price_ecotax(self):
        self._follow_typed()

    @override
    def write(self, vals):
        result = super().write(vals)
        if not set(ECOTAX).isdisjoint(vals):
            self._follow_typed()
        return result

    # ---- Eco-taxes that change by themselves ----
    @api.model
    def _cron_follow_ecotaxes(self):
        """Compute prices without tax again, as eco-taxes begin on a day that was set before."""
        self._follow_ecotaxes(self.env["ir.cron"]._commit_progress)

    @api.model
    def _follow_ecotaxes(self, progress=None, domain=Domain.TRUE):
        """Compute prices without tax again where the eco-tax in the typed one is another now.

        :param progress: told how many articles are done and how many are left, if given
        :param domain: of the articles, all by default
        """
        typed = Domain.OR(Domain(TYPED[tier], "!=", 0.0) for tier in TIERS)
        articles = self.with_context(active_test=False).search(
            Domain("koban_ecotax_id", "!=", False) & typed & domain, order="id"
        )
        left = len(articles)
        for start in range(0, len(articles), BATCH):
            batch = self.browse(articles.ids[start : start + BATCH])
            batch.filtered(lambda article: article._has_stale_price())._follow_typed()
            left -= len(batch)
            if progress and not progress(len(batch), remaining=left):
                break  # time is up: the next turn passes by what is done

    def _has_stale_price(self) -> bool:
        taxes = self._get_price_taxes()
        return any(
            self[TYPED[tier]]
            and not is_same(self[BASES[tier]], self._exclude_taxes(self[TYPED[tier]], taxes))
            for tier in TIERS
        )
