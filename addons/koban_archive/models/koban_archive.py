import logging
import os
import shutil
import tempfile
from contextlib import nullcontext
from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL, config, format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, Day, public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import are_covered
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools import verifier
from ..tools.archive_builder import ArchiveBuilder
from ..tools.data_files import CsvWriter, DataWriter, JsonLinesWriter
from ..tools.keeping import KEPT_LINES, REMINDER, finish, keep, record_verification
from ..tools.source_code import hash_file

ONE_DAY = timedelta(days=1)

_logger = logging.getLogger(__name__)

# Of the columns of the queries below.
FILE_KEYS = ("res_id", "paper", "file_name", "date", "sha256", "path", "kept", "size", "id")
ISSUED_FILES = """
    SELECT i.res_id, i.paper, i.file_name, i.date, i.sha256, a.store_fname, a.db_datas,
           i.file_size, i.id
      FROM koban_issued_document i
 LEFT JOIN ir_attachment a ON a.res_model = 'koban.issued.document' AND a.res_id = i.id
           AND a.res_field = 'file'
     WHERE i.res_model = %(model)s AND i.res_id = ANY(%(ids)s) AND i.sha256 IS NOT NULL
"""
# Sent before originals were frozen: what the host kept.
KEPT_FILES = """
    SELECT a.res_id, CASE WHEN a.res_field LIKE 'ubl%%' THEN 'einvoice' ELSE 'invoice' END,
           a.name, a.create_date, NULL, a.store_fname, a.db_datas, a.file_size, a.id
      FROM ir_attachment a
     WHERE a.res_model = %(model)s AND a.res_id = ANY(%(ids)s)
           AND a.res_field IN ('invoice_pdf_report_file', 'ubl_cii_xml_file')
"""


