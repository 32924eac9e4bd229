from odoo import fields, models

from odoo.addons.koban_guard.tools.overrides import override


class KobanAttestationModule(models.Model):
    """One addon of an attestation: its version and its files."""

    _name = "koban.attestation.module"
    _description = "Addon of an Attestation"
    _order = "name"

    attestation_id = fields.Many2one(
        "koban.attestation", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="attestation_id.company_id", store=True, index=True)
    name = fields.Char(string="Addon", required=True, readonly=True)
    version = fields.Char(required=True, readonly=True)
    file_count = fields.Integer(string="Files", readonly=True)
    code_hash = fields.Char(string="Fingerprint (SHA-256)", readonly=True)

    @override
    def write(self, vals):  # pylint: disable=method-required-super
        self.attestation_id._raise_kept()
