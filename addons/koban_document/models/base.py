from odoo import api, models, tools

from ..exceptions import DocumentError, speaking


class Base(models.AbstractModel):
    """Records that validated documents refer to stay.

    Deleting one, PostgreSQL would empty the field of the document (``ON DELETE
    SET NULL``, or a removed many2many row) without a write that the guard sees.
    """

    _inherit = "base"

    @api.model
    @tools.ormcache()
    def _get_referring_fields(self, emptied=True) -> tuple[tuple[str, str], ...]:
        """Model and name of the frozen fields that point here.

        :param emptied: only those that a deletion would empty
        """
        return tuple(
            (model._name, field.name)
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_get_guarded_documents")
            for field in model._fields.values()
            if field.store
            and field.comodel_name == self._name
            and (
                field.type == "many2many"
                or (field.type == "many2one" and not (emptied and field.ondelete != "set null"))
            )
            and field.name not in model._get_released_references()
            and not model._is_always_writable(field.name)
        )

    def _check_not_in_documents(self, emptied=True):
        """Refuse to take away what validated documents refer to.

        :param emptied: look at the fields that a deletion would empty only
        :raise DocumentError: code ``document_reference``
        """
        for model_name, field_name in self._get_referring_fields(emptied):
            # Looked for in every company, whatever the user may read.
            model = self.env[model_name].sudo().with_context(active_test=False)
            for document in model.search([(field_name, "in", self.ids)])._get_guarded_documents():
                if document._is_guarded():
                    raise DocumentError(
                        speaking(self.env)._(
                            "%(record)s is used by %(document)s, which is validated: it can be "
                            "neither deleted nor replaced. Archive it, and use another one.",
                            record=", ".join(self.mapped("display_name")),
                            document=document.display_name,
                        ),
                        "document_reference",
                        model=self._name,
                        ids=self.ids,
                    )

    def unlink(self):
        if self._get_referring_fields():
            self._check_not_in_documents()
        return super().unlink()
