import base64
import json

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..keyword_search import (
    CREATE_GRAMS,
    GRAMS,
    add_keywords,
    is_keyword,
    select_articles,
)
from ..shown_data import show_data
from ..tools import data_values, keywords

# What is no value; of a yes or no, a no is one.
EMPTY = SQL("""('null'::jsonb, 'false'::jsonb, '""'::jsonb)""")
EMPTY_FLAG = SQL("""('null'::jsonb, '""'::jsonb)""")


def get_empty(data) -> SQL:
    """Return what is no value of a data."""
    return EMPTY_FLAG if data.kind == data_values.YES_NO else EMPTY


class ProductTemplate(models.Model):
    """Articles: own data of their category (rows 4-38 to 4-40), found by keyword (row 4-41)."""

    _inherit = "product.template"

    koban_data_set_id = fields.Many2one(
        "koban.product.data.set",
        string="Set of Own Data",
        compute="_compute_koban_data_set_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    koban_data = fields.Properties("Own Data", definition="koban_data_set_id.definition", copy=True)
    # Values of data that the article has no longer: they come back with the data.
    koban_data_kept = fields.Json(
        string="Own Data Put Aside", copy=False, readonly=True, prefetch=False
    )
    koban_search_text = fields.Text(
        string="Keywords",
        compute="_compute_koban_search_text",
        store=True,
        compute_sudo=True,
        copy=False,
        prefetch=False,
    )
    koban_keywords = fields.Char(
        string="Keyword",
        compute="_compute_koban_keywords",
        search="_search_koban_keywords",
        help="Words of the name, the code, the brand, the range or the own data, in any order.",
    )

    _koban_search_idx = models.Index(f"USING gin ({GRAMS}(koban_search_text))")

    def _auto_init(self):
        self.env.cr.execute(CREATE_GRAMS)  # the index needs it
        return super()._auto_init()

    @api.depends("koban_category_id.data_set_id")
    def _compute_koban_data_set_id(self):
        for template in self:
            template.koban_data_set_id = template.koban_category_id.data_set_id

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        sets = self._find_sets(vals_list)
        return super().create([self._name_set(vals, sets) for vals in vals_list])

    @api.model
    def _find_sets(self, vals_list) -> dict[int, int | bool]:
        """Return the sets of the categories that values name."""
        asked = {self._get_asked_category(vals) for vals in vals_list} - {False, None}
        categories = self.env["koban.product.category"].browse(asked).exists()
        return {category.id: category.data_set_id.id for category in categories}

    @api.model
    def _name_set(self, vals, sets) -> dict:
        """Return values with the set of their category: the host's properties ask for it."""
        return {**vals, "koban_data_set_id": sets.get(self._get_asked_category(vals), False)}

    @api.model
    def _get_asked_category(self, vals) -> int | bool:
        default = self.env.context.get("default_koban_category_id")
        asked = vals.get("koban_category_id", default)
        return asked if isinstance(asked, int) else False  # what is none, the host takes so

    @override
    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != "koban_data_set_id"}
        if "koban_category_id" not in vals:
            return super().write(vals)
        asked = self.env["koban.product.category"].browse(self._get_asked_category(vals) or [])
        # Between categories of one set nothing moves.
        new_set = asked.exists().data_set_id
        moved = self.filtered(lambda one: one.koban_data_set_id != new_set)
        moved._keep_data()
        result = super().write(vals)
        moved._recall_data()
        return result

    @api.constrains("koban_data")
    def _check_koban_data(self):
        for template in self:
            if not template.koban_data_set_id:
                continue
            definitions = template.koban_data_set_id.definition
            if faults := data_values.find_faults(definitions, template._get_data_values()):
                raise template._refuse_values(faults)

    def _refuse_values(self, faults) -> ConstraintError:
        env = speaking(self.env)
        reasons = [
            env._(
                "%(article)s: “%(value)s” is no value of “%(data)s”.",
                article=self.name,
                value=value,
                data=label,
            )
            for label, value in faults
        ]
        return ConstraintError(
            "\n".join(reasons), "article_data_value", model=self._name, ids=self.ids
        )

    @api.onchange("koban_category_id")
    def _onchange_koban_category_id(self):
        """Tell before it is saved which values the article will not show any more."""
        before = self._origin
        if before.koban_data_set_id == self.koban_data_set_id._origin:
            return None
        told = [f"{label}: {text}" for label, text in before._list_data()]
        if not told:
            return None
        return {
            "warning": {
                "title": self.env._("Own data"),
                "message": self.env._(
                    "The data of “%(set)s” are put aside (%(values)s). Those that the new category "
                    "has under the same name are taken over; the others come back with the "
                    "category.",
                    set=before.koban_data_set_id.name,
                    values=", ".join(told),
                ),
            }
        }

    @override
    def onchange(self, values, field_names, fields_spec):
        """Show the data of the chosen category at once: the host waits until it is saved."""
        result = super().onchange(values, field_names, fields_spec)
        show_data(self.env, result.get("value", {}), fields_spec)
        return result

    def _get_data_values(self) -> dict:
        """Return the own data as they are kept."""
        return dict(self.koban_data._values or {})

    def _list_data(self) -> list[tuple[str, str]]:
        """Return the own data that have a value: labels, and texts with their units."""
        values = self._get_data_values()
        words = {"yes": self.env._("Yes"), "no": self.env._("No")}
        listed = []
        # Who may read the article may read what its data are called.
        for definition in self.koban_data_set_id.sudo().definition or ():
            value = values.get(definition["name"])
            if value is None or (data_values.is_empty(value) and definition["type"] != "boolean"):
                continue
            text = data_values.tell(definition, value, **words)
            unit = definition.get("suffix")
            listed.append((definition["string"], f"{text} {unit}" if unit else text))
        return listed

    # By SQL, for any number of articles at once: no value is changed, each is kept or comes back.
    def _keep_data(self, data=None):
        """Put the values of articles aside, before their data change.

        :param data: those that change; all if it is not given
        """
        if not self:
            return
        self.flush_recordset(["koban_data", "koban_data_kept"])
        known = self.env["koban.product.data"].with_context(active_test=False)
        flags = known.search([("kind", "=", data_values.YES_NO)])
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET koban_data_kept = coalesce(koban_data_kept, '{}') || "
                "(SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(koban_data) "
                "WHERE (value NOT IN %s OR value = 'false' AND key = ANY(%s)) AND %s) "
                "WHERE id = ANY(%s) AND jsonb_typeof(koban_data) = 'object'",
                EMPTY,
                [flag._get_key() for flag in flags],
                SQL("true")
                if data is None
                else SQL("key = ANY(%s)", [one._get_key() for one in data]),
                self.ids,
            )
        )
        self.invalidate_recordset(["koban_data_kept"])

    def _recall_data(self, data=None):
        """Give articles what they had put aside and have data for, of the same or another set.

        It is put aside no longer: what is emptied afterwards stays empty.

        :param data: those that come back; all that the articles have if it is not given
        """
        if not self:
            return
        self.flush_recordset(["koban_data", "koban_data_kept", "koban_data_set_id"])
        sets = self.koban_data_set_id.sudo()
        # Of all sets: what an article had is known by the data that it comes from.
        known = (
            self.env["koban.product.data"]
            .sudo()
            .with_context(active_test=False)
            .search([("set_id", "!=", False)])
        )
        alike = known.grouped(lambda data: (data.kind, keywords.normalize(data.name)))
        back = known.filtered(lambda one: one.active and one.set_id in sets)
        for one in back if data is None else back & data:
            # Its own value before those of its namesakes.
            sources = one | alike[one.kind, keywords.normalize(one.name)]
            if one.kind == data_values.YES_NO:
                self._drop_untold(one, sources)
            for source in sources:
                self._recall_values(one, source)
            self._forget_kept(one, sources)
        self.invalidate_recordset(["koban_data", "koban_data_kept"])
        self.modified(["koban_data"])

    def _recall_values(self, data, source):
        """Give articles without a value of a data what they had of it, or of one of its name."""
        new, old = data._get_key(), source._get_key()
        value = SQL("koban_data_kept -> %s", old)
        if data.kind == data_values.CHOICE:
            same = data._get_choices()
            keys = {
                choice._get_key(): same[keywords.normalize(choice.name)]
                for choice in source.choice_ids
                if keywords.normalize(choice.name) in same
            }
            value = SQL("%s::jsonb -> (koban_data_kept ->> %s)", json.dumps(keys), old)
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET koban_data = "
                "coalesce(nullif(koban_data, 'null'), '{}') "
                "|| jsonb_build_object(%(new)s, %(value)s), "
                "koban_data_kept = koban_data_kept - %(old)s "
                "WHERE id = ANY(%(ids)s) AND koban_data_set_id = %(set)s "
                "AND %(value)s IS NOT NULL AND "
                "coalesce(koban_data -> %(new)s, 'null') IN %(empty)s",
                new=new,
                old=old,
                value=value,
                ids=self.ids,
                set=data.set_id.id,
                empty=get_empty(data),
            )
        )

    def _drop_untold(self, data, sources):
        """Drop the no that a form sends for a data that it only just shows: what is kept counts."""
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET koban_data = koban_data - %(key)s "
                "WHERE id = ANY(%(ids)s) AND koban_data_set_id = %(set)s "
                "AND koban_data -> %(key)s = 'false' AND koban_data_kept ?| %(keys)s",
                key=data._get_key(),
                keys=[source._get_key() for source in sources],
                ids=self.ids,
                set=data.set_id.id,
            )
        )

    def _forget_kept(self, data, sources):
        """Drop what articles had put aside of a data that they have again: theirs is newer.

        :param sources: the data and its namesakes, whose values go where the data has one
        """
        self.env.cr.execute(
            SQL(
                "UPDATE product_template SET koban_data_kept = koban_data_kept - "
                "CASE WHEN coalesce(koban_data -> %(key)s, 'null') IN %(empty)s "
                "THEN ARRAY[%(key)s] ELSE %(keys)s END "
                "WHERE id = ANY(%(ids)s) AND koban_data_set_id = %(set)s "
                "AND koban_data_kept ?| %(keys)s",
                key=data._get_key(),
                keys=[source._get_key() for source in sources],
                empty=get_empty(data),
                ids=self.ids,
                set=data.set_id.id,
            )
        )

    @api.model
    def _drop_empty(self, key: str):
        """Drop what says that articles have no value of a data: of a yes or no it would say no."""
        self.flush_model(["koban_data", "koban_data_kept"])
        for name in ("koban_data", "koban_data_kept"):
            self.env.cr.execute(
                SQL(
                    "UPDATE product_template SET %(column)s = %(column)s - %(key)s "
                    "WHERE %(column)s -> %(key)s IN %(empty)s",
                    column=SQL.identifier(name),
                    key=key,
                    empty=EMPTY,
                )
            )
        self.invalidate_model(["koban_data", "koban_data_kept"])

    @api.model
    def _replace_values(self, key: str, values: dict):
        """Replace the values that articles have of a data, or put aside.

        :param key: of the data
        :param values: the new value of each
        """
        self.flush_model(["koban_data", "koban_data_kept"])
        pairs = json.dumps([{"old": old, "new": new} for old, new in values.items()])
        for name in ("koban_data", "koban_data_kept"):
            column = SQL.identifier(name)
            self.env.cr.execute(
                SQL(
                    "UPDATE product_template SET %(column)s = jsonb_set(%(column)s, %(path)s, new) "
                    "FROM jsonb_to_recordset(%(pairs)s::jsonb) AS pair(old jsonb, new jsonb) "
                    "WHERE %(column)s ? %(key)s AND %(column)s -> %(key)s = old",
                    column=column,
                    path=[key],
                    pairs=pairs,
                    key=key,
                )
            )
        self.invalidate_model(["koban_data", "koban_data_kept"])

    # ------------------------------------------------------------------
    # Keywords
    # ------------------------------------------------------------------
    @api.depends(
        "name",
        "default_code",
        "product_variant_ids.barcode",
        "koban_brand_id.name",
        "koban_range_id.name",
        "koban_data",
        "koban_data_set_id.definition",
    )
    def _compute_koban_search_text(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for template in self:
            names = [template.with_context(lang=code).name for code in languages]
            parts = [part for part in (*names, *template._find_keywords()) if part]
            template.koban_search_text = keywords.normalize(" ".join(dict.fromkeys(parts)))

    def _find_keywords(self) -> list[str]:
        """Return what an article is found by, beside its names."""
        parts = [
            self.default_code,
            # Of its only variant: one of several is found by its own code.
            self.barcode,
            self.koban_brand_id.name,
            self.koban_range_id.name,
        ]
        if definitions := self.koban_data_set_id.definition:
            parts += data_values.find_words(definitions, self._get_data_values())
        return parts

    def _compute_koban_keywords(self):
        for template in self:
            template.koban_keywords = template.koban_search_text

    @api.model
    def _search_koban_keywords(self, operator, value):
        if not is_keyword(operator, value):
            is_blank = operator in ("like", "ilike") and not str(value or "").strip()
            return Domain.TRUE if is_blank else NotImplemented
        query = select_articles(self.env["product.template"], value)

        def to_sql(model, alias, _query):
            return SQL("%s IN (%s)", SQL.identifier(alias, "id"), query)

        return Domain.custom(to_sql=to_sql)

    @api.model
    def _search_display_name(self, operator, value):
        # The host asks the variants too: the keywords are those of the article.
        apart = self.with_context(koban_keywords_apart=True)
        domain = super(ProductTemplate, apart)._search_display_name(operator, value)
        return add_keywords(self, domain, operator, value)

    @override
    def get_formview_action(self, access_uid=None):
        # The short form of a line is for new articles.
        return super(ProductTemplate, self.with_context(form_view_ref=False)).get_formview_action(
            access_uid=access_uid
        )

    # ------------------------------------------------------------------
    # Sheet
    # ------------------------------------------------------------------
    def _get_sheet(self):
        """Return the sheet of an article, for print."""
        return self._prepare_sheet(self.env["product.product"])

    def _prepare_sheet(self, variant):
        return self.env["koban.product.sheet"].new(
            {
                "article_id": self.id,
                "variant_id": variant.id,
                "company_id": (self.company_id or self.env.company).id,
            }
        )

    @public
    def action_print_sheet(self) -> dict:
        """Print the sheets of articles (row 4-40).

        :raise AccessError: if the caller may not read the articles
        """
        self.check_access("read")
        return self.env.ref("koban_product_data.action_report_article_sheet").report_action(self)

    @public
    def get_sheet(self) -> str:
        """Return the sheets of articles as one PDF, in base64 (row 4-40).

        :raise AccessError: if the caller may not read the articles
        """
        self.check_access("read")
        report = self.env["ir.actions.report"]
        content, _kind = report._render_qweb_pdf(
            "koban_product_data.action_report_article_sheet", self.ids
        )
        return base64.b64encode(content).decode()
