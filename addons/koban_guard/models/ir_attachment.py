from odoo import api, models

from ..tools.overrides import override
from ..tools.passes import get_passes


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_document_fields(self):
        """Refuse to change the file behind a frozen field, such as a signature.

        A binary field is stored as an attachment, which a client can write by
        its own id without touching the document.

        :raise DocumentError: code ``document_validated``
        """
        passes = get_passes()
        for attachment in self.sudo():  # the document decides, whatever the user may read
            name = attachment.res_field
            if not (name and attachment.res_id and attachment.res_model in self.env):
                continue
            record = self.env[attachment.res_model].browse(attachment.res_id).sudo().exists()
            if not record or not hasattr(record, "_get_guarded_documents"):
                continue
            document = record._get_guarded_documents()
            if (
                record._is_always_writable(name)
                or not document._is_guarded()
                or document._is_edition_allowed({name})
                or any(p.covers(document) and record._is_pass_allowed(p, name) for p in passes)
            ):
                continue
            raise document.with_env(self.env)._prepare_refusal([(record, name)])

    @api.model_create_multi
    @override
    def create(self, vals_list):
        attachments = super().create(vals_list)
        if any(vals.get("res_field") for vals in vals_list):
            attachments._check_document_fields()
        return attachments

    @override
    def write(self, vals):
        self._check_document_fields()
        result = super().write(vals)
        if {"res_model", "res_id", "res_field"} & vals.keys():
            self._check_document_fields()
        return result

    @override
    def unlink(self):
        self._check_document_fields()
        return super().unlink()
