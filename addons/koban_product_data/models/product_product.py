from odoo import api, models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..keyword_search import add_keywords, is_keyword
from ..shown_data import show_data


class ProductProduct(models.Model):
    """Articles found by their own data in the lines of documents (row 4-41, case T16)."""

    _inherit = "product.product"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        sets = self.product_tmpl_id._find_sets(vals_list)
        return super().create(
            [
                # The variant of an article that is there has its data.
                vals if vals.get("product_tmpl_id") else self.product_tmpl_id._name_set(vals, sets)
                for vals in vals_list
            ]
        )

    @override
    def onchange(self, values, field_names, fields_spec):
        """Show the data of the chosen category at once: the host waits until it is saved."""
        result = super().onchange(values, field_names, fields_spec)
        show_data(self.env, result.get("value", {}), fields_spec)
        return result

    @api.model
    def _add_missing_default_values(self, values):
        defaults = super()._add_missing_default_values(values)
        if values.get("product_tmpl_id") and "koban_data" not in values:
            # The host gives the variant no properties, and would write that on its article.
            defaults.pop("koban_data", None)
        return defaults

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if self.env.context.get("koban_keywords_apart"):  # looked for by the caller
            return domain
        return add_keywords(self, domain, operator, value)

    @api.model
    @override
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        found = super().name_search(name, domain, operator, limit)
        rest = limit - len(found) if limit else limit
        if not is_keyword(operator, name) or (limit and rest <= 0):
            return found
        # The host's comes first: a code, a barcode, a name.
        keywords = Domain("koban_keywords", operator, name)
        others = Domain("id", "not in", [id_ for id_, _name in found])
        more = self.search_fetch(
            Domain(domain or Domain.TRUE) & keywords & others, ["display_name"], limit=rest
        )
        return found + [
            (product.id, product.display_name) for product in more.sudo()
        ]  # as the host

    @override
    def get_formview_action(self, access_uid=None):
        # The short form of a line is for new articles.
        return super(ProductProduct, self.with_context(form_view_ref=False)).get_formview_action(
            access_uid=access_uid
        )

    def _get_sheet(self):
        """Return the sheet of an article, for print: that of its variant."""
        return self.product_tmpl_id._prepare_sheet(self)

    @public
    def action_print_sheet(self) -> dict:
        """Print the sheets of variants (row 4-40): the form of an article is theirs too.

        :raise AccessError: if the caller may not read the articles
        """
        self.check_access("read")
        return self.env.ref("koban_product_data.action_report_variant_sheet").report_action(self)
