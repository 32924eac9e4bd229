import json

from markupsafe import Markup
from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public

KINDS = [
    ("validation", "Validation"),
    ("takeover", "Takeover"),
    ("correction", "Correction"),
    ("cancellation", "Cancellation"),
    ("amendment", "Amendment"),
    ("revision", "Price Revision"),
    ("renewal", "Renewal"),
    ("notice", "Renewal Letter"),
    ("suspension", "Suspension"),
    ("end", "End"),
    ("settlement", "Settlement"),
    ("settlement_undone", "Settlement Undone"),
    ("edition", "Edition of Texts"),
    ("refusal", "Refusal"),
    ("print", "Print"),
    ("reprint", "Duplicate"),
    ("mail", "E-mail"),
    ("export", "Export"),
    ("closing", "Closing"),
    ("exception", "Exception to a Closing"),
    ("archive_made", "Archive Made"),
    ("archive_downloaded", "Archive Downloaded"),
    ("archive_verified", "Archive Verified"),
    ("purge", "Purge"),
    ("parameter", "Parameter Changed"),
    ("rights", "Rights Changed"),
    ("software", "Software Changed"),
    ("test_on", "TEST Mode On"),
    ("test_off", "TEST Mode Off"),
    ("verification", "Verification"),
    ("verification_failed", "Failed Verification"),
    ("acknowledgement", "Explanation"),
    ("alarm", "Alarm: Unsigned Link"),
    ("key_declared", "Signing Key Declared"),
    ("moved", "Database Moved"),
    ("copied", "Copy of the Database"),
    ("clock", "Clock Declared"),
    ("warning", "Validated Despite a Warning"),
    ("attestation", "Attestation"),
    ("attestation_failed", "Altered Software"),
]

# Stands for the content of the document, read when the link is written.
SEAL = "seal"
# What a document goes through by agreement, each with a day of its own: no corrections of it.
ACT_KINDS = ("amendment", "revision", "renewal", "notice", "suspension", "end")
# Their content is that of a document, as it must be found.
SEAL_KINDS = (
    "validation", "takeover", "correction", "closing", *ACT_KINDS, "settlement",
    "settlement_undone",
)  # fmt: skip
CHAINS = [("main", "Main"), ("test", "TEST")]
CHAIN_NAMES = tuple(name for name, _label in CHAINS)
COLUMNS = (
    "company_id", "chain", "number", "date", "kind", "user_id", "user_name", "res_model",
    "res_id", "res_name", "content", "notes", "algorithm", "previous_hash", "hash", "signature",
    "key_id", "database",
)  # fmt: skip

# Columns of the lines of a sealed document, in this order, where they are filled in.
LINE_COLUMNS = (
    "name", "quantity", "product_uom_qty", "price_unit", "discount", "tax_ids", "price_subtotal",
    "date_maturity", "balance",
)  # fmt: skip


