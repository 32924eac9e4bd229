from collections import defaultdict

from odoo import api, models, tools
from odoo.fields import Domain

from ..exceptions import DocumentError
from ..tools.overrides import override
from ..tools.passes import get_passes, is_same_value

# Fields every document gets from the host's communication mixins: talking about
# a document is not altering it.
COMMUNICATION_MODELS = (
    "mail.thread",
    "mail.thread.main.attachment",
    "mail.activity.mixin",
    "portal.mixin",
)


class GuardMixin(models.AbstractModel):
    """What documents and their lines share: deny any write by default."""

    _name = "koban.guard.mixin"
    _description = "Guard of validated documents"

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _get_guarded_documents(self):
        """Return the documents the records belong to.

        :rtype: recordset of a ``koban.document.mixin`` model
        """
        raise NotImplementedError

    @api.model
    def _get_editable_fields(self) -> set[str]:
        """Fields a person may still write on a validated record.

        Extend it to add a field to the whitelist of a model (seed 003)::

            def _get_editable_fields(self):
                return super()._get_editable_fields() | {"my_field"}

        An administrator opens those of other addons, see ``koban.opened.field``.
        """
        return set(self.env["koban.opened.field"]._get_opened_names(self._name))

    @api.model
    @tools.ormcache()
    def _get_editable_names(self) -> frozenset[str]:
        """Return what :meth:`_get_editable_fields` does, for what asks at each write."""
        return frozenset(self._get_editable_fields())

    @api.model
    def _get_sealed_names(self) -> set[str]:
        """Fields that an administrator never opens; an addon that seals documents says which."""
        return set()

    @api.model
    def _get_technical_fields(self) -> set[str]:
        """Fields the host itself writes on validated records, without a person.

        Extend it only for a write that was measured, and that carries no
        content of the document. A write that can be attributed to one method
        takes a pass instead, see ``open_pass``.
        """
        names = set()
        for model_name in COMMUNICATION_MODELS:
            if model_name in self.env:
                names.update(self.env[model_name]._fields)
        return names - set(models.MAGIC_COLUMNS)

    def _is_pass_allowed(self, guard_pass, field_name) -> bool:
        """Whether a pass opens a field of these records."""
        raise NotImplementedError

    @api.model
    def _get_kept_computed_fields(self) -> set[str]:
        """Read-only computed fields whose value is content, and must not follow its sources.

        A computed field that a person may edit is content already; extend this
        for the others, such as the name of the customer on the invoice.
        """
        return set()

    @api.model
    def _get_released_references(self) -> set[str]:
        """Relations whose target may be deleted: follow-up, not content."""
        return set()

    def _refuse(self, message, code, operation="write", **details) -> DocumentError:
        """Build the error that refuses to alter these records.

        Access first: who may not alter them anyway is answered by the host, and is told
        nothing of them. So these records must have the caller's environment. Checked here,
        not before each write: what the guard lets pass, the host checks.

        An addon that keeps a journal of refusals extends it.

        :param operation: what the caller needs the right to, to be told anything
        :raise AccessError: the host's
        """
        self.check_access(operation)
        return DocumentError(message, code, model=self._name, ids=self.ids, **details)

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    @api.model
    def _get_guarded_domain(self, companies) -> Domain:
        """Domain of the records whose document is validated and under the guard.

        :param companies: those whose guard is on
        """
        raise NotImplementedError

    @api.model
    def _is_always_writable(self, field_name) -> bool:
        # Unknown fields are the ORM's to refuse.
        return field_name not in self._get_frozen_fields()

    @api.model
    @tools.ormcache()
    def _get_frozen_fields(self) -> frozenset[str]:
        """Fields that the guard keeps on validated records."""
        free = self._get_editable_fields() | self._get_technical_fields()
        # A value that is neither stored nor inversed changes nothing.
        return frozenset(
            name
            for name, field in self._fields.items()
            if (field.store or field.inverse) and name not in free
        )

    def _get_refused_fields(self, vals) -> dict:
        """Return the fields of ``vals`` that the guard refuses, by record.

        :param vals: values as given to ``write``
        :return: ``{record: [(record or line, field name)]}``, empty if all passes
        """
        frozen = self._get_frozen_fields()
        names = [name for name in vals if name in frozen]
        refused = defaultdict(list)
        if not names:
            return refused
        passes = get_passes()
        # Frozen values are compared whatever the user may read: the answer only
        # says which of the fields he wrote are refused.
        for record in self.sudo():
            document = record._get_guarded_documents()
            if not document._is_guarded():
                continue
            open_passes = [item for item in passes if item.covers(document)]
            for name in names:
                if any(record._is_pass_allowed(item, name) for item in open_passes):
                    continue
                refused[document].extend(record._get_refused_values(name, vals[name]))
        return {document: items for document, items in refused.items() if items}

    def _get_refused_values(self, field_name, value) -> list:
        """Return what one value would alter: ``[(record, field name)]``."""
        self.ensure_one()
        if is_same_value(self._fields[field_name], self, value):
            return []
        return [(self, field_name)]

    def _check_guard(self, vals):
        """Refuse the whole write if it would alter a validated document.

        :raise DocumentError: code ``document_validated``
        """
        refused = self._get_refused_fields(vals)
        allowed = {
            document: items
            for document, items in refused.items()
            if document._is_edition_allowed({name for record, name in items if record == document})
        }
        if len(allowed) < len(refused):
            document, items = next(
                (document, items) for document, items in refused.items() if document not in allowed
            )
            self._check_write_access(vals)
            raise document.with_env(self.env)._prepare_refusal(items)
        return allowed

    def _check_write_access(self, names):
        """Have the host answer who may not write these fields of these records.

        :raise AccessError: the host's
        """
        self.check_access("write")
        for name in names:
            self._check_field_access(self._fields[name], "write")

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # Written by SQL in the ORM, past write().
        if not self._is_always_writable(field_name):
            for document in self.sudo()._get_guarded_documents():  # decides, whatever is readable
                if document._is_guarded() and not document._is_edition_allowed({field_name}):
                    self._check_write_access([field_name])
                    raise document.with_env(self.env)._prepare_refusal([(self[:1], field_name)])
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.model
    @tools.ormcache()
    def _get_frozen_computed_fields(self) -> frozenset[str]:
        return frozenset(
            name
            for name in self._get_frozen_fields()
            if (field := self._fields[name]).store
            and field.compute
            and (not field.readonly or name in self._get_kept_computed_fields())
        )

    def _compute_field_value(self, field):
        """Keep what a validated record says when what it was computed from changes."""
        if not field.store or field.name not in self._get_frozen_computed_fields():
            return super()._compute_field_value(field)
        passes = get_passes()
        kept = self.filtered(lambda record: record._keeps_computed_value(field.name, passes))
        if len(kept) < len(self):
            super(GuardMixin, self - kept)._compute_field_value(field)
        return None

    def _compute_waiting(self):
        """Compute what waits to be, and would be kept as it is if it came too late."""
        names = self._get_frozen_computed_fields()
        self._recompute_recordset(
            [
                field.name
                for field in self.env.fields_to_compute()
                if field.model_name == self._name and field.name in names
            ]
        )

    def _keeps_computed_value(self, field_name, passes) -> bool:
        if not self.id:
            return False
        document = self._get_guarded_documents()
        return (
            bool(document.id)
            and document._is_guarded()
            and not document._is_edition_allowed({field_name})
            and not any(p.covers(document) and self._is_pass_allowed(p, field_name) for p in passes)
        )

    @override
    def write(self, vals):
        edited = self._check_guard(vals)
        if not edited:
            return super().write(vals)
        before = {document: document._describe_values(items) for document, items in edited.items()}
        result = super().write(vals)
        for document, items in edited.items():
            document._log_edition(items, before[document])
        return result
