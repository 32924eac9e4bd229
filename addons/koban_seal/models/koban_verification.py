import logging
import time

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, public

from ..tools import heads
from ..tools.canonical import dumps
from ..tools.findings import NOTE, Finding, Tally
from ..tools.head_check import HeadCheck
from ..tools.journal import record_event_after
from ..tools.seal_reader import describe_error
from ..tools.signing import get_current_key_id
from ..tools.takeover import resume_takeovers
from ..tools.verification import CompanyVerification
from ..tools.witness import decode, encode
from .koban_event import SEAL_KINDS

_logger = logging.getLogger(__name__)

# Of each severity: beyond, nobody reads them; the first ones are kept, and all are counted.
MAX_FINDINGS = 1000
# A longer chain is left to the scheduled job rather than to a person who waits.
MAX_WAITED = 50_000


class KobanVerification(models.Model):
    """A verification of the chains of a company, and what it found."""

    _name = "koban.verification"
    _description = "Verification"
    _inherit = ["mail.activity.mixin", "mail.thread"]
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date = fields.Datetime(readonly=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("holds", "Intact"),
            ("warning", "To Review"),
            ("broken", "Altered"),
        ],
        required=True,
        readonly=True,
        default="waiting",
    )
    links = fields.Integer(string="Events Read", readonly=True)
    documents = fields.Integer(string="Documents Compared", readonly=True)
    duration = fields.Float(string="Seconds", readonly=True, digits=(12, 2))
    finding_count = fields.Integer(string="Findings", readonly=True)
    finding_ids = fields.One2many(
        "koban.verification.finding",
        "verification_id",
        domain=[("severity", "!=", NOTE)],
        readonly=True,
    )
    note_count = fields.Integer(
        string="Changes on Record",
        readonly=True,
        help="What changed since a first seal by right, or was explained: it asks for nothing.",
    )
    note_ids = fields.One2many(
        "koban.verification.finding",
        "verification_id",
        string="Changed on Record",
        domain=[("severity", "=", NOTE)],
        readonly=True,
    )
    codes = fields.Text(
        string="Printed Codes", readonly=True, help="Of closings: the chain must hold their links."
    )
    lost_heads = fields.Text(
        readonly=True,
        help="The lines of the file of recorded heads that were told, by sequences, with digests: "
        "an explanation is of these.",
    )
    fingerprint = fields.Char(readonly=True, help="The same as long as the same things are found.")
    is_explainable = fields.Boolean(string="Can Be Explained", compute="_compute_is_explainable")

    @api.depends("date", "company_id")
    def _compute_display_name(self):
        for verification in self:
            date = verification.date or verification.create_date
            day = fields.Datetime.context_timestamp(verification, date).strftime("%d/%m/%Y %H:%M")
            verification.display_name = f"{verification.company_id.name} – {day}"

    @api.depends("finding_ids.is_explainable")
    def _compute_is_explainable(self):
        for verification in self:
            verification.is_explainable = any(verification.finding_ids.mapped("is_explainable"))

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @api.model
    @public
    def verify(
        self, company_ids: list[Company] | None = None, codes: list[str] | None = None
    ) -> list[dict]:
        """Verify the chains of companies now, and return what was found.

        :param company_ids: companies of the user; by default those of the codes, or those he is in
        :param codes: printed on reports of closings: the chains must hold their links. Findings
            ``witness_altered`` and ``witness_missing`` name in ``label`` those that they do not
        :return: for each company ``{"company_id", "verification_id", "state", "links",
            "documents", "finding_count", "findings": […], "note_count", "notes": […]}``:
            alterations and warnings, then what changed on record since a first seal, each
            ``{"code", "severity", "model", "id", "label", "field", "expected", "found", "chain",
            "link", "operator", "date", "reason"}``; at most 1,000 of each severity
        :raise AccessError: the user may not read the journal
        :raise DocumentError: codes ``verification_company``, ``witness_code``: a code was not
            copied right, ``witness_company``: it is that of another company
        """
        self.env["koban.event"].check_access("read")
        verifications = self._prepare_verifications(company_ids, codes or [])
        verifications._run()
        return [verification._prepare_answer() for verification in verifications]

    @api.model
    def _prepare_verifications(self, company_ids, codes):
        """Return new verifications of companies, and of the links of printed codes."""
        told = self._read_codes(codes)
        companies = self.env["res.company"].browse(company_ids or list(told)) or self.env.companies
        if companies - self.env.user.company_ids and not self.env.su:
            raise DocumentError(
                speaking(self.env)._("You may verify your own companies only."),
                "verification_company",
            )
        if told.keys() - set(companies.ids):
            raise DocumentError(
                speaking(self.env)._("A code is that of another company than those verified."),
                "witness_company",
            )
        # Results are written by nobody else; what is read is told to those who may read all.
        return self.sudo().create(
            [
                {
                    "company_id": company.id,
                    "user_id": self.env.uid,
                    "codes": "\n".join(told.get(company.id, ())),
                }
                for company in companies
            ]
        )

    @api.model
    def _read_codes(self, codes) -> dict[int, list[str]]:
        """Return printed codes by the id of their company, each written alike."""
        told = {}
        for code in filter(None, (code.strip() for code in codes)):
            try:
                witness = decode(code)
            except ValueError as error:
                raise DocumentError(
                    speaking(self.env)._(
                        "“%s” is not the code of a closing, or one of its signs was not copied "
                        "right. Compare it with the paper, or read its QR code.",
                        code,
                    ),
                    "witness_code",
                ) from error
            told.setdefault(witness.company, []).append(
                encode(witness.company, witness.chain, witness.number, witness.hash)
            )
        return told

    def _prepare_answer(self) -> dict:
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "verification_id": self.id,
            "state": self.state,
            "links": self.links,
            "documents": self.documents,
            "finding_count": self.finding_count,
            "findings": [finding._prepare_answer() for finding in self.finding_ids],
            "note_count": self.note_count,
            "notes": [note._prepare_answer() for note in self.note_ids],
        }

    @public(one=True)
    def acknowledge(self, reason: str) -> dict:
        """Put on record why all that can be explained here happened.

        For the corrections that are warnings, and for recorded heads that are gone since a backup
        was restored, or the database was moved or made anew under the same name.

        :param reason: read by the auditor
        :return: ``{"links": [number of each link that is explained], "heads": count of lines of
            the file of recorded heads}``
        :raise AccessError: the user does not administer commercial management
        :raise DocumentError: codes ``acknowledgement_reason``, ``acknowledgement_none``
        """
        self.check_access("read")
        return self.finding_ids._acknowledge(reason)

    @public(one=True)
    def action_open_acknowledge(self) -> dict:
        """Ask for the reason of all that can be explained here."""
        return self.finding_ids.action_open_acknowledge()

    @api.model
    @public
    def action_verify(self) -> dict:
        """Verify the current company, now or, if its chain is long, by the scheduled job."""
        self.env["koban.event"].check_access("read")
        return self._prepare_verifications(self.env.company.ids, [])._run_or_wait()

    @api.model
    @public
    def action_verify_codes(self, codes: list[str]) -> dict:
        """Verify the companies of printed codes, now or by the scheduled job.

        :param codes: as :meth:`verify` takes them
        """
        self.env["koban.event"].check_access("read")
        return self._prepare_verifications(None, codes)._run_or_wait()

    def _run_or_wait(self) -> dict:
        """Run the verifications, or leave long chains to the scheduled job; show them."""
        for verification in self:
            if self._count_links(verification.company_id) > MAX_WAITED:
                self.env.ref("koban_seal.cron_verification").sudo()._trigger()  # only sooner
            else:
                verification._run()
        view = {"res_id": self.id, "views": [(False, "form")]}
        if len(self) != 1:
            view = {"domain": [("id", "in", self.ids)], "views": [(False, "list"), (False, "form")]}
        return {
            "type": "ir.actions.act_window",
            "name": speaking(self.env)._("Verification"),
            "res_model": self._name,
            **view,
        }

    @api.model
    def _count_links(self, company) -> int:
        Event = self.env["koban.event"].sudo()  # a number only
        return Event.search_count([("company_id", "=", company.id)], limit=MAX_WAITED + 1)

    # ------------------------------------------------------------------
    # Running
    # ------------------------------------------------------------------
    def _run(self):
        """Verify the company of each record and write down what was found."""
        for verification in self:
            started = time.monotonic()
            tally, counts = Tally(MAX_FINDINGS), {}
            self.env.flush_all()
            try:
                with self.env.cr.savepoint(flush=False):
                    verification._collect(tally, counts)
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise  # the host tries again
            except Exception as error:  # whatever somebody wrote by SQL: it is told
                verification._add_stopped(tally, error)
            counts["duration"] = time.monotonic() - started
            verification._keep(tally, counts)
            verification._report()

    def _collect(self, tally, counts):
        """Add to a tally what the verification of the company finds."""
        codes = (self.codes or "").splitlines()
        work = CompanyVerification(self.env(su=True), self.company_id, codes=codes)
        try:
            for finding in work.find():
                tally.add(finding)
        finally:
            counts["lost_heads"] = dumps(work.lost_heads)
            counts.update(links=work.links, documents=work.documents)

    def _add_stopped(self, tally, error):
        _logger.exception("The verification of company %s stopped", self.company_id.id)
        company = self.company_id
        about = {"model": company._name, "res_id": company.id, "label": company.name}
        tally.add(Finding("verification_stopped", **about, found=describe_error(error)))

    def _keep(self, tally, counts):
        self.write(
            {
                "date": fields.Datetime.now(),
                "state": tally.state,
                "finding_count": tally.counts["error"] + tally.counts["warning"],
                "note_count": tally.counts[NOTE],
                "fingerprint": tally.fingerprint,
                **counts,
            }
        )
        for findings in tally.kept.values():
            self._keep_findings(findings)

    def _keep_findings(self, findings):
        self.env["koban.verification.finding"].create(
            [
                {
                    "verification_id": self.id,
                    "code": finding.code,
                    "severity": finding.severity,
                    "res_model": finding.model,
                    "res_id": finding.res_id,
                    "label": finding.label,
                    "field": finding.field,
                    "expected": finding.expected,
                    "found": finding.found,
                    "chain": finding.chain,
                    "link": finding.link,
                    "operator": finding.operator,
                    "happened_on": finding.date,
                    "reason": finding.reason,
                }
                for finding in findings
            ]
        )

    def _report(self):
        """Record the outcome in the journal, and tell the administrators of an alteration."""
        codes = {}
        for finding in self.finding_ids:
            codes[finding.code] = codes.get(finding.code, 0) + 1
        detail = {
            "state": self.state,
            "links": self.links,
            "documents": self.documents,
            "findings": codes,
            "notes": self.note_count,
        }
        kind = "verification" if self.state == "holds" else "verification_failed"
        # A journal that takes no link, such as one dated in the future, silences nothing: what was
        # found is kept, and people are told. One that cannot be signed tells of itself.
        silent = any(code.startswith(("key_file", "database_undeclared")) for code in codes)
        if not silent and get_current_key_id(self.env):
            record_event_after(self.env, kind, self, detail=detail)
        if self.state == "holds":
            self._get_company_verifications().activity_ids.unlink()
        else:
            self._warn_administrators()

    def _get_event_company(self):
        return self.company_id

    def _get_company_verifications(self):
        """Return the verifications of the company that somebody is to look at."""
        return self.search([("company_id", "=", self.company_id.id), ("activity_ids", "!=", False)])

    def _warn_administrators(self):
        group = self.env.ref("koban_guard.group_manager")
        users = group.all_user_ids.filtered(
            lambda user: user.active and not user.share and self.company_id in user.company_ids
        )
        told = self._get_company_verifications()
        # Something else is found than what they were told of: that is another alarm.
        told.filtered(lambda one: one.fingerprint != self.fingerprint).activity_ids.unlink()
        for user in users - told.activity_ids.user_id:
            verification = self.with_context(lang=user.lang)
            verification.activity_schedule(
                "mail.mail_activity_data_warning", user_id=user.id, **verification._prepare_alarm()
            )

    def _prepare_alarm(self) -> dict:
        """Return the words of the activity, in the language of the context."""
        values = {"company": self.company_id.name, "count": self.finding_count}
        if self.state == "broken":
            return {
                "summary": self.env._("Altered data"),
                "note": self.env._(
                    "The verification of %(company)s found %(count)s points. Read them, and keep "
                    "the database as it is until they are explained.",
                    **values,
                ),
            }
        return {
            "summary": self.env._("Verification to review"),
            "note": self.env._(
                "The verification of %(company)s found %(count)s points to review. No document "
                "was altered past the software.",
                **values,
            ),
        }

    @api.model
    def _get_verified_companies(self):
        """Return the companies that are protected, archived ones too, and those that were.

        Where the guard is off, there is nothing to verify but what was sealed while it was on;
        whose chain was wiped is known by its heads, which are recorded outside the database.
        """
        self.env["res.company"].flush_model(["document_guard"])
        self.env.cr.execute(
            SQL(
                "SELECT c.id, c.document_guard OR EXISTS (SELECT FROM koban_event e "
                "WHERE e.company_id = c.id AND e.kind IN %s) FROM res_company c ORDER BY c.id",
                SEAL_KINDS,
            )
        )
        found = dict(self.env.cr.fetchall())
        recorded = heads.read_companies(self.env.cr.dbname)
        return self.env["res.company"].browse(
            [
                id_
                for id_, sealed in found.items()
                if sealed or (id_ in recorded and self._has_lost_links(id_))
            ]
        )

    @api.model
    def _has_lost_links(self, company_id) -> bool:
        """Whether recorded links of a company are gone, and nobody explained why."""
        company = self.env["res.company"].browse(company_id)
        findings = HeadCheck(self.env(su=True), company, {}).find()  # whoever asks: yes or no
        return any(finding.code.startswith("head_") for finding in findings)

    @api.model
    def _verify_soon(self, company):
        """Have the scheduled job verify a company once this transaction is committed."""
        # Results are written by nobody else, and the job comes only sooner.
        waiting = [("company_id", "=", company.id), ("state", "=", "waiting")]
        if not self.sudo().search_count(waiting, limit=1):
            self.sudo().create({"company_id": company.id, "user_id": self.env.uid})
        self.env.ref("koban_seal.cron_verification").sudo()._trigger()

    @api.model
    def _cron_verify(self):
        """Verify each company: those that wait first, the others once a day."""
        resume_takeovers(self.env)  # the file of the key was put back
        day = fields.Datetime.subtract(fields.Datetime.now(), hours=20)
        companies = self._get_verified_companies()
        recent = Domain("state", "!=", "waiting") & Domain("date", ">=", day)
        done = self.search(recent & Domain("company_id", "in", companies.ids)).company_id
        waiting = self.search([("state", "=", "waiting")])
        due = companies - done - waiting.company_id
        todo = waiting | self.create([{"company_id": company.id} for company in due])
        self.env["ir.cron"]._commit_progress(remaining=len(todo))
        for verification in todo:
            try:
                with self.env.cr.savepoint():
                    verification._run()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise  # the job comes again
            except Exception as error:  # of one company: the others are verified all the same
                tally = Tally(MAX_FINDINGS)
                verification._add_stopped(tally, error)
                verification._keep(tally, {})
                verification._report()
            if not self.env["ir.cron"]._commit_progress(1):
                break
