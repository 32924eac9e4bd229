import base64
from datetime import date

from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, File, public

from ..index_file import IndexFileError, read_index_file
from ..models.koban_index import INDEX_DIGITS

STATUSES = [
    ("new", "New"),
    ("changed", "Changed"),
    ("same", "Unchanged"),
    ("error", "Error"),
]


class KobanIndex(models.Model):
    """Values out of a CSV file, all of them or none (issue 5 §4)."""

    _inherit = "koban.index"

    @public(one=True)
    def import_values(
        self, content: File, published_on: Day | None = None, dry_run: bool = False
    ) -> list[dict]:
        """Import the values of a CSV file, all or nothing.

        :param content: the file, in base64
        :param published_on: ``YYYY-MM-DD``, for values that the file gives no date of publication
        :param dry_run: only tell what would be done
        :return: one dictionary per row: ``line``, ``status`` (``new``, ``changed``, ``same`` or
            ``error``), ``period``, ``value``, ``old_value``, ``published_on``, ``message``
        :raise DocumentError: codes ``index_file``, with the line and the value
        """
        self.check_access("read" if dry_run else "write")
        day = fields.Date.to_date(published_on) or fields.Date.context_today(self)
        rows = self._compare_file(self._decode_file(content), day)
        if not dry_run:
            self._import_rows(rows)
        for row in rows:
            for name in ("period", "published_on"):
                row[name] = fields.Date.to_string(row[name]) or ""
        return rows

    def _decode_file(self, content) -> bytes:
        try:
            return base64.b64decode(content or b"", validate=True)
        except ValueError as error:
            message = speaking(self.env)._("The content of the file is to be given in base64.")
            raise self._prepare_file_error(message) from error

    def _compare_file(self, content: bytes, published_on: date) -> list[dict]:
        """Return what each row of a file would change."""
        try:
            rows = read_index_file(content, self.frequency)
        except IndexFileError as error:
            raise self._prepare_file_error(self._describe_file_error(error)) from error
        existing = {value.period: value for value in self.value_ids}
        return [self._compare_row(row, existing.get(row.period), published_on) for row in rows]

    def _compare_row(self, row, existing, published_on) -> dict:
        result = {
            "line": row.number,
            "period": row.period or False,
            "value": round(float(row.value or 0), INDEX_DIGITS[1]),
            "old_value": existing.value if existing else 0.0,
            "published_on": row.published_on
            or (existing and existing.published_on)
            or published_on,
            "message": "",
        }
        if row.error:
            return {
                **result,
                "status": "error",
                "published_on": False,
                "message": self._describe_file_error(row.error),
            }
        if not existing:
            return {**result, "status": "new"}
        same = (existing.value, existing.published_on) == (result["value"], result["published_on"])
        return {**result, "status": "same" if same else "changed"}

    def _import_rows(self, rows):
        errors = [row for row in rows if row["status"] == "error"]
        if errors:
            env = speaking(self.env)
            lines = [
                env._("Line %(line)s: %(error)s", line=row["line"], error=row["message"])
                for row in errors[:20]
            ]
            raise self._prepare_file_error("\n".join(lines))
        existing = {value.period: value for value in self.value_ids}
        # The contracts follow once, when all values are there; the key only puts that off.
        Value = self.env["koban.index.value"].with_context(settle_later=True)
        for row in rows:
            if row["status"] == "changed":
                Value.browse(existing[row["period"]].id).write(
                    {"value": row["value"], "published_on": row["published_on"]}
                )
        Value.create(
            [
                {
                    "index_id": self.id,
                    "period": row["period"],
                    "value": row["value"],
                    "published_on": row["published_on"],
                }
                for row in rows
                if row["status"] == "new"
            ]
        )
        self.env["koban.index.value"]._settle_contracts()

    def _prepare_file_error(self, message) -> DocumentError:
        return DocumentError(message, "index_file", model=self._name, ids=self.ids)

    def _describe_file_error(self, error) -> str:
        env = speaking(self.env)
        value = error.value
        messages = {
            "encoding": env._("This is no text file. Give a CSV file."),
            "empty": env._("The file has no value."),
            "columns": env._("A column of periods and one of values are needed: “%s”.", value),
            "period": env._("“%s” is no period: write 2026-03, 2026-T1 or 2026-03-01.", value),
            "quarter": env._("“%s” is a quarter, and the index is monthly.", value),
            "value": env._("“%s” is no value of an index.", value),
            "published": env._("“%s” is no date of publication.", value),
            "twice": env._("The period %s comes twice.", value),
        }
        return messages[error.code]


class KobanIndexImport(models.TransientModel):
    """Import of a file of values: shown first, then done as a whole."""

    _name = "koban.index.import"
    _description = "Import of Index Values"

    index_id = fields.Many2one("koban.index", required=True, ondelete="cascade")
    file = fields.Binary(attachment=False)
    filename = fields.Char()
    published_on = fields.Date(
        string="Published on",
        default=fields.Date.context_today,
        help="For the values that the file gives no date of publication.",
    )
    line_ids = fields.One2many(
        "koban.index.import.line",
        "import_id",
        compute="_compute_line_ids",
        store=True,
        readonly=True,
    )
    message = fields.Text(compute="_compute_line_ids", store=True)
    can_import = fields.Boolean(compute="_compute_line_ids", store=True)

    @api.depends("file", "index_id", "published_on")
    def _compute_line_ids(self):
        for wizard in self:
            rows, wizard.message = [], False
            if wizard.file and wizard.index_id:
                day = wizard.published_on or fields.Date.context_today(wizard)
                try:
                    content = wizard.with_context(bin_size=False).file
                    rows = wizard.index_id._compare_file(wizard.index_id._decode_file(content), day)
                except DocumentError as error:
                    wizard.message = error.args[0]
            statuses = {row["status"] for row in rows}
            wizard.can_import = bool(statuses & {"new", "changed"}) and "error" not in statuses
            wizard.line_ids = [Command.clear(), *(Command.create(row) for row in rows)]

    @public(one=True)
    def action_import(self) -> dict:
        """Import the file, all of it, and show the values.

        :raise DocumentError: code ``index_file``, with the line and the value
        """
        content = self.with_context(bin_size=False).file
        day = self.published_on or fields.Date.context_today(self)
        self.index_id.import_values(content, fields.Date.to_string(day))
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.index",
            "res_id": self.index_id.id,
            "views": [(False, "form")],
        }


class KobanIndexImportLine(models.TransientModel):
    """A row of the file, and what it would change."""

    _name = "koban.index.import.line"
    _description = "Row of an Import of Index Values"
    _order = "line, id"

    import_id = fields.Many2one("koban.index.import", required=True, ondelete="cascade")
    line = fields.Integer(readonly=True)
    status = fields.Selection(STATUSES, readonly=True)
    period = fields.Date(readonly=True)
    value = fields.Float(readonly=True, digits=INDEX_DIGITS)
    old_value = fields.Float(readonly=True, digits=INDEX_DIGITS)
    published_on = fields.Date(readonly=True)
    message = fields.Char(readonly=True)

    @api.depends("line", "period")
    def _compute_display_name(self):
        for row in self:
            period = row.period and format_date(self.env, row.period, date_format="MM/yyyy")
            row.display_name = f"{row.line} {period or ''}".strip()
