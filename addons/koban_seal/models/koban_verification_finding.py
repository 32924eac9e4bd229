from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.files import ProofFileError
from ..tools.head_check import HeadCheck
from ..tools.journal import record_event
from .koban_event import CHAINS

# What each finding means, whether it proves an alteration, and what to do.
CODES = [
    ("link_missing", "Links of the journal are missing"),
    ("link_altered", "A link of the journal was altered"),
    ("link_order", "A link does not follow the one before it"),
    ("date_order", "A link is dated before the one before it"),
    ("link_unknown", "A link belongs to no chain of a company"),
    ("link_elsewhere", "A link was signed in another database"),
    ("signature_invalid", "The signature is not valid"),
    ("key_unknown", "Signed with an undeclared key"),
    ("key_altered", "A declared key was altered"),
    ("key_file_missing", "The file of the signing key is missing"),
    ("key_file_unreadable", "The file of the signing key cannot be read"),
    ("key_file_invalid", "The file of the signing key holds no key"),
    ("key_file_other", "The file of the signing key holds another key"),
    ("witness_altered", "The chain is not the one whose code was printed"),
    ("witness_missing", "The chain does not hold the link whose code was printed"),
    ("database_undeclared", "This database was copied, restored or moved, and nobody said which"),
    ("database_copy", "This database is a copy"),
    ("guard_off", "The protection of validated documents is switched off"),
    ("trigger_off", "The database no longer protects the journal"),
    ("document_altered", "A value was altered"),
    ("document_deleted", "A validated document is gone"),
    ("document_unsealed", "A validated document has no seal"),
    ("document_sealed_late", "A document was sealed late, after others of its kind"),
    ("line_missing", "A line is gone"),
    ("line_added", "A line was added"),
    ("document_corrected", "Changed after the validation"),
    ("lock_date_altered", "A lock date was altered"),
    ("lock_date_moved", "A lock date moved without an event"),
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
    ("heads_explained", "Recorded links are gone, as a manager explained"),
    ("heads_behind", "The last links were not recorded outside the database"),
    ("issued_altered", "An issued file was altered"),
    ("issued_missing", "An issued file is gone"),
]
# What a restored backup, or another database of the same name, does to the recorded heads.
EXPLAINABLE = {"head_lost", "head_altered", "heads_damaged", "heads_missing"}


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
        [("error", "Alteration"), ("warning", "Warning"), ("note", "Note")],
        required=True,
        readonly=True,
    )
    res_model = fields.Char(string="Type", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    label = fields.Char(string="Document", readonly=True)
    field = fields.Char(string="Technical Name", readonly=True)
    field_label = fields.Char(string="Field", compute="_compute_field_label")
    expected = fields.Char(string="As Sealed", readonly=True)
    found = fields.Char(string="As It Is", readonly=True)
    chain = fields.Selection(CHAINS, readonly=True)
    link = fields.Integer(string="Link No.", readonly=True, aggregator=None)
    operator = fields.Char(readonly=True)
    happened_on = fields.Datetime(string="Changed on", readonly=True)
    reason = fields.Char(
        string="Explanation",
        readonly=True,
        help="Why it happened, as a manager put on record. It is a link of the journal.",
    )
    is_explainable = fields.Boolean(string="Can Be Explained", compute="_compute_is_explainable")

    @api.depends("code", "severity", "reason", "link")
    def _compute_is_explainable(self):
        for finding in self:
            later = finding.severity == "warning" and finding.link
            finding.is_explainable = not finding.reason and bool(
                later or finding.code in EXPLAINABLE
            )

    @api.depends("res_model", "field")
    @api.depends_context("lang")
    def _compute_field_label(self):
        for finding in self:
            known = finding.res_model in self.env and self.env[finding.res_model]._fields
            name, _slash, path = (finding.field or "").partition("/")
            field = known and known.get(name)
            label = field._description_string(self.env) if field else name
            finding.field_label = f"{label} ({path})" if path else label

    def _prepare_answer(self) -> dict:
        """Return the finding as the API tells it."""
        self.ensure_one()
        names = (
            "code", "severity", "label", "field", "expected", "found", "chain", "operator",
            "reason",
        )  # fmt: skip
        return {
            **{name: self[name] or "" for name in names},
            "model": self.res_model or "",
            "id": self.res_id or 0,
            "link": self.link,
            "date": fields.Datetime.to_string(self.happened_on) or "",
        }

    @public(one=True)
    def action_open_record(self) -> dict:
        """Open the record the finding is about."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Explaining
    # ------------------------------------------------------------------
    @public
    def acknowledge(self, reason: str) -> dict:
        """Put on record why these things happened: an event of the journal, with its reason.

        Later verifications tell them as notes. That can be done for a correction that is a
        warning, and for recorded heads that are gone since a backup was restored, or the database
        was moved or made anew under the same name. What was altered past the software stays.

        :param reason: read by the auditor
        :return: ``{"links": [number of each link that is explained], "heads": count of lines of
            the file of recorded heads}``
        :raise AccessError: the user does not administer commercial management
        :raise DocumentError: codes ``acknowledgement_reason``, ``acknowledgement_none``
        """
        return self._acknowledge(reason)

    def _acknowledge(self, reason) -> dict:
        self.check_access("read")
        # Who asks, whatever rights the code that asks for him took.
        self.env["koban.event"].with_user(self.env.user)._check_manager()
        told = (reason or "").strip()
        if not told:
            raise DocumentError(
                speaking(self.env)._("Give the reason why this happened: the auditor reads it."),
                "acknowledgement_reason",
            )
        explained = self._get_explained()
        if not explained:
            raise DocumentError(
                speaking(self.env)._(
                    "Nothing here can be explained: what was altered past the software stays "
                    "until it is as it was sealed."
                ),
                "acknowledgement_none",
                model=self._name,
                ids=self.ids,
            )
        answer = {"links": [], "heads": 0}
        for company, findings in explained.grouped("company_id").items():
            answer["links"] += findings._acknowledge_links(company, told)
            answer["heads"] += findings._acknowledge_heads(company, told)
            self.env["koban.verification"]._verify_soon(company)
        # Results are written by nobody: this is the same reason as in the journal.
        explained.sudo().write({"reason": told})
        return answer

    def _get_explained(self):
        """Return those that can be explained, with all else that the same links changed."""
        own = self.filtered("is_explainable")
        links = {(finding.verification_id, finding.chain, finding.link) for finding in own}
        return own.verification_id.finding_ids.filtered(
            lambda finding: (
                finding.is_explainable
                and (finding.verification_id, finding.chain, finding.link) in links
            )
        )

    def _acknowledge_links(self, company, reason) -> list[int]:
        links = {(finding.chain, finding.link) for finding in self if finding.link}
        events = self.env["koban.event"].search(
            [
                ("company_id", "=", company.id),
                ("number", "in", [number for _chain, number in links]),
            ],
            order="number",
        )
        events = events.filtered(lambda event: (event.chain, event.number) in links)
        for event in events:
            known = event.res_model in self.env
            record = self.env[event.res_model].browse(event.res_id).exists() if known else None
            record_event(
                self.env,
                "acknowledgement",
                record or None,
                company,
                {"link": event.number, "reason": reason},
                event.chain,
            )
        return events.mapped("number")

    def _acknowledge_heads(self, company, reason) -> int:
        if not self.filtered(lambda finding: finding.code in EXPLAINABLE):
            return 0
        try:
            lost = HeadCheck(self.env(su=True), company, {}).list_lost()  # of the company alone
        except ProofFileError:
            lost = []  # missing: the link that says so begins it anew
        detail = {"heads": lost, "reason": reason}
        record_event(self.env, "acknowledgement", company=company, detail=detail)
        return sum(last - first + 1 for first, last in lost)

    @public
    def action_open_acknowledge(self) -> dict:
        """Ask for the reason of these findings."""
        return {
            "type": "ir.actions.act_window",
            "name": speaking(self.env)._("Explain"),
            "res_model": "koban.verification.acknowledge",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_finding_ids": [Command.set(self._get_explained().ids)]},
        }
