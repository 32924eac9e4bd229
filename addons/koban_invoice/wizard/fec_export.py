import hashlib

from odoo import models

from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.journal import record_event


class FecExportWizard(models.TransientModel):
    _inherit = "l10n_fr.fec.export.wizard"

    @override
    def generate_fec(self) -> dict:
        """Record who made which file, as every export is (DESIGN §3; LPF article A47 A-1)."""
        result = super().generate_fec()
        detail = {
            "model": "account.move.line",
            "file": result["file_name"],
            "date_from": self.date_from.isoformat(),
            "date_to": self.date_to.isoformat(),
            "type": self.export_type,
            "sha256": hashlib.sha256(result["file_content"]).hexdigest(),
        }
        record_event(self.env, "export", company=self.env.company, detail=detail)
        return result
