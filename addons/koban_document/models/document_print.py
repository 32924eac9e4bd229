from odoo import api, fields, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override


class KobanDocumentPrint(models.Model):
    """Which version of which model a document was printed with (row 1-13). Only grows."""

    _name = "koban.document.print"
    _description = "Print of a Document"
    _order = "id desc"
    _rec_name = "document_name"

    res_model = fields.Char(string="Type", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True, index=True
    )
    document_name = fields.Char(string="Document", readonly=True)
    document_model_id = fields.Many2one(
        "koban.document.model", string="Model", readonly=True, index=True, ondelete="restrict"
    )
    model_name = fields.Char(
        string="Name of the Model", readonly=True, help="As it was named on that day."
    )
    model_version = fields.Integer(string="Version", readonly=True, aggregator=None)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", string="Printed by", readonly=True, ondelete="restrict")
    date = fields.Datetime(string="Printed on", readonly=True, default=fields.Datetime.now)

    @override
    def write(self, vals):  # pylint: disable=method-required-super
        self._raise_kept()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._raise_kept()

    def _raise_kept(self):
        raise DocumentError(
            speaking(self.env)._("The record of what was printed cannot be changed or deleted."),
            "print_record",
            model=self._name,
            ids=self.ids,
        )

    @api.model
    def _record(self, documents):
        """Record the print of documents, with the models they were printed with."""
        values = [self._prepare_print(doc) for doc in documents if doc._get_printed_model()]
        return self.sudo().create(values)  # customers on the portal leave a trace too

    @api.model
    def _prepare_print(self, document) -> dict:
        """Return the values of the record of a print."""
        model = document._get_printed_model()
        return {
            "res_model": document._name,
            "res_id": document.id,
            "document_name": document.display_name,
            "document_model_id": model.id,
            "model_name": model.name,
            "model_version": model.version,
            "company_id": document.company_id.id,
            "user_id": self.env.uid,
        }

    @public(one=True)
    def action_open_document(self) -> dict:
        """Open the document that was printed."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
