from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.pipeline import HOST, insert_step

from ..tools.journal import record_event, record_event_apart


class GuardMixin(models.AbstractModel):
    """Refusals, editions and corrections of validated documents go into the journal."""

    _name = "koban.guard.mixin"
    _inherit = ["koban.guard.mixin", "koban.exported.mixin"]

    def _refuse(self, message, code, operation="write", **details):
        error = super()._refuse(message, code, operation=operation, **details)
        documents = self._get_guarded_documents().filtered("id")
        if documents:
            # Told although the transaction rolls back.
            detail = {"code": code, "message": message, **details}
            for chain, refused in documents.grouped(lambda record: record._get_chain()).items():
                record_event_apart(self.env, "refusal", refused, detail=detail, chain=chain)
        return error

    @api.model
    def _get_sealed_names(self):
        names = super()._get_sealed_names()
        documents = self.browse()._get_guarded_documents()
        if hasattr(documents, "_get_coverage"):
            coverage = documents._get_coverage()
            for part in (coverage.document, coverage.lines, *coverage.parts.values()):
                if part and part.model == self._name:
                    names |= {*part.fields, part.taxes}
        return names

    @override
    def write(self, vals):
        edited = self._get_traced_editions(vals)
        before = edited._get_traced_values(vals) if edited else {}
        result = super().write(vals)
        if edited:
            edited._record_editions(vals, before)
        self._queue_corrections(vals)
        return result

    # ------------------------------------------------------------------
    # Texts that stay editable
    # ------------------------------------------------------------------
    def _get_traced_editions(self, vals):
        """Return the validated documents whose editable fields are being written."""
        if self._get_editable_names().isdisjoint(vals):
            return self.browse()
        return self.filtered(lambda record: record._get_guarded_documents()._is_guarded())

    def _get_traced_values(self, vals) -> dict:
        names = [name for name in vals if name in self._get_editable_names()]
        return {
            record.id: {name: record._get_told_value(name) for name in names}
            for record in self.sudo()  # compared only, and told to who may read the journal
        }

    def _get_told_value(self, name) -> str:
        """Return the value of a field as the journal tells it."""
        field, value = self._fields[name], self[name]
        if field.type in ("one2many", "many2many"):  # the host gives them no text
            return ", ".join(record.display_name or "" for record in value)
        return field.convert_to_display_name(value, self) or ""

    def _record_editions(self, vals, before):
        after = self._get_traced_values(vals)
        by_document = {}
        for record in self:
            changes = {
                name: [before[record.id][name], value]
                for name, value in after[record.id].items()
                if before[record.id][name] != value
            }
            if changes:
                document = record._get_guarded_documents()
                by_document.setdefault(document.id, []).append(
                    {"model": record._name, "id": record.id, "changes": changes}
                )
        if by_document:
            documents = self._get_guarded_documents().browse(by_document)
            details = {id_: {"edited": changes} for id_, changes in by_document.items()}
            for chain, edited in documents.grouped(lambda record: record._get_chain()).items():
                record_event(
                    self.env,
                    "edition",
                    edited,
                    detail={id_: details[id_] for id_ in edited.ids},
                    chain=chain,
                )

    # ------------------------------------------------------------------
    # Values of the seal that a business method changed
    # ------------------------------------------------------------------
    def _queue_corrections(self, vals=None):
        """Seal anew the validated documents whose covered values were written by right.

        :param vals: values written, or ``None`` when lines came or went
        """
        documents = self._get_guarded_documents()
        if documents and (vals is None or not documents._get_covered(self).isdisjoint(vals)):
            documents._seal_again()


class DocumentMixin(models.AbstractModel):
    _inherit = "koban.document.mixin"

    def _get_event_company(self):
        return self.company_id

    def _get_chain(self) -> str:
        """Return the chain of the journal that tells about this document."""
        return "main"

    def _get_covered(self, records) -> frozenset[str]:
        """Return the fields of these documents, or of their lines, that a seal covers."""
        return frozenset()

    def _seal_again(self):
        """Seal the validated ones again, if their covered content changed."""

    # ------------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------------
    @api.model
    def _get_validation_steps(self):
        steps = insert_step(super()._get_validation_steps(), "key", before="open")
        return insert_step(steps, "seal", after=HOST)

    @api.model
    def _get_cancellation_steps(self):
        return insert_step(super()._get_cancellation_steps(), "seal", after=HOST)

    def _validate_key(self, run):
        """Refuse to validate what could not be sealed for want of the key."""

    def _validated_seal(self, run):
        """Seal what was validated."""

    def _cancelled_seal(self, run):
        """Have the journal tell what was cancelled."""


class DocumentLineMixin(models.AbstractModel):
    _inherit = "koban.document.line.mixin"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._queue_corrections()
        return lines

    @override
    def unlink(self):
        documents = self._get_guarded_documents()
        result = super().unlink()
        documents._seal_again()
        return result
