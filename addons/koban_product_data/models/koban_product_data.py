from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..tools import data_values
from ..tools.data_rows import LIMIT
from ..tools.keywords import normalize
from .product_template import get_empty

SHOWN = 5


class KobanProductData(models.Model):
    """One of the data of a set: a text, a number with its unit, a choice, yes or no, a date."""

    _name = "koban.product.data"
    _description = "Own Data of Articles"
    _order = "set_id, sequence, id"

    set_id = fields.Many2one(
        "koban.product.data.set", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    kind = fields.Selection(
        [
            (data_values.TEXT, "Text"),
            (data_values.NUMBER, "Number"),
            (data_values.CHOICE, "Choice"),
            (data_values.YES_NO, "Yes or No"),
            (data_values.DATE, "Date"),
        ],
        string="Type",
        required=True,
        default=data_values.TEXT,
    )
    unit = fields.Char(help="Shown beside the number, such as Go, kg or cm.")
    choice_ids = fields.One2many(
        "koban.product.data.choice", "data_id", string="Choices", copy=True
    )
    active = fields.Boolean(
        default=True, help="Archived, it is shown nowhere; articles keep their values."
    )
    # One of ten, of the set: two users who each add the last one meet here. Archived ones have 0.
    place = fields.Integer(readonly=True, copy=False)
    value_count = fields.Integer(string="Articles with a Value", compute="_compute_value_count")

    _place_of_ten = models.Constraint(
        f"CHECK (place BETWEEN 0 AND {LIMIT})", "A set has ten data at most."
    )
    _place_uniq = models.UniqueIndex(
        "(set_id, place) WHERE place > 0",
        "Somebody else has just added data to this set: look at it again.",
    )

    def _compute_value_count(self):
        for data in self:
            data.value_count = data._count_articles() if data._origin else 0

    @api.constrains("name", "kind", "active", "set_id", "choice_ids")
    def _check_sets(self):
        self.set_id._check_data()

    # ------------------------------------------------------------------
    # Places
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        free = self._find_free_places({vals.get("set_id") for vals in vals_list})
        placed = []
        for vals in vals_list:
            places = free.get(vals.get("set_id"), [])
            is_placed = vals.get("active", True) and places
            # Without a place there are more than ten: refused with all other reasons.
            placed.append({**vals, "place": places.pop(0) if is_placed else 0})
        return super().create(placed)

    @override
    def write(self, vals):
        vals = {name: value for name, value in vals.items() if name != "place"}
        if "set_id" in vals and any(data.set_id.id != vals["set_id"] for data in self):
            raise ConstraintError(
                speaking(self.env)._(
                    "Data stay in their set, with the values of its articles: add others to the "
                    "other set."
                ),
                "article_data_set",
                model=self._name,
                ids=self.ids,
            )
        changed = self.browse()
        if "active" in vals:
            changed = self.filtered(lambda data: data.active != bool(vals["active"]))
            changed._change_places(vals["active"])
        changes = self._convert_values(vals["kind"]) if "kind" in vals else {}
        if vals.get("kind") == data_values.CHOICE:
            for data, texts in changes.items():
                data._add_choices(texts, vals)
        result = super().write(vals)
        for data, texts in changes.items():
            data._write_converted(texts)
        if vals.get("active"):
            changed._find_articles()._recall_data(changed)
        return result

    def _change_places(self, active):
        """Give back the places of data that are archived, take some for those that come back."""
        if not active:
            self._find_articles()._keep_data(self)
            super().write({"place": 0})
            return
        free = self._find_free_places(set(self.set_id.ids))
        for data in self:
            places = free[data.set_id.id]
            super(KobanProductData, data).write({"place": places.pop(0) if places else 0})

    @api.model
    def _find_free_places(self, ids) -> dict[int, list[int]]:
        """Return the places that are free in sets."""
        self.flush_model(["set_id", "place"])
        taken = self.env.execute_query(
            SQL(
                "SELECT set_id, place FROM koban_product_data WHERE set_id = ANY(%s) AND place > 0",
                [id_ for id_ in ids if id_],
            )
        )
        known = set(taken)
        return {
            id_: [place for place in range(1, LIMIT + 1) if (id_, place) not in known]
            for id_ in ids
        }

    # ------------------------------------------------------------------
    # Values
    # ------------------------------------------------------------------
    def _get_key(self) -> str:
        """Return what the values of articles are kept under: the name may change."""
        return f"data_{self.id}"

    def _get_definition(self) -> dict:
        """Return what the host's properties know of it."""
        definition = {
            "name": self._get_key(),
            "string": self.name,
            "type": data_values.TYPES.get(self.kind),
        }
        if self.kind == data_values.NUMBER and self.unit:
            definition["suffix"] = self.unit
        if self.kind == data_values.CHOICE:
            choices = self.choice_ids.sorted(lambda choice: (choice.sequence, choice.id))
            definition["selection"] = [[choice._get_key(), choice.name] for choice in choices]
        return definition

    def _get_choices(self) -> dict[str, str]:
        """Return the keys of the choices by their names, as compared."""
        return {normalize(choice.name): choice._get_key() for choice in self.choice_ids}

    def _find_articles(self):
        """Return the articles of the sets, archived ones and those of all companies."""
        # What they keep is theirs, whoever sets up the data.
        articles = self.env["product.template"].sudo().with_context(active_test=False)
        return articles.search([("koban_data_set_id", "in", self.set_id.ids)])

    def _count_values(self) -> dict:
        """Return how many articles have each value, those that keep it for later too."""
        rows = self.env.execute_query(
            SQL(
                "SELECT value #>> '{}', jsonb_typeof(value), count(DISTINCT id) FROM %s v "
                "GROUP BY 1, 2",
                self._select_values(),
            )
        )
        counts = {}
        for text, kind, count in rows:
            value = float(text) if kind == "number" else text
            if kind == "boolean":
                value = text == "true"
            counts[value] = counts.get(value, 0) + count
        return counts

    def _count_articles(self) -> int:
        """Return how many articles have a value, or keep one for later."""
        query = SQL("SELECT count(DISTINCT id) FROM %s v", self._select_values())
        return self.env.execute_query(query)[0][0]

    def _select_values(self) -> SQL:
        """Return the values of articles, those in use and those put aside."""
        self.ensure_one()
        self.env["product.template"].flush_model(["koban_data", "koban_data_kept"])
        columns = [
            SQL(
                "SELECT id, %(column)s -> %(key)s AS value FROM product_template "
                "WHERE %(column)s -> %(key)s NOT IN %(empty)s",
                column=SQL.identifier(name),
                key=self._get_key(),
                empty=get_empty(self),
            )
            for name in ("koban_data", "koban_data_kept")
        ]
        return SQL("(%s)", SQL(" UNION ALL ").join(columns))

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        for data in self:
            if count := data._count_articles():
                raise DocumentError(
                    speaking(self.env)._(
                        "%(count)s articles have a value of “%(data)s”, which would be lost: "
                        "archive it, they keep it.",
                        count=count,
                        data=data.name,
                    ),
                    "article_data_used",
                    model=self._name,
                    ids=data.ids,
                )

    def _convert_values(self, kind) -> dict:
        """Return the texts of the values of data whose kind changes, by value.

        :raise ConstraintError: code ``article_data_kind``: what some articles have is nothing of
            the new kind
        """
        changes = {}
        for data in self.filtered(lambda one: one.kind != kind):
            definition = data._get_definition()
            texts = {value: data_values.tell(definition, value) for value in data._count_values()}
            wrong = [
                text
                for text in texts.values()
                if kind != data_values.CHOICE
                and data_values.read_value(kind, text, {}, normalize) is None
            ]
            if wrong:
                raise data._refuse_kind(wrong)
            changes[data] = texts
        return changes

    def _refuse_kind(self, wrong) -> ConstraintError:
        shown = ", ".join(f"“{text}”" for text in wrong[:SHOWN])
        more = "…" if len(wrong) > SHOWN else ""
        return ConstraintError(
            speaking(self.env)._(
                "The type of “%(data)s” cannot change: articles have values that would be lost "
                "(%(values)s). Correct them, or add another data.",
                data=self.name,
                values=shown + more,
            ),
            "article_data_kind",
            model=self._name,
            ids=self.ids,
        )

    def _add_choices(self, texts, vals):
        """Make choices of the values of articles, but for those that are or come with `vals`."""
        known = set(self._get_choices())
        for command in vals.get("choice_ids") or ():
            if command[0] == Command.CREATE:
                known.add(normalize(command[2].get("name")))
        missing = {normalize(text): text for text in texts.values()}
        self.choice_ids.create(
            [{"data_id": self.id, "name": missing[key]} for key in missing if key not in known]
        )

    def _write_converted(self, texts):
        """Write the values of articles anew, after the kind changed.

        :param texts: of each value that articles have
        """
        choices = self._get_choices()
        values = {
            value: data_values.read_value(self.kind, text, choices, normalize)
            for value, text in texts.items()
        }
        articles = self.env["product.template"]
        if self.kind == data_values.YES_NO:
            articles._drop_empty(self._get_key())
        articles._replace_values(self._get_key(), values)
