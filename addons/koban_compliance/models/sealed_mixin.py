import json

from odoo import api, fields, models
from odoo.tools import SQL

from .koban_event import CHAIN_NAMES, SEAL, SEAL_KINDS

# How PostgreSQL writes each type of column: one text for one value.
FORMATS = {
    "numeric": "trim_scale(%s)::text",
    "float8": "%s::text",
    "date": "to_char(%s, 'YYYY-MM-DD')",
    "timestamp": """to_char(%s, 'YYYY-MM-DD"T"HH24:MI:SS')""",
}


class SealedMixin(models.AbstractModel):
    """Documents whose content is sealed in the chain of their company when validated.

    The content is read by SQL from the stored columns, by the seal and by the verification
    alike. A seal also notes who the parties were, which later changes of theirs do not alter.
    """

    _name = "koban.sealed.mixin"
    _description = "Sealed document"
    _inherit = ["koban.exported.mixin"]

    # Stored fields of the document that the seal covers.
    _sealed_fields = ()
    # Model of the lines, their field to the document, and their covered fields.
    _sealed_line_model = None
    _sealed_line_field = None
    _sealed_line_fields = ()
    # Many2many of the lines to taxes.
    _sealed_tax_field = None

    seal_id = fields.Many2one(
        "koban.event",
        compute="_compute_seal_id",
        help="The link of the company's chain that holds the content of this document.",
    )

    def _compute_seal_id(self):
        Event = self.env["koban.event"].sudo()  # whoever reads a document may see its seal
        found = Event._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("kind", "in", SEAL_KINDS),
                ("chain", "in", CHAIN_NAMES),
            ],
            ["res_id", "company_id", "chain"],
            ["id:max"],
        )
        last = {(res_id, company.id, chain): id_ for res_id, company, chain, id_ in found}
        for document in self:
            key = document.id, document.company_id.id, document._get_chain()
            document.seal_id = last.get(key, False)

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    def _get_event_company(self):
        """Return the company whose journal tells about these records."""
        return self.company_id

    def _get_chain(self) -> str:
        """Return the chain that holds the seal of this document."""
        return "main"

    def _is_sealable(self) -> bool:
        """Whether the validation of the document is sealed."""
        self.ensure_one()
        return self._is_guard_enabled()

    @api.model
    def _get_sealed_condition(self) -> SQL:
        """Return the SQL condition of the documents that must have a seal, on alias ``d``."""
        raise NotImplementedError

    def _get_seal_notes(self) -> dict:
        """Return what a seal notes besides the content: the parties as they are today."""
        self.ensure_one()
        return {}

    def action_open_events(self) -> dict:
        """Open what the journal tells about these documents, from the first on."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("koban_compliance.action_koban_event"),
            "domain": [("res_model", "=", self._name), ("res_id", "in", self.ids)],
        }

    # ------------------------------------------------------------------
    # Sealing
    # ------------------------------------------------------------------
    def _seal(self, kind="validation"):
        """Append the content of each document to its company's chain.

        :param kind: one of ``SEAL_KINDS``
        """
        sealable = self.filtered(lambda document: document._is_sealable())
        for chain, documents in sealable.grouped(lambda record: record._get_chain()).items():
            self.env["koban.event"]._record(kind, documents, detail=SEAL, chain=chain)

    def _get_covered(self, records):
        names = self._sealed_fields if records._name == self._name else self._sealed_line_fields
        return frozenset(names)

    def _seal_again(self):
        guarded = self.filtered(lambda document: document._is_guarded())
        guarded._seal("correction")

    @api.model
    def _complete_seals(self, entries):
        """Put contents and notes into links about to be written.

        A seal that says what the one before said is dropped: its content becomes ``None``.
        """
        ids = [entry["res_id"] for entry in entries]
        sealed = {entry["res_id"] for entry in entries if entry["kind"] != "correction"}
        corrected = {
            (entry["company_id"], entry["chain"], entry["res_id"])
            for entry in entries
            if entry["res_id"] not in sealed
        }
        contents, last = self._get_sealed_content(ids), self._get_last_contents(corrected)
        documents = {document.id: document for document in self.browse(ids)}
        # The validation itself, where the host went on to write on the document.
        for entry in sorted(entries, key=lambda entry: entry["kind"] == "correction"):
            key = entry["res_id"]
            content = contents.get(key)
            entry["content"] = None if content == last.get(key) else content
            if entry["content"]:
                entry["notes"] = documents[key]._get_seal_notes()
                last[key] = content

    @api.model
    def _get_last_contents(self, places) -> dict[int, dict]:
        """Return the content of the last seal of each document that has one.

        :param places: company id, chain and id of each document: another chain tells nothing
        """
        if not places:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT ON (res_id) res_id, content FROM koban_event "
                "WHERE res_model = %s AND res_id IN %s AND kind IN %s "
                "AND (company_id, chain, res_id) IN %s ORDER BY res_id, number DESC",
                self._name,
                tuple({res_id for _company, _chain, res_id in places}),
                SEAL_KINDS,
                tuple(places),
            )
        )
        return {res_id: json.loads(content) for res_id, content in self.env.cr.fetchall()}

    # ------------------------------------------------------------------
    # Content
    # ------------------------------------------------------------------
    @api.model
    def _get_sealed_content(self, ids) -> dict[int, dict]:
        """Return the covered content of documents, as stored now.

        :return: ``{id: {"document": {field: value}, "lines": [{field: value}]}}``; numbers
            are texts, dates ISO texts; empty values are left out; who is not there is missing
        """
        if not ids:
            return {}
        contents = {
            row["id"]: {"document": row}
            for row in self._read_columns(self, self._sealed_fields, ids)
        }
        if self._sealed_line_model:
            self._read_lines(contents)
        return contents

    @api.model
    def _read_lines(self, contents):
        for content in contents.values():
            content["lines"] = []
        lines = self.env[self._sealed_line_model]
        names = (self._sealed_line_field, *self._sealed_line_fields)
        rows = self._read_columns(lines, names, list(contents), self._sealed_line_field)
        taxes = self._read_taxes(lines, list(contents)) if self._sealed_tax_field else {}
        for row in rows:
            if row["id"] in taxes:
                row[self._sealed_tax_field] = taxes[row["id"]]
            contents[row.pop(self._sealed_line_field)]["lines"].append(row)

    @api.model
    def _read_columns(self, model, names, ids, key="id") -> list[dict]:
        """Return stored columns as JSON values, without the empty ones."""
        names = ("id", *names)
        columns = SQL(", ").join(
            self._format_column(model, name, SQL.identifier("d", name)) for name in names
        )
        self.env.cr.execute(
            SQL(
                "SELECT %s FROM %s d WHERE %s = ANY(%s) ORDER BY %s",
                columns,
                SQL.identifier(model._table),
                SQL.identifier("d", key),
                list(ids),
                SQL.identifier("d", "id"),
            )
        )
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in self.env.cr.fetchall()
        ]

    @api.model
    def _format_column(self, model, name, column) -> SQL:
        kind = model._fields[name].column_type[0] if name != "id" else "int4"
        template = FORMATS.get(kind)
        return SQL(template, column) if template else column

    @api.model
    def _read_taxes(self, lines, document_ids) -> dict[int, list]:
        """Return the taxes of lines: ``{line id: [[tax id, type, rate], …]}``."""
        field = lines._fields[self._sealed_tax_field]
        self.env.cr.execute(
            SQL(
                "SELECT r.%(line)s, t.id, t.amount_type, trim_scale(t.amount)::text "
                "FROM %(relation)s r JOIN %(lines)s l ON l.id = r.%(line)s "
                "JOIN account_tax t ON t.id = r.%(tax)s "
                "WHERE l.%(parent)s = ANY(%(ids)s) ORDER BY 1, 2",
                line=SQL.identifier(field.column1),
                tax=SQL.identifier(field.column2),
                relation=SQL.identifier(field.relation),
                lines=SQL.identifier(lines._table),
                parent=SQL.identifier(self._sealed_line_field),
                ids=list(document_ids),
            )
        )
        taxes = {}
        for line_id, *tax in self.env.cr.fetchall():
            taxes.setdefault(line_id, []).append(tax)
        return taxes
