import re
from pathlib import Path

from odoo import api, fields, models, tools
from odoo.modules import get_module_path
from odoo.tools.sql import table_exists

from ..exceptions import ConstraintError, speaking
from ..tools.overrides import override

# The host's modules lie beside one of these.
HOST_MODULES = ("base", "account")


class KobanOpenedField(models.Model):
    """A field of another addon that people may still write on validated documents (DESIGN §2).

    The guard refuses every stored field by default, those of other addons too: which of them
    follow a document up and are no content of it, a system administrator says.
    """

    _name = "koban.opened.field"
    _description = "Opened Field"
    _order = "model, name"

    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        help="A field that another addon, or an administrator, added to a document or its lines. "
        "Those of Odoo and of Koban Gestion, and what a seal or the paper holds, stay closed.",
    )
    model = fields.Char(related="field_id.model", store=True, string="Model")
    name = fields.Char(related="field_id.name", store=True, string="Technical Name")
    reason = fields.Char(
        required=True, help="Why it is no content of the document: read by who audits it."
    )
    date = fields.Date(
        string="Opened on", default=fields.Date.context_today, required=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users",
        string="Opened by",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        ondelete="restrict",
    )

    _field_unique = models.Constraint("UNIQUE (field_id)", "This field is opened already.")

    @api.depends("field_id")
    def _compute_display_name(self):
        for opened in self:
            opened.display_name = f"{opened.model}.{opened.name}"

    # ------------------------------------------------------------------
    # What may be opened
    # ------------------------------------------------------------------
    @api.constrains("field_id")
    def _check_field(self):
        """Refuse to open what is content of the document.

        :raise ConstraintError: codes ``opened_field``, ``opened_field_module``,
            ``opened_field_sealed``, ``opened_field_printed``
        """
        for opened in self:
            # Only its name and its model are read, for who may open it.
            model, name = self.env.get(opened.field_id.sudo().model), opened.field_id.sudo().name
            field = model is not None and model._fields.get(name)
            if not field or not hasattr(model, "_get_guarded_documents") or model._abstract:
                opened._raise_closed("opened_field")
            if any(_is_of_host_or_ours(module) for module in field._modules):
                opened._raise_closed("opened_field_module")
            if name in model._get_sealed_names():
                opened._raise_closed("opened_field_sealed")
            if opened._is_printed(model):
                opened._raise_closed("opened_field_printed")

    def _raise_closed(self, code):
        env = speaking(self.env)
        reasons = {
            "opened_field": env._(
                "it is no field of a document that the guard protects, nor of its lines"
            ),
            "opened_field_module": env._("Odoo or Koban Gestion defines it"),
            "opened_field_sealed": env._("the seal of the document holds it"),
            "opened_field_printed": env._("the document prints it"),
        }
        raise ConstraintError(
            env._(
                "The field “%(field)s” (%(name)s) cannot be opened: %(reason)s. Choose a field "
                "that another addon added and that only follows the document up.",
                field=self.field_id.with_env(env).field_description,
                name=f"{self.field_id.model}.{self.field_id.name}",
                reason=reasons[code],
            ),
            code,
            model=self._name,
            ids=self.ids,
        )

    def _is_printed(self, model) -> bool:
        """Whether a template of the document's paper names the field."""
        documents = model
        if field := getattr(model, "_document_field", None):
            documents = self.env[model._fields[field].comodel_name]
        # As of templates, whatever the administrator may read.
        reports = self.env["ir.actions.report"].sudo().search([("model", "=", documents._name)])
        called = re.compile(rf"\.{re.escape(self.field_id.name)}\b")
        return any(
            called.search(view.arch_db or "")
            for view in self._get_templates(set(reports.mapped("report_name")))
        )

    @api.model
    def _get_templates(self, keys):
        """Return the templates of these keys, what they call, and what extends them."""
        # Of every template, whatever the administrator may read.
        views = self.env["ir.ui.view"].sudo().with_context(active_test=False, lang=None)
        found, known = views.browse(), set()
        while keys:
            known |= keys
            new = views.search([("type", "=", "qweb"), ("key", "in", sorted(keys))])
            new |= views.search([("inherit_id", "child_of", new.ids)]) if new else new
            found |= new
            calls = re.findall(r't-call="([\w.]+)"', " ".join(new.mapped("arch_db")))
            keys = set(calls) - known
        return found

    # ------------------------------------------------------------------
    # What is opened
    # ------------------------------------------------------------------
    @api.model
    @tools.ormcache("model_name")
    def _get_opened_names(self, model_name: str) -> frozenset[str]:
        """Return the names of the opened fields of a model."""
        if not table_exists(self.env.cr, self._table):
            return frozenset()  # asked for by an upgrade that is about to make it
        opened = self.sudo().search([("model", "=", model_name)])  # for whoever writes a document
        return frozenset(opened.mapped("name"))

    def _forget(self):
        """Have every worker read anew what is opened, and how forms show it."""
        self.env.registry.clear_cache("default", "templates")
        # What another thread read before the commit is not kept.
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        # Who and when are not typed.
        own = {"user_id": self.env.uid, "date": fields.Date.context_today(self)}
        opened = super().create([{**vals, **own} for vals in vals_list])
        opened._forget()
        return opened

    @override
    def write(self, vals):
        result = super().write(vals)
        self._forget()
        return result

    @override
    def unlink(self):
        result = super().unlink()
        self._forget()
        return result


def _is_of_host_or_ours(module) -> bool:
    if module.startswith("koban_"):
        return True
    folders = {Path(get_module_path(host)).resolve().parent for host in HOST_MODULES}
    path = get_module_path(module, display_warning=False)
    return bool(path) and Path(path).resolve().parent in folders
