from odoo import api, models, tools
from odoo.fields import Domain

from ..exceptions import DocumentError, speaking
from ..tools.frozen_view import FrozenData
from ..tools.overrides import override


class Base(models.AbstractModel):
    """Records that validated documents refer to stay, and are shown with them as they were.

    Deleting one, PostgreSQL would empty the field of the document (``ON DELETE
    SET NULL``, or a removed many2many row) without a write that the guard sees.
    """

    _inherit = "base"

    @api.model
    @tools.ormcache("emptied")
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

    def _check_not_in_documents(self, emptied=True, operation="unlink"):
        """Refuse to take away what validated documents refer to.

        :param emptied: look at the fields that a deletion would empty only
        :param operation: what the caller needs the right to, to be told anything
        :raise DocumentError: code ``document_reference``
        """
        document = self._find_using_document(emptied)
        if not document:
            return
        self.check_access(operation)
        env = speaking(self.env)
        record = ", ".join(filter(None, self.mapped("display_name"))) or self._description
        if document.with_env(self.env).has_access("read"):
            message = env._(
                "%(record)s is used by %(document)s, which is validated: it can be "
                "neither deleted nor replaced. Archive it, and use another one.",
                record=record,
                document=document.display_name,
            )
        else:
            message = env._(
                "%(record)s is used by a validated document that you cannot see: it can be "
                "neither deleted nor replaced. Archive it, and use another one.",
                record=record,
            )
        raise DocumentError(message, "document_reference", model=self._name, ids=self.ids)

    def _find_using_document(self, emptied):
        """Return one validated document that uses these records, as superuser, or None.

        :param emptied: look at the fields that a deletion would empty only
        """
        referring = self._get_referring_fields(emptied) if self.ids else ()
        # Looked for in every company, whatever the user may read and filters.
        env = self.env(su=True, context={"active_test": False})
        companies = referring and env["res.company"].search([("document_guard", "=", True)])
        for model_name, field_name in referring if companies else ():
            model = env[model_name]
            domain = Domain(field_name, "in", self.ids) & model._get_guarded_domain(companies)
            # Without an order: the first one found is as good as any.
            if ids := model._search(domain, limit=1).get_result_ids():
                return model.browse(ids)._get_guarded_documents()
        return None

    def _fetch_query(self, query, fields):
        fetched = super()._fetch_query(query, fields)
        data = self.env.transaction.field_data
        if isinstance(data, FrozenData):
            data.show(fetched, fields)
        return fetched

    @override
    def unlink(self):
        if self._get_referring_fields():
            self._check_not_in_documents()
        return super().unlink()