class KobanEvent(models.Model):
    """The journal of a company: one chain of signed links, seals included (DESIGN §3).

    The ORM neither creates, changes nor deletes one, and PostgreSQL refuses to change them. They
    are written by ``tools/journal.py``.
    """

    _name = "koban.event"
    _description = "Events"
    _order = "id desc"
    _rec_name = "number"
    _log_access = False
    _inherit = ["koban.append.only.mixin"]

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="restrict")
    chain = fields.Selection(CHAINS, required=True, readonly=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(required=True, readonly=True, index=True)
    kind = fields.Selection(KINDS, required=True, readonly=True, index=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    user_name = fields.Char(string="Operator", readonly=True)
    res_model = fields.Char(string="Type", readonly=True)
    res_id = fields.Many2oneReference(string="Record", model_field="res_model", readonly=True)
    res_name = fields.Char(string="Document", readonly=True)
    content = fields.Text(required=True, readonly=True)
    notes = fields.Text(required=True, readonly=True)
    algorithm = fields.Integer(required=True, readonly=True, aggregator=None)
    previous_hash = fields.Char(readonly=True)
    hash = fields.Char(string="Fingerprint", required=True, readonly=True)
    signature = fields.Char(required=True, readonly=True)
    key_id = fields.Char(string="Signing Key", required=True, readonly=True)
    database = fields.Char(
        readonly=True, help="Identity of the database that signed the link. The first have none."
    )
    details = fields.Html(compute="_compute_details", sanitize=False)

    _link_unique = models.Constraint(
        "UNIQUE (company_id, chain, number)", "A link of a chain has one number."
    )
    # A link of another chain would be in none that is verified.
    _chain_known = models.Constraint(
        "CHECK (chain IN ('main', 'test'))", "The chains of a company are the main one and TEST."
    )
    _record_idx = models.Index("(res_model, res_id, kind)")
    _test_idx = models.Index("(company_id, date) WHERE chain = 'test'")

    @api.depends("kind", "res_name", "number")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for event in self:
            name = event.res_name or event.company_id.name
            event.display_name = f"{event.number} – {labels.get(event.kind)} – {name}"

    # ------------------------------------------------------------------
    # Rights
    # ------------------------------------------------------------------
    @api.model
    def _check_manager(self):
        """Refuse whoever does not administer commercial management.

        :raise AccessError: with the name of the profile it takes
        """
        # Named to whoever is refused, who may not read groups.
        group = self.env.ref("koban_guard.group_manager").sudo()
        if not self.env.su and not self.env.user.has_group("koban_guard.group_manager"):
            raise AccessError(
                speaking(self.env)._("Only the profile “%(group)s” may do this.", group=group.name)
            )

    @public(one=True)
    def action_open_record(self) -> dict:
        """Open what the event is about."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    # ------------------------------------------------------------------
    # Content, as a person reads it
    # ------------------------------------------------------------------
    @api.depends("content", "notes")
    @api.depends_context("lang")
    def _compute_details(self):
        labels = self._get_detail_labels()
        for event in self:
            try:
                content = json.loads(event.content or "{}")
                notes = json.loads(event.notes or "{}")
            except ValueError:  # altered: the raw text stands on the other page
                content = notes = {}
            event.details = event._render_content(content, notes, labels)

    def _get_detail_labels(self) -> dict[str, str]:
        """Return what the keys of contents are called; parts of the suite add theirs."""
        codes = self.env["koban.verification.finding"]._fields["code"]
        return {
            **dict(codes._description_selection(self.env)),
            **self._get_verification_labels(),
            "archived_until": self.env._("Archived until"),
            "billed": self.env._("Invoiced partner"),
            "changes": self.env._("Changes"),
            "code": self.env._("Code"),
            "company": self.env._("Company"),
            "credit_note": self.env._("Credit note"),
            "currency": self.env._("Currency"),
            "database": self.env._("Database"),
            "documents": self.env._("Documents compared"),
            "edited": self.env._("Edited texts"),
            "fields": self.env._("Fields"),
            "findings": self.env._("Findings"),
            "fiscal_position": self.env._("Fiscal position"),
            "hash": self.env._("Fingerprint"),
            "id": self.env._("Identifier"),
            "identity": self.env._("Identity of the database"),
            "invoices": self.env._("Invoices"),
            "journal": self.env._("Journal"),
            "key": self.env._("Key"),
            "last_date": self.env._("Date of the last number"),
            "links": self.env._("Events read"),
            "message": self.env._("Message"),
            "model": self.env._("Type"),
            "number": self.env._("Number"),
            "original": self.env._("Last link of the original"),
            "partner": self.env._("Customer"),
            "payment_method": self.env._("Payment method"),
            "payment_term": self.env._("Payment terms"),
            "previous": self.env._("Before"),
            "process": self.env._("Process"),
            "reason": self.env._("Reason"),
            "rows": self.env._("Rows"),
            "salesperson": self.env._("Salesperson"),
            "state": self.env._("Result"),
            "until": self.env._("Until"),
            "valid": self.env._("Valid"),
        }

    def _get_verification_labels(self) -> dict[str, str]:
        return {
            "gone": self.env._("File of recorded heads gone"),
            "heads": self.env._("Lines of recorded heads"),
            "link": self.env._("Link no."),
            "locks": self.env._("Lock dates"),
            "notes": self.env._("Changes on record"),
        }

    # ------------------------------------------------------------------
    # Rendering
    # ------------------------------------------------------------------
    def _render_content(self, content, notes, labels) -> Markup:
        self.ensure_one()
        parts = []
        if "document" in content and self.res_model in self.env:
            model = self.env[self.res_model]
            own = {
                name: value
                for name, value in content["document"].items()
                if not isinstance(value, list)
            }
            parts.append(self._render_rows(model, own, labels))
            lines = (content.get("coverage") or {}).get("lines") or {}
            # The first seals do not name the model of their lines.
            line_model = lines.get("model") or getattr(model, "_sealed_line_model", None)
            if content.get("lines") and line_model in self.env:
                parts.append(self._render_lines(self.env[line_model], content["lines"]))
            parts += self._render_parts(model, content)
        elif content:
            told = {name: value for name, value in content.items() if name != "coverage"}
            parts.append(self._render_values(told, labels))
        if notes:
            title = Markup("<h4>%s</h4>") % self.env._("Noted on that day")
            parts.append(title + self._render_values(notes, labels))
        return Markup().join(parts)

    def _render_rows(self, model, values, labels) -> Markup:
        names = [name for name in model._fields if name in values and name != "id"]
        rows = [
            (model._fields[name]._description_string(self.env), self._format(model, name, values))
            for name in names
        ]
        rows += [
            (labels.get(name, name), self._format_plain(value))
            for name, value in values.items()
            if name not in model._fields
        ]
        return self._render_table(rows)

    def _render_table(self, rows) -> Markup:
        row = Markup('<tr><td class="text-muted pe-4">%s</td><td>%s</td></tr>')
        body = Markup().join(row % (label, value) for label, value in rows)
        return Markup('<table class="table table-sm w-auto">%s</table>') % body

    def _render_parts(self, model, content) -> list[Markup]:
        """Return a table for each kind of rows that the document has besides its lines."""
        shown = []
        for key, part in ((content.get("coverage") or {}).get("parts") or {}).items():
            rows = content["document"].get(key)
            if rows and part["model"] in self.env:
                own, field = self.env[part["model"]], model._fields.get(key)
                title = field._description_string(self.env) if field else own._description
                names = [name for name in own._fields if name != "id"]
                shown.append(Markup("<h4>%s</h4>") % title + self._render_lines(own, rows, names))
        return shown

    def _render_lines(self, model, lines, columns=LINE_COLUMNS) -> Markup:
        names = [
            name
            for name in columns
            if name in model._fields and any(name in line for line in lines)
        ]
        head = Markup().join(
            Markup("<th>%s</th>") % model._fields[name]._description_string(self.env)
            for name in names
        )
        cell, row = Markup("<td>%s</td>"), Markup("<tr>%s</tr>")
        body = Markup().join(
            row % Markup().join(cell % self._format(model, name, line) for name in names)
            for line in lines
        )
        return Markup(
            '<table class="table table-sm"><thead><tr>%s</tr></thead><tbody>%s</tbody></table>'
        ) % (head, body)

    def _render_values(self, values, labels) -> Markup:
        """Render JSON values: a table for names and values, one below the other else."""
        if isinstance(values, dict):
            rows = [
                (self._get_label(name, labels), self._render_value(name, value, labels))
                for name, value in values.items()
                if value not in ({}, [], "", None)
            ]
            return self._render_table(rows)
        if isinstance(values, list) and any(isinstance(value, (dict, list)) for value in values):
            return Markup().join(self._render_values(value, labels) for value in values)
        return Markup("%s") % self._format_plain(values)

    def _render_value(self, name, value, labels) -> Markup:
        known = self.res_model in self.env and self.env[self.res_model]._fields
        field = known and known.get(name)
        if field and field.type == "selection" and isinstance(value, str):
            return Markup("%s") % dict(field._description_selection(self.env)).get(value, value)
        return self._render_values(value, labels)

    def _get_label(self, name, labels) -> str:
        if name in labels:
            return labels[name]
        for model_name in filter(None, (self.res_model, "res.company", "res.partner")):
            field = model_name in self.env and self.env[model_name]._fields.get(name)
            if field:
                return field._description_string(self.env)
        return name

    def _format_plain(self, value) -> str:
        if isinstance(value, bool):
            return self.env._("Yes") if value else self.env._("No")
        if isinstance(value, list):
            return " → ".join(str(item) for item in value)
        return str(value)

    def _format(self, model, name, values) -> str:
        """Return a sealed value as its field shows it."""
        value, field = values.get(name), model._fields[name]
        if value is None:
            return ""
        if name == "tax_ids":
            return ", ".join(
                f"{rate} %" if kind == "percent" else rate for _id, kind, rate in value
            )
        if field.type == "many2one":
            # As it is called today; the number is what was sealed.
            record = self.env[field.comodel_name].sudo().browse(value).exists()
            return f"{record.display_name} ({value})" if record else str(value)
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, value)
        if field.type == "date":
            return format_date(self.env, value)
        if field.type == "boolean":
            return self._format_plain(value)
        return str(value)
