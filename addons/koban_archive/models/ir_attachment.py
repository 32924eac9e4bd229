from odoo import models
from odoo.exceptions import AccessError

from odoo.addons.koban_guard.exceptions import speaking

FIELD = "archive_file"


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def _check_access(self, operation):
        """Leave the files of archives to their own route, which records each download."""
        result = super()._check_access(operation)
        if self.env.su or not self:
            return result
        forbidden, error = result or (self.browse(), None)
        files = (self - forbidden).sudo()  # whether it is an archive's is all that is read
        archives = files.filtered(
            lambda file: file.res_model == "koban.archive" and file.res_field == FIELD
        )
        if not archives:
            return result
        return forbidden | self.browse(archives.ids), error or self._refuse_archive

    def _refuse_archive(self) -> AccessError:
        return AccessError(
            speaking(self.env)._("The file of an archive is downloaded from the archive itself.")
        )
