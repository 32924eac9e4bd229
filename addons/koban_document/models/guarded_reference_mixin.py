from odoo import api, models

from ..exceptions import DocumentError


class GuardedReferenceMixin(models.AbstractModel):
    """Records that validated documents quote cannot be deleted.

    PostgreSQL would empty the field of the document (``ON DELETE SET NULL``, or
    a removed many2many row) without any write that the guard could see.
    """

    _name = "koban.guarded.reference.mixin"
    _description = "Record that validated documents refer to"

    @api.model
    def _get_referring_fields(self) -> list:
        """Stored fields of guarded records that point here and are not editable."""
        return [
            field
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_get_guarded_documents")
            for field in model._fields.values()
            if field.store
            and field.comodel_name == self._name
            and (field.type == "many2many" or (field.type == "many2one" and field.column_type))
            and not model._is_always_writable(field.name)
        ]

    @api.ondelete(at_uninstall=False)
    def _unlink_except_validated(self):
        for field in self._get_referring_fields():
            model = self.env[field.model_name].sudo()  # looked for in every company
            records = model.with_context(active_test=False).search([(field.name, "in", self.ids)])
            for document in records._get_guarded_documents():
                if document._is_guarded():
                    raise DocumentError(
                        self.env._(
                            "%(record)s is used by %(document)s, which is validated: it cannot be "
                            "deleted. Archive it instead.",
                            record=", ".join(self.mapped("display_name")),
                            document=document.display_name,
                        ),
                        "document_reference",
                        model=self._name,
                        ids=self.ids,
                    )
