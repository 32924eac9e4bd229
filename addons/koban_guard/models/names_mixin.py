import json
from contextlib import contextmanager, nullcontext

from odoo import api, fields, models, tools
from odoo.tools import split_every

from ..tools.frozen_view import get_shown, viewing
from ..tools.names import NAMED_FIELDS, find_differences, get_columns, get_links, read_values

# So many documents are compared at a time.
AT_ONCE = 100


class NamesMixin(models.AbstractModel):
    """A document that is shown with the names of its validation (docs/decisions/0009).

    Its customer may be renamed and move, a tax or a unit be called otherwise: validated documents
    say what they said, however late they are printed for the first time.
    """

    _name = "koban.names.mixin"
    _description = "Names as of the validation"

    # Not with the other fields: it is read where the document is shown, and large.
    frozen_names = fields.Json(
        string="Names at Validation",
        readonly=True,
        copy=False,
        prefetch=False,
        groups="base.group_user",
        help="Parties, taxes, units, currency and terms as they were called when the document was "
        "validated. Every page and electronic document shows these.",
    )

    # ------------------------------------------------------------------
    # What is named
    # ------------------------------------------------------------------
    @api.model
    def _get_named_fields(self) -> dict[str, tuple[str, ...]]:
        """Return the stored fields that papers show of what a document refers to, by model.

        An addon whose templates show more adds it; a model stands before those that its fields
        lead to. Documents validated before have no such value, and show it as it is today.
        """
        return dict(NAMED_FIELDS)

    @api.model
    @tools.ormcache("model_name")
    def _get_naming_fields(self, model_name) -> tuple[tuple[str, str], ...]:
        """Return the fields of a document, or of its lines, that refer to what is named.

        All of them, those of other addons included.

        :return: names of fields, and of the models they lead to
        """
        named = self._get_named_fields()
        return tuple(
            (name, field.comodel_name)
            for name, field in self.env[model_name]._fields.items()
            if field.store
            and field.type in ("many2one", "many2many")
            and field.comodel_name in named
            and name not in models.MAGIC_COLUMNS
        )

    def _get_all_lines(self) -> list:
        """Return the lines of the documents, one recordset for each model."""
        found = {}
        for name in self._get_line_fields():
            model = self._fields[name].comodel_name
            # The field without a condition has them all.
            if model not in found or not self._fields[name].domain:
                found[model] = self[name]
        return list(found.values())

    # ------------------------------------------------------------------
    # Showing
    # ------------------------------------------------------------------
    def _get_frozen_names(self) -> dict[int, dict]:
        """Return what validated documents named then, by id; who has none shows today's names."""
        guarded = self.sudo().filtered(lambda one: one.id and one._is_guarded())  # to be shown
        return {document.id: names for document in guarded if (names := document.frozen_names)}

    def _group_by_names(self) -> list[tuple]:
        """Return the documents by the names that they show and that are others today.

        :return: documents and values, as :func:`viewing` takes them; nothing for today's names
        """
        groups = {}
        for documents in split_every(AT_ONCE, self.ids, self.browse):
            differences = documents._find_renamed()
            for document in documents:
                values = differences.get(document.id, {})
                key = json.dumps(values, sort_keys=True)
                others, _values = groups.get(key, (self.browse(), values))
                groups[key] = others + document, values
        return list(groups.values())

    def _find_renamed(self) -> dict[int, dict]:
        """Return what these documents name and is called otherwise today, by id."""
        frozen = self._get_frozen_names()
        named, ids = {}, {}
        for model, rows in ((m, rows) for names in frozen.values() for m, rows in names.items()):
            ids.setdefault(model, set()).update(map(int, rows))
            for row in rows.values():
                named.setdefault(model, {}).update(row)
        today, _pairs = read_values(self.env, named, ids)
        # Of a thousand documents they would fill the memory.
        self.invalidate_recordset(["frozen_names"])
        links = get_links(self.env, get_columns(self.env, named))
        return {id_: find_differences(names, today, links) for id_, names in frozen.items()}

    @contextmanager
    def _as_validated(self):
        """Have the document and all that it names read as of its validation.

        ``with invoice._as_validated(): …`` goes around the code that makes a page or a file of one
        document. Several may be shown one after the other only.
        """
        self.ensure_one()
        groups = self._group_by_names()  # none for what is not saved
        values = groups[0][1] if groups else {}
        # Within a page of the same document, or where nothing was renamed since.
        same = values == get_shown(self.env)
        with nullcontext() if same else viewing(self.env, values):
            yield
