import base64
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import File, public, refuse
from odoo.addons.koban_guard.tools.batches import process_domain
from odoo.addons.koban_guard.tools.overrides import override

from ..checking import check_rows
from ..downloads import make_refused, make_template
from ..matching import check_columns, list_columns, match_columns
from ..messages import describe_file
from ..reader import ArticleReader
from ..tools import files
from ..writer import ArticleWriter

_logger = logging.getLogger(__name__)

# So many rows are read, and written, together.
READ, WRITTEN = 500, 200
# After this, rows that somebody else held are tried again.
AGAIN = timedelta(minutes=1)
WAITING = ("new", "update")
STATES = [
    ("draft", "To Check"),
    ("checked", "Checked"),
    ("running", "Running"),
    ("done", "Done"),
]
# As whom an import runs, for which company, what of the file: by RPC nobody writes them.
ITS_OWN = {"user_id", "company_id", "state", "format", "column_names", "heads"}


class KobanProductImport(models.Model):
    """A file of articles: checked whole, then its good rows imported, each once (issue 13 §10)."""

    _name = "koban.product.import"
    _description = "Import of Articles"
    _order = "id desc"
    _rec_name = "filename"

    file = fields.Binary(attachment=True, copy=False)
    filename = fields.Char(string="File Name")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Asked by",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
    )
    state = fields.Selection(
        STATES, required=True, readonly=True, copy=False, default="draft", index=True
    )
    existing = fields.Selection(
        [("update", "Update it"), ("refuse", "Refuse the row")],
        string="Article with the Same Code",
        required=True,
        default="update",
        help="An empty cell changes nothing of an article that is updated.",
    )
    makes_names = fields.Boolean(
        string="Make What Is Unknown",
        help="Groups, families, categories, brands and ranges that do not exist are made. Units "
        "and VAT never are.",
    )
    ignores_unknown = fields.Boolean(
        string="Pass Over Unknown Columns", help="Else a file that has some is refused."
    )
    format = fields.Char(readonly=True, copy=False, help="How the file was read.")
    column_names = fields.Json(
        readonly=True, copy=False, help="Technical name of each column of the file."
    )
    heads = fields.Json(readonly=True, copy=False)
    row_ids = fields.One2many("koban.product.import.row", "import_id", readonly=True)
    fault_ids = fields.One2many("koban.product.import.fault", "import_id", readonly=True)
    row_count = fields.Integer(string="Rows", compute="_compute_counts")
    new_count = fields.Integer(string="New Articles", compute="_compute_counts")
    update_count = fields.Integer(string="Updated Articles", compute="_compute_counts")
    refused_count = fields.Integer(string="Refused Rows", compute="_compute_counts")
    done_count = fields.Integer(string="Imported Rows", compute="_compute_counts")
    good_count = fields.Integer(string="Good Rows", compute="_compute_counts")
    progress = fields.Integer(compute="_compute_counts")
    refused_file = fields.Binary(compute="_compute_refused_file")
    template_file = fields.Binary(compute="_compute_template_file")

    def _compute_counts(self):
        found = self.env["koban.product.import.row"]._read_group(
            [("import_id", "in", self.ids)], ["import_id", "state"], ["__count"]
        )
        counts = {(one.id, state): count for one, state, count in found}
        for one in self:
            by_state = {
                state: counts.get((one.id, state), 0) for state in (*WAITING, "refused", "done")
            }
            one.new_count, one.update_count = by_state["new"], by_state["update"]
            one.refused_count, one.done_count = by_state["refused"], by_state["done"]
            one.row_count = sum(by_state.values())
            one.good_count = one.row_count - one.refused_count
            done = one.done_count / one.good_count if one.good_count else 1.0
            one.progress = 100 if one.state == "done" else int(99 * done) if one.done_count else 0

    @api.model_create_multi
    @override
    def create(self, vals_list):
        if self.env.su:
            return super().create(vals_list)
        for vals in vals_list:
            self._refuse_its_own(vals)
        # Neither do defaults of the context come in.
        start = dict.fromkeys(ITS_OWN, False) | {
            "user_id": self.env.uid,
            "company_id": self.env.company.id,
            "state": "draft",
        }
        return super().create([{**vals, **start} for vals in vals_list])

    @override
    def write(self, vals):
        if not self.env.su:
            self._refuse_its_own(vals)
        if {"file", "existing", "makes_names", "ignores_unknown"} & vals.keys():
            self._require("draft", "checked")
            # What was read by the former ones is read again.
            self.sudo()._forget()
            vals = {**vals, "state": "draft"}
        return super().write(vals)

    def _refuse_its_own(self, vals):
        if names := sorted(ITS_OWN & vals.keys()):
            raise DocumentError(
                speaking(self.env)._(
                    "The import itself keeps %s: leave it out.",
                    ", ".join(names),
                ),
                "article_import_field",
                model=self._name,
                ids=self.ids,
                fields=names,
            )

    def _forget(self):
        self.fault_ids.unlink()
        self.row_ids.unlink()

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @api.model
    @public
    def import_file(
        self,
        content: File,
        filename: str = "",
        existing: str = "update",
        makes_names: bool = False,
        ignores_unknown: bool = False,
    ) -> dict:
        """Check a file of articles: nothing is imported yet.

        :param content: the file, CSV or XLSX, in base64
        :param filename: what it is called
        :param existing: of an article with the same code: ``update`` or ``refuse``
        :param makes_names: make groups, families, categories, brands and ranges that are unknown
        :param ignores_unknown: pass over columns that are unknown
        :return: the report, as :meth:`get_report`
        :raise AccessError: without the right to make articles
        :raise DocumentError: codes ``article_import_file``, ``article_import_columns``
        """
        self.env["product.template"].check_access("create")
        choices = self._fields["existing"]
        if existing not in choices.get_values(self.env):
            raise refuse(self.env, "wrong_argument", "existing", existing, expected=choices)
        one = self.create(
            {
                "file": content,
                "filename": filename,
                "existing": existing,
                "makes_names": makes_names,
                "ignores_unknown": ignores_unknown,
            }
        )
        one.action_check()
        return one.get_report()

    @public(one=True)
    def get_report(self) -> dict:
        """Return what an import found and did.

        :return: ``{"id", "state", "rows", "new", "update", "refused", "done", "columns",
            "faults"}``; a fault is ``{"row", "column", "value", "code", "reason"}``
        """
        self.check_access("read")
        return {
            "id": self.id,
            "state": self.state,
            "rows": self.row_count,
            "new": self.new_count,
            "update": self.update_count,
            "refused": self.refused_count,
            "done": self.done_count,
            "columns": [name or "" for name in self.column_names or []],
            "faults": [
                {
                    "row": fault.number,
                    "column": fault.column or "",
                    "value": fault.value or "",
                    "code": fault.code or "",
                    "reason": fault.reason or "",
                }
                for fault in self.fault_ids
            ],
        }

    @public(one=True)
    def action_check(self) -> bool:
        """Read the file and check every row; nothing is imported.

        :raise DocumentError: codes ``article_import_file``, ``article_import_columns`` with every
            reason, ``article_import_state``
        """
        self._require("draft", "checked")
        self.check_access("write")
        self._enter()._check_file()
        return True

    def _check_file(self):
        # Rows and faults are written by the import alone.
        self.sudo()._forget()
        rows = self._read_file()
        listed = match_columns(self, next(rows, (0, []))[1])
        reader = self._make_reader(listed, writes=False)
        for batch in split_every(READ, rows, list):
            check_rows(self, reader, batch)
        if not self.row_count:
            raise self._refuse_file(files.EMPTY)
        self.sudo().write({"state": "checked"})

    @public(one=True)
    def action_start(self) -> bool:
        """Have the good rows imported by the scheduled job, batch by batch.

        :raise DocumentError: codes ``article_import_state``: it was not checked, or is done;
            ``article_import_columns``: a column is gone meanwhile
        """
        self._require("checked")
        self._check_rights()
        check_columns(self)
        self._run_as_caller()
        self._trigger()
        return True

    def _trigger(self, at=None):
        # Its own job, for who may ask for it.
        self.env.ref("koban_product_import.ir_cron_import").sudo()._trigger(at)

    @public(one=True)
    def import_rows(self) -> dict:
        """Import the good rows now, in this call; long files are better started.

        :return: the report, as :meth:`get_report`
        :raise DocumentError: codes ``article_import_state``: it was not checked, was started, or is
            done; ``article_import_columns``: a column is gone meanwhile
        """
        self._require("checked")
        self._check_rights()
        self._run_as_caller()
        self._process()
        return self.get_report()

    @api.model
    @public
    def get_template(self) -> str:
        """Return an empty file with every column, XLSX in base64."""
        return make_template(list_columns(self.env)).decode()

    @public(one=True)
    def action_download_template(self) -> dict:
        """Download an empty file with every column."""
        return self._download("template_file", self.env._("Articles.xlsx"))

    @public(one=True)
    def action_download_refused(self) -> dict:
        """Download the refused rows with their reasons, to correct them and import them again."""
        return self._download("refused_file", self.env._("Refused articles.xlsx"))

    def _download(self, name, filename) -> dict:
        self.check_access("read")
        url = f"/web/content/{self._name}/{self.id}/{name}?download=true&filename={filename}"
        return {"type": "ir.actions.act_url", "url": url, "target": "download"}

    @public(one=True)
    def action_open_articles(self) -> dict:
        """Open the articles that were imported."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "product.product_template_action_all"
        )
        templates = self.row_ids.product_id.product_tmpl_id
        return {**action, "domain": [("id", "in", templates.ids)]}

    def _require(self, *states):
        for one in self:
            if one.state not in states:
                label = dict(self._fields["state"]._description_selection(speaking(self.env)))
                raise DocumentError(
                    speaking(self.env)._(
                        "%(file)s: this cannot be done where it is “%(state)s”. Import the file "
                        "again.",
                        file=one.filename or one.display_name,
                        state=label[one.state],
                    ),
                    "article_import_state",
                    model=self._name,
                    ids=one.ids,
                )

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------
    def _get_content(self) -> bytes:
        return base64.b64decode(self.with_context(bin_size=False).file or b"")

    def _read_file(self) -> Iterator[tuple[int, list[str]]]:
        try:
            yield from files.read_rows(self._get_content())
        except files.FileError as error:
            raise self._refuse_file(error.code) from error

    def _refuse_file(self, code) -> ConstraintError:
        message = describe_file(speaking(self.env), code, self.filename or "")
        return ConstraintError(message, "article_import_file", model=self._name, ids=self.ids)

    def _get_labels(self) -> dict[str, str]:
        """Return what the file calls its columns."""
        pairs = zip(self.column_names or [], self.heads or [], strict=True)
        return {name: head for name, head in pairs if name}

    def _make_reader(self, listed, *, writes) -> ArticleReader:
        labels = self._get_labels()
        return ArticleReader(
            self.env,
            self.company_id,
            # Refusals name columns as the file does.
            [replace(column, label=labels[column.name]) for column in listed if column],
            updates=self.existing == "update",
            makes_names=self.makes_names,
            writes=writes,
        )

    # ------------------------------------------------------------------
    # Import
    # ------------------------------------------------------------------
    def _check_rights(self):
        self.check_access("write")
        self.env["product.template"].check_access("create")

    def _run_as_caller(self):
        """Set an import running as who starts it, whoever brought the file."""
        # What the job goes by: nobody writes it by himself.
        self.sudo().write({"state": "running", "user_id": self.env.uid})

    @api.model
    def _cron_process(self):
        """Go on with the imports that were started, each as who asked for it.

        What may not go on waits, checked, for somebody to start it again: who started it is
        archived, has left the company or lost his rights, or a column is gone.
        """
        cron = self.env["ir.cron"]
        running = self.search([("state", "=", "running")], order="id")
        cron._commit_progress(remaining=sum(running.mapped("good_count")))
        for one in running:
            user = one.user_id
            if not user.active or one.company_id not in user.company_ids:
                _logger.info("%s stops: %s may not go on with it", one, user)
                one.state = "checked"
                continue
            asked = one.with_user(user).with_context(lang=user.lang)
            try:
                asked._check_rights()
                if not asked._process(cron._commit_progress):
                    break
            except UserError as error:
                _logger.info("%s stops: %s", one, error)
                one.state = "checked"

    def _process(self, commit=None) -> bool:
        """Import the rows that wait; each batch with the mark that it is done.

        :param commit: commits a batch; false stops. Without it all is one transaction
        :return: whether there was time for all of them
        """
        return self._enter()._import_waiting(commit)

    def _enter(self):
        """Return the import in the language of who runs it and in its company.

        Names are written in that language, costs in that company.
        """
        return self.with_env(speaking(self.env)).with_company(self.company_id)

    def _import_waiting(self, commit) -> bool:
        self.ensure_one()
        rows = self.env["koban.product.import.row"].sudo()  # written by the import alone
        domain = Domain("import_id", "=", self.id) & Domain("state", "in", WAITING)
        goes_on = process_domain(rows, domain, ArticleWriter(self).work, commit, WRITTEN)
        if goes_on and rows.search_count(domain, limit=1):
            # Somebody else held some: not done, but tried again.
            self._trigger(fields.Datetime.now() + AGAIN)
        elif goes_on:
            self.sudo().write({"state": "done"})
        return goes_on

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------
    def _compute_refused_file(self):
        for one in self:
            one.refused_file = make_refused(one) if one.refused_count else False

    def _compute_template_file(self):
        for one in self:
            one.template_file = make_template(list_columns(one.env))
