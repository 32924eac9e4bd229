import base64
import hashlib

from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

from ..tools.issue import ISSUED_MODEL, is_keeper

# What the host writes anew when the files move between disk and database.
STORAGE_FIELDS = {"raw", "datas", "mimetype"}


class IrAttachment(models.Model):
    """The files of originals can be neither made, replaced nor deleted (row 2-53)."""

    _inherit = "ir.attachment"

    def _check_issued_files(self, vals=None):
        """Refuse to touch the file of an original.

        :param vals: what is written; a write of the same bytes moves the file, and passes
        :raise DocumentError: code ``issued_document``
        """
        if is_keeper():
            return
        for attachment in self.sudo():  # the original decides, whatever the user may read
            if attachment.res_model == ISSUED_MODEL and not attachment._is_same_file(vals):
                self.env[ISSUED_MODEL]._raise_kept()
        if vals and vals.get("res_model") == ISSUED_MODEL:
            self.env[ISSUED_MODEL]._raise_kept()

    def _is_same_file(self, vals) -> bool:
        if not vals or not vals.keys() <= STORAGE_FIELDS or not {"raw", "datas"} & vals.keys():
            return False
        raw = vals.get("raw") or base64.b64decode(vals.get("datas") or b"")
        raw = raw.encode() if isinstance(raw, str) else raw
        original = self.env[ISSUED_MODEL].sudo().browse(self.res_id)  # as in the caller
        return hashlib.sha256(raw).hexdigest() == original.sha256

    @api.model_create_multi
    @override
    def create(self, vals_list):
        for vals in vals_list:
            self.browse()._check_issued_files(vals)
        return super().create(vals_list)

    @override
    def write(self, vals):
        self._check_issued_files(vals)
        return super().write(vals)

    @override
    def unlink(self):
        self._check_issued_files()
        return super().unlink()
