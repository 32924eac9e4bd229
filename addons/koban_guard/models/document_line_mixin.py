from odoo import api, models
from odoo.fields import Domain

from ..exceptions import speaking
from ..tools.nested import without_nested
from ..tools.overrides import override
from ..tools.passes import get_passes


class DocumentLineMixin(models.AbstractModel):
    """Lines follow their document: validated, none is added, changed or removed."""

    _name = "koban.document.line.mixin"
    _inherit = "koban.guard.mixin"
    _description = "Line of a document that cannot be altered once validated"

    # Many2one to the document.
    _document_field = None

    def _get_guarded_documents(self):
        return self[self._document_field]

    @api.model
    def _get_guarded_domain(self, companies):
        documents = self.env[self._fields[self._document_field].comodel_name]
        return Domain(self._document_field, "any", documents._get_guarded_domain(companies))

    def _get_line_label(self) -> str:
        """What a person calls the line: the first line of its text."""
        self.ensure_one()
        return (self.name or "").strip().split("\n")[0] or self.display_name

    def _is_pass_allowed(self, guard_pass, field_name):
        return guard_pass.line_fields is None or field_name in guard_pass.line_fields

    def _check_line_count(self, documents, operation):
        """Refuse that lines come or go on validated documents.

        :param documents: documents that get or lose lines, as superuser
        :param operation: what is done with these lines, or with new ones
        :return: those that the company lets people edit, to be logged
        :raise DocumentError: code ``document_validated``
        """
        passes = get_passes()
        closed = documents.filtered(
            lambda document: (
                document._is_guarded()
                and not any(item.lines and item.covers(document) for item in passes)
            )
        )
        for document in closed:
            name = document._get_line_field()
            if not document._is_edition_allowed({name}):
                self.check_access(operation)
                raise document.with_env(self.env)._prepare_refusal([(document, name)])
        return closed

    def _log_lines_of(self, documents, title):
        for document in documents:
            lines = self.filtered(lambda line, doc=document: line._get_guarded_documents() == doc)
            document.with_env(self.env)._log_lines(title, lines)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        announced = self._get_announced_documents(vals_list)
        edited = self._check_line_count(announced, "create")
        # Within the pass of a method that adds a line, its caller's context adds none.
        guarded = any(document._is_guarded() for document in announced)
        model = without_nested(self) if guarded else self
        lines = super(DocumentLineMixin, model).create(vals_list).with_env(self.env)
        documents = lines.sudo()._get_guarded_documents()  # decides, whatever the user may read
        edited |= lines._check_line_count(documents - announced, "create")
        documents._lock_draft()
        if edited:
            lines._log_lines_of(edited, speaking(self.env)._("Line added"))
        return lines

    @api.model
    def _get_announced_documents(self, vals_list):
        """Documents that new lines name by a value or a default, as superuser."""
        name = self._document_field
        field = self._fields[name]
        values = [vals[name] for vals in vals_list if name in vals]
        if len(values) < len(vals_list):
            values.append(self.default_get([name]).get(name))
        ids = {field.convert_to_cache(value, self, validate=False) for value in values} - {None}
        # The document decides whether it takes a line; the ORM checks the rights next.
        return self.env[field.comodel_name].sudo().browse(ids)

    @override
    def write(self, vals):
        if self._get_frozen_fields().isdisjoint(vals):
            return super().write(vals)
        documents = self.sudo()._get_guarded_documents()  # checked, as in create
        if vals.get(self._document_field):
            target = documents.browse(vals[self._document_field]).exists()
            self._check_line_count(target - documents, "write")
            documents |= target
        documents._lock_draft()
        return super().write(vals)

    @override
    def unlink(self):
        documents = self.sudo()._get_guarded_documents()  # checked, as in create
        edited = self._check_line_count(documents, "unlink")
        if edited:
            self._log_lines_of(edited, speaking(self.env)._("Line removed"))
        documents._lock_draft()
        return super().unlink()
