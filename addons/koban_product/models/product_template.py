from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from .product_product import codes_at_the_end

LEVELS = ("koban_group_id", "koban_family_id", "koban_subfamily_id")
CLASSES = ("koban_category_id", "koban_brand_id", "koban_range_id")


class ProductTemplate(models.Model):
    """Articles: codes of all their variants (row 4-21) and classification (rows 4-24, 4-25)."""

    _inherit = "product.template"

    # The host's tree of categories, by its levels: what hangs on a category hangs on these.
    koban_group_id = fields.Many2one(
        "product.category",
        string="Group",
        compute="_compute_group",
        inverse="_inverse_group",
        store=True,
        index=True,
        domain=[("parent_id", "=", False)],
        help="The first level of the categories.",
    )
    koban_family_id = fields.Many2one(
        "product.category",
        string="Family",
        compute="_compute_family",
        inverse="_inverse_family",
        store=True,
        index=True,
        domain="[('parent_id', '=', koban_group_id), ('parent_id', '!=', False)]",
        help="The second level of the categories, within the group.",
    )
    koban_subfamily_id = fields.Many2one(
        "product.category",
        string="Sub-family",
        compute="_compute_subfamily",
        inverse="_inverse_subfamily",
        store=True,
        index=True,
        domain="[('parent_id', '=', koban_family_id), ('parent_id', '!=', False)]",
        help="The third level of the categories, within the family.",
    )
    koban_category_id = fields.Many2one(
        "koban.product.category", string="Article Category", index="btree_not_null"
    )
    koban_brand_id = fields.Many2one(
        "koban.product.brand",
        string="Brand",
        index="btree_not_null",
        compute="_compute_koban_brand_id",
        store=True,
        readonly=False,
    )
    koban_range_id = fields.Many2one(
        "koban.product.range",
        string="Model or Range",
        index="btree_not_null",
        domain="[('brand_id', '=?', koban_brand_id)]",
    )
    deliverable_ok = fields.Boolean(
        string="Deliverable",
        compute="_compute_deliverable_ok",
        inverse="_inverse_deliverable_ok",
        search="_search_deliverable_ok",
        help="Goods that are delivered, as against services.",
    )
    code_example = fields.Char(related="categ_id.code_example")

    @api.model
    def _get_classification(self) -> tuple[str, ...]:
        """Return the fields by which articles are classified and reported."""
        return LEVELS + CLASSES

    @api.depends("type")
    def _compute_deliverable_ok(self):
        for template in self:
            template.deliverable_ok = template.type == "consu"

    def _inverse_deliverable_ok(self):
        for template in self:
            if template.deliverable_ok != (template.type == "consu"):
                template.type = "consu" if template.deliverable_ok else "service"

    @api.onchange("deliverable_ok")
    def _onchange_deliverable_ok(self):
        self._inverse_deliverable_ok()

    def _search_deliverable_ok(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("type", "=", "consu")]

    # A method for each: the host lets be all that is computed with what is being written.
    @api.depends("categ_id.parent_path")
    def _compute_group(self):
        self._compute_level(0)

    @api.depends("categ_id.parent_path")
    def _compute_family(self):
        self._compute_level(1)

    @api.depends("categ_id.parent_path")
    def _compute_subfamily(self):
        self._compute_level(2)

    def _compute_level(self, level):
        for template in self:
            template[LEVELS[level]] = template._get_path()[level]

    def _get_path(self) -> list[int | bool]:
        """Return the ids of the levels of the category, False below it."""
        path = [int(id_) for id_ in (self.categ_id.parent_path or "").split("/")[:-1]]
        return [*path, False, False, False][: len(LEVELS)]

    def _inverse_group(self):
        self._follow_level(0)

    def _inverse_family(self):
        self._follow_level(1)

    def _inverse_subfamily(self):
        self._follow_level(2)

    @api.onchange("koban_group_id")
    def _onchange_koban_group_id(self):
        self._follow_level(0)

    @api.onchange("koban_family_id")
    def _onchange_koban_family_id(self):
        self._follow_level(1)

    @api.onchange("koban_subfamily_id")
    def _onchange_koban_subfamily_id(self):
        self._follow_level(2)

    def _follow_level(self, level):
        """Have the category of articles follow a level that was chosen.

        An emptied level leaves the one above it.
        """
        for template in self:
            chosen = template[LEVELS[level]]
            if chosen.id != template._get_path()[level]:
                above = template[LEVELS[level - 1]] if level else chosen
                template.categ_id = chosen or above

    @api.depends("koban_range_id")
    def _compute_koban_brand_id(self):
        for template in self:
            template.koban_brand_id = template.koban_range_id.brand_id or template.koban_brand_id

    @api.onchange("koban_brand_id")
    def _onchange_koban_brand_id(self):
        if self.koban_range_id.brand_id != self.koban_brand_id:
            self.koban_range_id = False

    @api.constrains("koban_brand_id", "koban_range_id")
    def _check_range(self):
        for template in self:
            if template.koban_range_id.brand_id - template.koban_brand_id:
                env = speaking(self.env)
                raise ConstraintError(
                    env._(
                        "%(article)s: the model or range %(range)s is not of the brand %(brand)s.",
                        article=template.display_name,
                        range=template.koban_range_id.name,
                        brand=template.koban_brand_id.name or "",
                    ),
                    "article_range",
                    model=self._name,
                    ids=template.ids,
                )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        with codes_at_the_end():
            templates = super().create(vals_list)
        variants = templates.with_context(active_test=False).product_variant_ids
        variants._complete_codes()
        return templates

    @override
    def write(self, vals):
        result = super().write(vals)
        if "company_id" in vals:
            self.with_context(active_test=False).product_variant_ids._take_codes()
        return result
