import hashlib
from collections.abc import Iterator

from odoo import api, fields, models
from odoo.tools import SQL, format_date, format_datetime, split_every

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.findings import Finding
from odoo.addons.koban_seal.tools.journal import record_event_apart

from ..tools.stamp import stamp

CHECKED_AT_ONCE = 500
READ_AT_ONCE = 1 << 20  # bytes


class KobanIssuedDocument(models.Model):
    """The original of a validated document: the file of its first print or sending (row 2-53).

    Its rows are made by SQL alone, its files with a leave that no client has: the ORM refuses
    everything else. Two first prints at once give one original: the second waits for the first
    one's row, fails on it, and Odoo repeats its request.
    """

    _name = "koban.issued.document"
    _description = "Original of an Issued Document"
    _order = "id desc"

    name = fields.Char(string="Document", readonly=True)
    res_model = fields.Char(string="Type", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True, readonly=True
    )
    # Each addon adds the papers of its documents.
    paper = fields.Selection([], string="Kind", required=True, readonly=True)
    report_name = fields.Char(string="Report", readonly=True)
    file = fields.Binary(string="Original", attachment=True, readonly=True)
    file_name = fields.Char(readonly=True)
    file_size = fields.Integer(string="Size (bytes)", readonly=True, aggregator=None)
    sha256 = fields.Char(string="SHA-256", readonly=True, help="Empty while it is being printed.")
    texts = fields.Char(readonly=True, help="Fingerprint of the texts that stay editable.")
    edited_on = fields.Datetime(
        string="Texts edited on", readonly=True, help="Last change of a text since the original."
    )
    copies = fields.Integer(string="Duplicates", readonly=True, help="How many were issued.")
    date = fields.Datetime(string="Issued on", readonly=True)
    user_id = fields.Many2one("res.users", string="Issued by", readonly=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)

    _original_unique = models.Constraint(
        "UNIQUE (res_model, res_id, paper)", "A document has one original."
    )

    # ------------------------------------------------------------------
    # Nothing changes it
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._raise_kept()

    @override
    def write(self, vals):  # pylint: disable=method-required-super
        self._raise_kept()

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._raise_kept()

    @api.model
    def _raise_kept(self):
        raise DocumentError(
            speaking(self.env)._(
                "The original of an issued document cannot be made by hand, changed or deleted."
            ),
            "issued_document",
            model=self._name,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # Making an original
    # ------------------------------------------------------------------
    @api.model
    def _get_originals(self, documents, paper) -> dict:
        """Return the originals of documents: ``{id of the document: original}``."""
        found = self.sudo().search(  # whether one exists decides on the mark, whoever prints
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("paper", "=", paper),
                ("sha256", "!=", False),
            ]
        )
        return {original.res_id: original for original in found}

    @api.model
    def _reserve(self, documents, paper, report_name=False) -> dict[int, int]:
        """Take the place of the originals of documents before they are printed.

        :return: ``{id of the document: id of its original}``, without those that have one
        :raise psycopg2.errors.SerializationFailure: another print made one meanwhile
        """
        now = fields.Datetime.now()
        rows = [
            SQL(
                "(%s, %s, %s, %s, %s, %s, %s, %s, 0)",
                document._name,
                document.id,
                paper,
                report_name or None,
                document.sudo().name,  # its number, which is on the paper
                document.sudo().company_id.id,  # whose journal it is
                self.env.uid,
                now,
            )
            for document in documents.sorted("id")  # in one order: no two prints wait in a ring
        ]
        if not rows:
            return {}
        query = SQL(
            """
            INSERT INTO koban_issued_document
                (res_model, res_id, paper, report_name, name, company_id, user_id, date, copies)
            VALUES %s
            ON CONFLICT (res_model, res_id, paper) DO UPDATE
                SET user_id = EXCLUDED.user_id, date = EXCLUDED.date
                WHERE koban_issued_document.sha256 IS NULL
            RETURNING res_id, id
            """,
            SQL(", ").join(rows),
        )
        # What a concurrent print makes fail is repeated, and no error.
        self.env.cr.execute(query, log_exceptions=False)
        return dict(self.env.cr.fetchall())

    @api.model
    def _drop(self, issued_ids):
        """Give back places whose originals were not printed."""
        self.env.execute_query(
            SQL(
                "DELETE FROM koban_issued_document "
                "WHERE id = ANY(%s) AND sha256 IS NULL RETURNING id",
                list(issued_ids),
            )
        )

    # ------------------------------------------------------------------
    # Copies
    # ------------------------------------------------------------------
    def _count_copies(self) -> dict[int, int]:
        """Count one more duplicate of each, and return its number.

        Two prints at once wait for each other, and the second is repeated by Odoo: no number is
        given twice.
        """
        ids = sorted(self.ids)
        if not ids:
            return {}
        locked = "SELECT id FROM koban_issued_document WHERE id = ANY(%s) ORDER BY id FOR UPDATE"
        # As for _reserve.
        self.env.cr.execute(SQL(locked, ids), log_exceptions=False)
        counted = self.env.execute_query(
            SQL(
                "UPDATE koban_issued_document SET copies = copies + 1 WHERE id = ANY(%s) "
                "RETURNING id, copies",
                ids,
            )
        )
        self.invalidate_model(["copies"])
        return dict(counted)

    def _make_duplicate(self, raw, number, lang) -> bytes:
        """Return a copy of the original marked as duplicate, on each page."""
        self.ensure_one()
        env = self.with_context(lang=lang).env
        line = env._(
            "DUPLICATE no. %(number)s of %(date)s – original issued on %(original)s",
            number=number,
            date=self._format_moment(fields.Datetime.now(), lang),
            original=self._format_moment(self.date, lang),
        )
        return stamp(raw, env._("DUPLICATE"), line)

    def _make_updated_copy(self, raw, lang) -> bytes:
        """Return a print with today's texts, marked as a copy, on each page."""
        self.ensure_one()
        env = self.with_context(lang=lang).env
        line = env._(
            "COPY – texts changed on %(date)s; original issued on %(original)s",
            date=self._format_moment(self.edited_on or fields.Datetime.now(), lang),
            original=self._format_moment(self.date, lang),
        )
        return stamp(raw, env._("COPY"), line)

    def _format_moment(self, moment, lang) -> str:
        # Customers on the portal have no time zone of their own.
        zone = self.env.context.get("tz") or self.env.user.tz or self.company_id.partner_id.tz
        return format_datetime(
            self.env, moment, tz=zone or "Europe/Paris", dt_format="short", lang_code=lang
        )

    # ------------------------------------------------------------------
    # Files
    # ------------------------------------------------------------------
    def _get_places(self) -> dict[int, tuple]:
        """Return where the file of each lies: ``{id: (path, bytes kept in the database)}``."""
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id, store_fname, db_datas FROM ir_attachment "
                "WHERE res_model = %s AND res_field = 'file' AND res_id = ANY(%s) ORDER BY id",
                self._name,
                self.ids,
            )
        )
        return {res_id: (path, kept) for res_id, path, kept in rows}

    @api.model
    def _get_hash(self, raw) -> str:
        return hashlib.sha256(raw).hexdigest()

    @api.model
    def _read_parts(self, path, kept) -> Iterator[bytes]:
        """Yield the bytes of a file; nothing if it is not there."""
        if kept is not None:
            yield bytes(kept)
        elif path:
            try:
                with open(self.env["ir.attachment"]._full_path(path), "rb") as stream:
                    while part := stream.read(READ_AT_ONCE):
                        yield part
            except OSError:
                return

    def _read_originals(self) -> Iterator[tuple]:
        """Yield each original with its bytes, once they were found unchanged.

        :raise DocumentError: code ``issued_file``
        """
        places = self._get_places()
        for original in self:
            raw = b"".join(self._read_parts(*places.get(original.id, (None, None))))
            if hashlib.sha256(raw).hexdigest() != original.sha256:
                original._raise_damaged(missing=not raw)
            yield original, raw

    def _raise_damaged(self, missing):
        self.ensure_one()
        env = speaking(self.env)
        self._record_damage()
        problem = env._("is missing") if missing else env._("is not the file that was issued")
        raise DocumentError(
            env._(
                "%(document)s cannot be printed: its original of %(date)s %(problem)s "
                "(file “%(file)s”). It is not printed anew: what was issued could differ.\n"
                "Ask your administrator to put the file back from a backup of the filestore, then "
                "print again.",
                document=self.name,
                date=format_date(env, self.date),
                problem=problem,
                file=self.file_name,
            ),
            "issued_file",
            model=self.res_model,
            ids=[self.res_id],
        )

    def _record_damage(self):
        detail = {"paper": self.paper, "sha256": self.sha256, "file": self.file_name}
        document = self.env[self.res_model].browse(self.res_id)
        record_event_apart(self.env, "verification_failed", document, detail=detail)

    @api.model
    def _iter_findings(self, company) -> Iterator[Finding]:
        """Compare originals with the journal, and their files with their SHA-256.

        Part of the verification; codes ``issued_missing`` and ``issued_altered``.
        """
        told = set()
        for finding in self._check_journal(company):
            told.add((finding.model, finding.res_id))
            yield finding
        domain = [("sha256", "!=", False), ("company_id", "=", company.id)]
        ids = self.sudo().search(domain, order="id").ids  # a check looks at all
        for part in split_every(CHECKED_AT_ONCE, ids, list):
            originals = self.sudo().browse(part)  # as above
            places = originals._get_places()
            for original in originals:
                finding = original._check_file(*places.get(original.id, (None, None)))
                if finding and (finding.model, finding.res_id) not in told:
                    yield finding
            originals.invalidate_recordset()

    def _check_file(self, path, kept) -> Finding | None:
        """Return what is wrong with the file; None if it is what was issued."""
        self.ensure_one()
        digest, size = hashlib.sha256(), 0
        for piece in self._read_parts(path, kept):
            digest.update(piece)
            size += len(piece)
        found = digest.hexdigest()
        if found == self.sha256:
            return None
        code = "issued_altered" if size else "issued_missing"
        seen = {"expected": self.sha256, "found": found if size else ""}
        return Finding(code, self.res_model, self.res_id, self.name, "file", **seen)

    @api.model
    def _get_witnesses(self, condition) -> SQL:
        """Return the query of what the journal tells about originals, a row for each file.

        The electronic invoice has no event of its own: that of its invoice holds its SHA-256.

        :param condition: SQL condition of the events, on alias ``e``
        """
        return SQL(
            # By patterns: an altered content may be no JSON any more.
            r"""
            SELECT e.res_model, e.res_id, e.res_name, e.number, file.paper, file.sha256
            FROM koban_event e
            CROSS JOIN LATERAL (VALUES
                (substring(e.content FROM '"paper":"(\w+)"'),
                 substring(e.content FROM '"sha256":"([0-9a-f]{64})"'),
                 substring(e.content FROM '"edition":"(\w+)"') IN ('original', 'duplicate')),
                ('einvoice',
                 substring(e.content FROM '"einvoice_sha256":"([0-9a-f]{64})"'),
                 e.content ~ '"einvoice_sha256":"[0-9a-f]{64}"')
            ) AS file (paper, sha256, told)
            WHERE e.kind IN ('print', 'reprint', 'mail') AND file.told AND %s
            """,
            condition,
        )

    @api.model
    def _check_journal(self, company) -> Iterator[Finding]:
        """Yield the originals that are not those of the journal, or are gone."""
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT e.res_model, e.res_id, e.res_name, e.sha256, d.sha256
                FROM (%s) e
                LEFT JOIN koban_issued_document d
                    ON d.res_model = e.res_model AND d.res_id = e.res_id AND d.paper = e.paper
                WHERE d.sha256 IS DISTINCT FROM e.sha256
                ORDER BY 1, 2
                """,
                self._get_witnesses(SQL("e.company_id = %s", company.id)),
            )
        )
        for model, res_id, name, expected, found in self.env.cr.fetchall():
            code = "issued_altered" if found else "issued_missing"
            yield Finding(code, model, res_id, name or "", "sha256", expected, found or "")
