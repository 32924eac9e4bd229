from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..tools import data_rows


class KobanProductDataSet(models.Model):
    """« Personnalisation »: up to ten data, for one category of articles or several (row 4-38)."""

    _name = "koban.product.data.set"
    _description = "Own Data of Articles"
    _order = "name, id"

    name = fields.Char(required=True)
    category_ids = fields.One2many(
        "koban.product.category",
        "data_set_id",
        string="Article Categories",
        help="Articles of these categories have these data.",
    )
    data_ids = fields.One2many("koban.product.data", "set_id", copy=True)
    definition = fields.PropertiesDefinition(
        compute="_compute_definition", store=True, readonly=True, copy=False
    )
    data_count = fields.Integer(compute="_compute_data_count")
    article_count = fields.Integer(string="Articles", compute="_compute_article_count")

    @api.depends(
        "data_ids.name",
        "data_ids.kind",
        "data_ids.unit",
        "data_ids.sequence",
        "data_ids.active",
        "data_ids.choice_ids.name",
        "data_ids.choice_ids.sequence",
    )
    def _compute_definition(self):
        for one in self:
            rows = one._origin.data_ids.filtered("active").sorted(
                lambda row: (row.sequence, row.id)
            )
            one.definition = [row._get_definition() for row in rows]

    @api.depends("data_ids")
    def _compute_data_count(self):
        for one in self:
            one.data_count = len(one.data_ids)

    def _compute_article_count(self):
        counts = dict(
            self.env["product.template"]._read_group(
                [("koban_data_set_id", "in", self.ids)], ["koban_data_set_id"], ["__count"]
            )
        )
        for one in self:
            one.article_count = counts.get(one, 0)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        self._refuse_definition(vals_list)
        return super().create(vals_list)

    @override
    def write(self, vals):
        self._refuse_definition([vals])
        return super().write(vals)

    @override
    def copy_data(self, default=None):
        names = [self.env._("%s (copy)", one.name) for one in self]
        return [
            {**vals, "name": name} if not (default or {}).get("name") else vals
            for vals, name in zip(super().copy_data(default), names, strict=True)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        if used := self.filtered("category_ids")[:1]:
            raise DocumentError(
                speaking(self.env)._(
                    "%(set)s has the data of %(categories)s: take these categories out of it "
                    "first.",
                    set=used.name,
                    categories=", ".join(used.category_ids.mapped("name")),
                ),
                "article_data_used",
                model=self._name,
                ids=used.ids,
            )
        # Asked as when they are deleted one by one: articles may keep values of them.
        self.with_context(active_test=False).data_ids.unlink()

    def _refuse_definition(self, vals_list):
        """Refuse a definition that does not come of the data: the host's widget may send one."""
        if any("definition" in vals for vals in vals_list):
            raise DocumentError(
                speaking(self.env)._(
                    "The data of articles are set up in Configuration, Own Data of Articles: they "
                    "are not added or renamed on an article."
                ),
                "article_data_definition",
                model=self._name,
                ids=self.ids,
            )

    def _check_data(self):
        """Check the data of sets as a whole.

        :raise ConstraintError: code ``article_data_set``, with every reason
        """
        for one in self:
            rows = [
                data_rows.Row(row.name, row.kind, tuple(row.choice_ids.mapped("name")))
                for row in one.data_ids
            ]
            if faults := data_rows.find_faults(rows):
                reasons = [one._describe_fault(*fault) for fault in faults]
                raise ConstraintError(
                    "\n".join(reasons), "article_data_set", model=self._name, ids=one.ids
                )

    def _describe_fault(self, fault, part) -> str:
        env = speaking(self.env)
        return {
            data_rows.TOO_MANY: lambda: env._(
                "%(set)s has %(count)s data: a set has %(limit)s at most. Archive those that are "
                "no longer needed.",
                set=self.name,
                count=part,
                limit=data_rows.LIMIT,
            ),
            data_rows.NO_NAME: lambda: env._("%s: each data needs a name.", self.name),
            data_rows.TWICE: lambda: env._(
                "%(set)s: “%(part)s” is there twice. Rename one.", set=self.name, part=part
            ),
            data_rows.NO_CHOICE: lambda: env._(
                "%(set)s: “%(part)s” is a choice and has none: enter its choices.",
                set=self.name,
                part=part,
            ),
            data_rows.CHOICE_TWICE: lambda: env._(
                "%(set)s: “%(part)s” is there twice among the choices.", set=self.name, part=part
            ),
        }[fault]()

    @public(one=True)
    def action_open_articles(self) -> dict:
        """Open the articles that have these data."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "product.product_template_action_all"
        )
        return {**action, "domain": [("koban_data_set_id", "=", self.id)]}
