from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public

# What each finding means, whether it proves an alteration, and what to do.
CODES = [
    ("link_missing", "Links of the journal are missing"),
    ("link_altered", "A link of the journal was altered"),
    ("link_order", "A link does not follow the one before it"),
    ("date_order", "A link is dated before the one before it"),
    ("link_unknown", "A link belongs to no chain of a company"),
    ("signature_invalid", "The signature is not valid"),
    ("key_unknown", "Signed with an undeclared key"),
    ("key_altered", "A declared key was altered"),
    ("key_file_missing", "The file of the signing key is missing"),
    ("key_file_unreadable", "The file of the signing key cannot be read"),
    ("key_file_invalid", "The file of the signing key holds no key"),
    ("key_file_other", "The file of the signing key holds another key"),
    ("guard_off", "The protection of validated documents is switched off"),
    ("trigger_off", "The database no longer protects the journal"),
    ("document_altered", "A value was altered"),
    ("document_deleted", "A validated document is gone"),
    ("document_unsealed", "A validated document has no seal"),
    ("line_missing", "A line is gone"),
    ("line_added", "A line was added"),
    ("coverage_unknown", "What a seal covers cannot be told"),
    ("model_unreadable", "Sealed documents or lines can be read no more"),
    ("column_altered", "A sealed column was dropped, or has another type"),
    ("field_missing", "A sealed field is gone with the addon that brought it"),
    ("field_retyped", "A sealed field has another type since an upgrade"),
    ("head_lost", "A recorded link is gone: an earlier database was restored"),
    ("head_altered", "A recorded link is now another one"),
    ("heads_missing", "The file of recorded heads is missing"),
    ("heads_unreadable", "The file of recorded heads cannot be read"),
    ("heads_damaged", "The file of recorded heads is damaged"),
    ("heads_behind", "The last links were not recorded outside the database"),
    ("issued_altered", "An issued file was altered"),
    ("issued_missing", "An issued file is gone"),
]
# A nuisance to mend, not an alteration of what was recorded.
WARNINGS = {
    "date_order",
    "field_missing",
    "field_retyped",
    "heads_behind",
    "key_file_missing",
    "key_file_other",
    "key_file_unreadable",
}


class KobanVerificationFinding(models.Model):
    """One thing that does not hold."""

    _name = "koban.verification.finding"
    _description = "Finding of a Verification"
    _order = "verification_id desc, id"
    _rec_name = "label"

    verification_id = fields.Many2one(
        "koban.verification", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="verification_id.company_id", store=True)
    code = fields.Selection(CODES, string="Finding", required=True, readonly=True)
    severity = fields.Selection(
        [("error", "Alteration"), ("warning", "Warning")], required=True, readonly=True
    )
    res_model = fields.Char(string="Type", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    label = fields.Char(string="Document", readonly=True)
    field = fields.Char(string="Technical Name", readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_field_label")
    expected = fields.Char(string="As Sealed", readonly=True)
    found = fields.Char(string="As It Is", readonly=True)

    @api.depends("res_model", "field")
    @api.depends_context("lang")
    def _compute_field_label(self):
        for finding in self:
            known = finding.res_model in self.env and self.env[finding.res_model]._fields
            field = known and known.get(finding.field or "")
            finding.field_label = field._description_string(self.env) if field else finding.field

    @public(one=True)
    def action_open_record(self) -> dict:
        """Open the record the finding is about."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