class KobanArchive(models.Model):
    """A signed archive of a period, that is read and verified without Odoo (row 2-55).

    It is made by a job; its file lies in the filestore, and only its own route gives it out.
    """

    _name = "koban.archive"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _description = "Archive"
    _order = "date_to desc, id desc"
    _check_company_auto = True

    # Its addon stays where something is sealed.
    _proves_seals = True

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    state = fields.Selection(
        [
            ("to_make", "To Make"),
            ("waiting", "Waiting"),
            ("running", "In Progress"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        index=True,
    )
    progress = fields.Float(readonly=True, aggregator=None)
    error = fields.Text(string="Reason of the Failure", readonly=True)
    user_id = fields.Many2one("res.users", string="Made by", readonly=True, ondelete="restrict")
    made_on = fields.Datetime(readonly=True)

    attachment_id = fields.Many2one(
        "ir.attachment", string="Stored File", readonly=True, ondelete="restrict"
    )
    file_name = fields.Char(string="File", readonly=True)
    file_size = fields.Float(string="Size (MB)", digits=(16, 2), readonly=True, aggregator=None)
    sha256 = fields.Char(string="SHA-256", readonly=True)
    key_id = fields.Char(string="Signing Key", readonly=True)
    document_count = fields.Integer(string="Documents", readonly=True)
    event_count = fields.Integer(string="Events", readonly=True)
    original_count = fields.Integer(string="Originals", readonly=True)
    missing_count = fields.Integer(string="Missing Originals", readonly=True)

    download_count = fields.Integer(string="Downloads", readonly=True)
    downloaded_on = fields.Datetime(string="Last Download", readonly=True)
    verified_on = fields.Datetime(string="Last Verification", readonly=True)
    verification = fields.Selection(
        [("good", "Conforms"), ("bad", "Does Not Conform")], readonly=True
    )
    verification_report = fields.Text(readonly=True)

    @api.depends("date_from", "date_to", "company_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for archive in self:
            archive.name = archive.date_from and self.env._(
                "%(company)s, %(first)s – %(last)s",
                company=archive.company_id.name,
                first=format_date(self.env, archive.date_from),
                last=format_date(self.env, archive.date_to),
            )

    # ------------------------------------------------------------------
    # Archives are kept
    # ------------------------------------------------------------------
    @override
    def write(self, vals):
        if not are_covered(self):
            self._raise_kept()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._raise_kept()

    def _raise_kept(self):
        raise DocumentError(
            speaking(self.env)._("An archive cannot be changed or deleted. Make another one."),
            "archive_record",
            model=self._name,
            ids=self.ids,
        )

    def _get_event_company(self):
        return self.company_id

    # ------------------------------------------------------------------
    # Asking for one
    # ------------------------------------------------------------------
    @api.model
    @public
    def create_archive(
        self, date_from: Day, date_to: Day, company_id: Company | None = None
    ) -> dict:
        """Ask for the archive of a period; a job makes it.

        :param date_from: first day, ISO
        :param date_to: last day, ISO; not after today
        :param company_id: by default the caller's company
        :return: id, name and state
        :raise AccessError: if the caller is not a management administrator of the company
        :raise DocumentError: code ``archive_period``
        """
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        company.check_access("read")
        self._check_manager()
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        self._check_period(first, last)
        planned = self.search(
            [
                ("company_id", "=", company.id),
                ("date_from", "=", first),
                ("date_to", "=", last),
                ("state", "in", ("to_make", "failed", "waiting")),
            ],
            limit=1,
        )
        archive = planned.sudo() or self.sudo().create(  # the rights are checked above
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "state": "to_make",
                "user_id": self.env.uid,
            }
        )
        archive._ask(self.env.uid)
        return {"id": archive.id, "name": archive.name, "state": archive.state}

    @api.model
    def _check_manager(self):
        if not self.env.user.has_group("koban_guard.group_manager"):
            raise AccessError(
                speaking(self.env)._("Only a management administrator makes an archive.")
            )

    @api.model
    def _check_period(self, first: date | None, last: date | None):
        if first and last and first <= last <= fields.Date.context_today(self):
            return
        raise DocumentError(
            speaking(self.env)._(
                "The period of an archive goes from a first to a last day, and has begun: "
                "%(first)s – %(last)s is none.",
                first=first or "…",
                last=last or "…",
            ),
            "archive_period",
            model=self._name,
        )

    @public
    def action_make(self) -> bool:
        """Ask for an archive that is planned or that failed."""
        self._check_manager()
        self.check_access("read")
        self.sudo()._ask(self.env.uid)  # the rights are checked above
        return True

    def _ask(self, user_id):
        asked = self.filtered(lambda archive: archive.state in ("to_make", "failed"))
        keep(asked, state="waiting", progress=0, error=False, user_id=user_id)
        self.env.ref("koban_archive.cron_archive")._trigger()

    # ------------------------------------------------------------------
    # Making
    # ------------------------------------------------------------------
    @api.model
    def _cron_make(self):
        """Make the archives that wait, one after the other."""
        # One process at a time runs this job: what another left in mid-work died with it.
        for stale in self.search([("state", "=", "running")]):
            archive = stale.with_context(lang=stale.user_id.lang)
            archive._fail(archive.env._("The server stopped while the archive was being made."))
        self._clean_folder()
        waiting = self.search([("state", "=", "waiting")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(waiting))
        for archive in waiting:
            archive._make_apart()
            if not cron._commit_progress(1):
                break

    def _make_apart(self):
        """Make the archive, with its progress and its end committed as they come."""
        keep(self, state="running", progress=0)
        cron = self.env["ir.cron"]
        cron._commit_progress()
        try:
            self._make(self._show_progress, apart=True)
        except Exception as error:  # whatever it is, it is told, and others go on
            _logger.exception("Archive %s failed", self.id)
            self.env.cr.rollback()
            self._fail(str(error))
        self.env.invalidate_all()
        cron._commit_progress()
        self._tell_user()

    def _show_progress(self, done, total):
        percent = int(100 * done / (total or 1))
        if percent > self.progress:
            keep(self, progress=percent)
            self.env["ir.cron"]._commit_progress()

    def _fail(self, reason):
        keep(self, state="failed", error=reason)

    def _tell_user(self):
        good = self.state == "done"
        archive = self.with_context(lang=self.user_id.lang)
        self.user_id.partner_id._bus_send(
            "simple_notification",
            {
                "type": "success" if good else "danger",
                "sticky": not good,
                "message": archive.env._("The archive %s is ready.", archive.name)
                if good
                else archive.env._("The archive %s failed.", archive.name),
            },
        )

    def _make(self, progress=lambda done, total: None, apart=False):
        """Make the file of the archive, and verify it.

        :param progress: told how many documents are done, of how many
        :param apart: read in a transaction of its own, so that progress can be committed
        """
        self.ensure_one()
        folder = tempfile.mkdtemp(dir=self._get_folder())
        try:
            path = os.path.join(folder, "archive.zip")
            # One transaction sees one state of the database, from beginning to end.
            with self.env.registry.cursor() if apart else nullcontext(self.env.cr) as cr:
                archive = self.with_env(self.env(cr=cr))
                result = ArchiveBuilder(archive, folder, progress).build(path)
            finish(self, path, result)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _prepare_event(self, result) -> dict:
        return {
            "from": self.date_from.isoformat(),
            "to": self.date_to.isoformat(),
            "by": self.user_id.name,
            **{key: result[key] for key in sorted(result.keys() - {"sha1"})},
            "conforms": self.verification == "good",
        }

    @api.model
    def _get_folder(self) -> str:
        """Return where files are made, on the disk of the filestore."""
        folder = os.path.join(config["data_dir"], "koban_archive", self.env.cr.dbname)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        return folder

    @api.model
    def _clean_folder(self):
        """Remove what processes that died left."""
        shutil.rmtree(self._get_folder(), ignore_errors=True)

    # ------------------------------------------------------------------
    # What goes into it
    # ------------------------------------------------------------------
    @api.model
    def _get_writers(self) -> list[type[DataWriter]]:
        """Return the formats of the data. Extend it for the one of the administration."""
        return [CsvWriter, JsonLinesWriter]

    @api.model
    def _get_archived_models(self, company) -> list:
        """Return the models whose documents are archived."""
        return [model for model in company._get_sealed_models() if model._archived]

    def _get_condition(self, model) -> SQL:
        """Return the SQL condition of the documents of a sealed model, on alias ``d``."""
        day = model._get_archive_date()
        first, after = self._get_span(model)
        return SQL(
            "d.company_id = %s AND (%s) AND %s >= %s AND %s < %s",
            self.company_id.id,
            model._get_archive_condition(),
            day,
            first,
            day,
            after,
        )

    def _get_span(self, model) -> tuple[date, date]:
        """Return the first date or moment of the period, and the first one after it."""
        return model._get_archive_span(self.company_id, self.date_from, self.date_to)

    def _count_documents(self, model) -> int:
        """Return how many documents of a sealed model the period has now."""
        table, condition = SQL.identifier(model._table), self._get_condition(model)
        self.env.cr.execute(SQL("SELECT count(*) FROM %s d WHERE %s", table, condition))
        return self.env.cr.fetchone()[0]

    @api.model
    def _get_originals(self, model, ids) -> list[dict]:
        """Return the files issued for documents.

        :param model: of the documents
        :param ids: of the documents
        :return: for each: res_id, paper, file_name, date, sha256 (when it was issued), path in
            the filestore, or ``kept``: its bytes
        """
        found = {}
        for query in (ISSUED_FILES, KEPT_FILES):
            self.env.cr.execute(SQL(query, model=model._name, ids=ids))
            for values in self.env.cr.fetchall():
                row = dict(zip(FILE_KEYS, values, strict=True))
                found.setdefault((row["res_id"], row["paper"]), row)
        return [found[key] for key in sorted(found)]

    # ------------------------------------------------------------------
    # Verification: giving it out, verifying it
    # ------------------------------------------------------------------
    @public(one=True)
    def action_download(self) -> dict:
        """Download the file."""
        return {
            "type": "ir.actions.act_url",
            "url": f"/koban/archive/{self.id}",
            "target": "download",
        }

    def _record_download(self):
        """Count a download, and record it in the journal."""
        self.ensure_one()
        archive = self.sudo()  # auditors download too, and write nothing else
        keep(
            archive, download_count=archive.download_count + 1, downloaded_on=fields.Datetime.now()
        )
        record_event(self.env, "archive_downloaded", archive, detail={"sha256": archive.sha256})

    def _get_path(self) -> str:
        """Return where the file lies.

        :raise DocumentError: code ``archive_file``
        """
        self.ensure_one()
        attachment = self.sudo().attachment_id  # of an archive that the caller may read
        path = attachment and attachment._full_path(attachment.store_fname or "missing")
        if not path or not os.path.isfile(path):
            raise DocumentError(
                speaking(self.env)._(
                    "The file of the archive %s is not there. Put the filestore back from its "
                    "backup, or make the archive again.",
                    self.name,
                ),
                "archive_file",
                model=self._name,
                ids=self.ids,
            )
        return path

    @public(one=True)
    def verify(self) -> dict:
        """Verify the stored file as an auditor does, and record the result.

        :return: conforms, problems (texts in French), sha256
        """
        self.check_access("read")
        path = self._get_path()
        report = self._verify_file(path)
        if hash_file(path) != self.sha256:
            report.blame("Le fichier n'est plus celui qui a été fait (empreinte SHA-256).")
        archive = self.sudo()  # the result follows from the file: the reader chooses nothing
        keep(archive, **self._prepare_verification(report))
        record_verification(archive, report)
        return {
            "conforms": not report.count,
            "problems": report.problems,
            "sha256": self.sha256,
        }

    @api.model
    def _verify_file(self, file) -> verifier.Report:
        """Verify an archive with the keys declared in this database.

        :param file: path, or open binary file
        """
        keys = self.env["koban.signing.key"].sudo().search([("key_id", "!=", False)])  # public keys
        return verifier.verify(file, keys.mapped("key_id") or ["-"])

    def _prepare_verification(self, report) -> dict:
        lines = [*report.problems, *report.passed][:KEPT_LINES]
        return {
            "verified_on": fields.Datetime.now(),
            "verification": "bad" if report.count else "good",
            "verification_report": "\n".join(lines),
        }

    @public(one=True)
    def action_verify(self) -> dict:
        """Verify the stored file now, and say the result."""
        result = self.verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if result["conforms"] else "danger",
                "sticky": not result["conforms"],
                "message": self.env._("The archive conforms.")
                if result["conforms"]
                else self.env._("%s problems were found: see the report.", len(result["problems"])),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # End of the retention: once a year, and before any purge
    # ------------------------------------------------------------------
    @api.model
    def _get_covered_until(self, company) -> date | None:
        """Return the last day up to which the archives of a company hold everything.

        An archive counts once it was downloaded and conforms: a copy is outside.
        """
        first = self._get_first_date(company)
        if not first:
            return None
        kept = self.sudo().search(  # what exists decides, whoever asks
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "done")
            & Domain("verification", "=", "good")
            & Domain("download_count", ">", 0),
            order="date_from, id",
        )
        reached = first - ONE_DAY
        for archive in kept:
            if archive.date_from > reached + ONE_DAY:
                break
            if archive._is_complete():
                # The day it was made was not over.
                reached = max(reached, min(archive.date_to, archive.made_on.date() - ONE_DAY))
        return reached

    def _is_complete(self) -> bool:
        """Whether no document was validated in the period since the archive was made."""
        self.ensure_one()
        models_ = self._get_archived_models(self.company_id)
        return self.document_count == sum(self._count_documents(model) for model in models_)

    @api.model
    def _get_first_date(self, company) -> date | None:
        """Return the date of the first sealed document of a company."""
        dates = []
        for model in self._get_archived_models(company):
            self.env.cr.execute(model._get_first_date_query(company))
            dates += [row[0] for row in self.env.cr.fetchall() if row[0]]
        return min(dates, default=None)

    @api.model
    def _authorize_purge(self, company, date_to: date) -> None:
        """Refuse to purge data that no full archive holds (BOI-TVA-DECLA-30-10-30 §220-260).

        To be called by whatever deletes data of documents, before it does; the purge goes into
        the journal. Totals and closings are never purged.

        :param company: record of ``res.company``
        :param date_to: last day of what would be purged
        :raise DocumentError: code ``purge_before_archive``
        """
        reached = self._get_covered_until(company)
        if reached is None:
            return  # no document was ever validated
        if reached >= date_to:
            detail = {"until": date_to.isoformat(), "archived_until": reached.isoformat()}
            record_event(self.env, "purge", company=company, detail=detail)
            return
        env = speaking(self.env)
        raise DocumentError(
            env._(
                "The data of %(company)s up to %(date)s cannot be purged: archives that conform "
                "and were downloaded hold them without a gap up to %(reached)s only. Make the "
                "missing archives, download them to a safe medium, then purge.",
                company=company.name,
                date=format_date(env, date_to),
                reached=format_date(env, reached),
            ),
            "purge_before_archive",
            model=self._name,
            reached=reached.isoformat(),
        )

    @api.model
    def _cron_remind(self):
        """Plan the archive of each closed fiscal year that has none, and tell administrators."""
        Closing = self.env["koban.closing"].sudo()  # of all companies
        years = Closing.search([("kind", "=", "year")], order="date_from")
        archives = self.sudo().search([("company_id", "in", years.company_id.ids)])  # as well
        for year in years:
            if not archives.filtered(
                lambda archive, year=year: (
                    archive.company_id == year.company_id
                    and archive.date_from <= year.date_from
                    and archive.date_to >= year.date_to
                )
            ):
                self._plan(year.company_id, year.date_from, year.date_to)

    @api.model
    def _plan(self, company, first, last):
        archive = self.sudo().create(  # by the job, for the company
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "state": "to_make",
            }
        )
        for user in company._get_compliance_administrators():
            told = archive.with_context(lang=user.lang)
            told.activity_schedule(
                REMINDER,
                user_id=user.id,
                summary=told.env._("Archive of the closed fiscal year"),
                note=told.env._(
                    "The fiscal year is closed: make its archive, and keep a copy on a safe medium."
                ),
            )
        return archive
