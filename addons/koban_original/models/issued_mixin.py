import hashlib
import json

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..tools.issue import ROUND_KEY, IssueRound
from ..tools.provisional import unsign

UPDATED_COPY_KEY = "koban_updated_copy"


class IssuedMixin(models.AbstractModel):
    """A guarded document whose first print or sending is kept as its original (row 2-53).

    A model that inherits it gives the report and the kind of its paper.
    """

    _name = "koban.issued.mixin"
    _description = "Document whose original is kept"

    issue_count = fields.Integer(string="Editions", compute="_compute_issue_count")
    has_updated_texts = fields.Boolean(
        compute="_compute_has_updated_texts",
        help="A text was changed since the original was issued.",
    )

    def _compute_issue_count(self):
        Print = self.env["koban.document.print"].sudo()  # a count of what was done with it
        groups = Print._read_group(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("issue_kind", "!=", False),
            ],
            ["res_id"],
            ["__count"],
        )
        counts = dict(groups)
        for document in self:
            document.issue_count = counts.get(document.id, 0)

    @api.depends(lambda self: self._get_fingerprint_fields())
    def _compute_has_updated_texts(self):
        originals = {}
        if self.ids:
            originals = self.env["koban.issued.document"]._get_originals(
                self._origin, self._get_main_paper()
            )
        for document in self:
            original = originals.get(document._origin.id)
            document.has_updated_texts = bool(
                original and original.texts != document._get_text_fingerprint()
            )

    # ------------------------------------------------------------------
    # Hooks
    # ------------------------------------------------------------------
    @api.model
    def _get_main_paper(self) -> str:
        """Return the kind of paper, of ``koban.issued.document``, that is this document."""
        raise NotImplementedError

    @api.model
    def _get_main_report(self):
        """Return the report that prints the document."""
        raise NotImplementedError

    def _is_issuable(self) -> bool:
        """Whether a print of the document now is its original, or a copy of it.

        Drafts, pro formas and TEST documents are printed as they are, as often as one likes.
        """
        self.ensure_one()
        return self._is_guarded() and not self._is_fictitious()

    def _get_earlier_original(self):
        """Return the attachment with what was sent before originals were kept; or none."""
        return self.env["ir.attachment"]

    def _get_issued_name(self) -> str:
        """Return the name of the original's file."""
        self.ensure_one()
        # Its number, which is on the paper.
        return f"{(self.sudo().display_name or '').replace('/', '_')}.pdf"

    def _get_issued_lang(self) -> str:
        """Return the language of the marks: the paper's."""
        self.ensure_one()
        return self._get_printed_lang() or self.env.lang or "en_US"

    # ------------------------------------------------------------------
    # Texts
    # ------------------------------------------------------------------
    @api.model
    def _get_fingerprint_fields(self) -> list[str]:
        """Fields that a person may still change, and that the paper shows."""
        return [] if self._abstract else sorted(self._get_document_text_fields())

    def _get_text_fingerprint(self) -> str:
        """Return a hash of the texts that stay editable: it tells whether one was changed."""
        self.ensure_one()
        values = {}
        for name in self._get_fingerprint_fields():
            value = self.sudo()[name]  # compared only
            values[name] = value._origin.id if isinstance(value, models.Model) else str(value or "")
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()

    @override
    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(self._get_fingerprint_fields()):
            self.filtered(lambda document: document._is_guarded())._note_edition()
        return result

    def _post_edition(self, changes):
        self._note_edition()
        return super()._post_edition(changes)

    def _note_edition(self):
        """Remember when a text was last changed: the up-to-date copy tells."""
        if not self:
            return
        self.env.execute_query(
            SQL(
                "UPDATE koban_issued_document SET edited_on = %s WHERE res_model = %s "
                "AND res_id = ANY(%s) RETURNING id",
                fields.Datetime.now(),
                self._name,
                self.ids,
            )
        )
        self.env["koban.issued.document"].invalidate_model(["edited_on"])

    # ------------------------------------------------------------------
    # Issuing
    # ------------------------------------------------------------------
    def _issue_pdf(self, channel="print") -> bytes:
        """Return a copy of the document as one gets it now: a duplicate once it was issued.

        :param channel: ``print``, ``mail`` or ``portal``
        """
        self.ensure_one()
        round_ = IssueRound(channel)
        report = self._get_main_report()
        reports = self.env["ir.actions.report"].with_context(**{ROUND_KEY: round_})
        streams, _kind = reports._pre_render_qweb_pdf(report.report_name, self.ids)
        reports.env["koban.document.print"]._record_round(round_)
        return streams[self.id]["stream"].getvalue()

    @override
    def message_post(self, **kwargs):
        """Issue what is sent: until then the person only looked at it."""
        if kwargs.get("attachment_ids") and len(self) == 1 and self._is_issuable():
            self._issue_attachments(kwargs["attachment_ids"], kwargs.get("partner_ids") or [])
        return super().message_post(**kwargs)

    def _issue_attachments(self, attachment_ids, partner_ids):
        """Replace the PDFs made for a message by the original, or by a duplicate of it."""
        round_ = IssueRound("mail")
        round_.recipients[self.id] = self._format_recipients(partner_ids)
        reports = self.env["ir.actions.report"].with_context(**{ROUND_KEY: round_})
        # Only those that were made for this very document are replaced, whoever made them.
        for attachment in self.env["ir.attachment"].sudo().browse(attachment_ids).exists():
            signed = attachment.mimetype == "application/pdf" and attachment.raw
            raw = unsign(self.env, signed, self) if signed else None
            if raw is not None:
                attachment.raw = reports._issue_given(self, raw)
        self.env["koban.document.print"]._record_round(round_)

    @api.model
    def _format_recipients(self, partner_ids) -> str:
        # Whom a document was sent to stands beside it.
        partners = self.env["res.partner"].sudo().browse(partner_ids)
        names = [partner.email_formatted or partner.name or "" for partner in partners]
        return ", ".join(names)

    def _has_original(self) -> bool:
        """Whether the document was issued."""
        self.ensure_one()
        originals = self.env["koban.issued.document"]._get_originals(self, self._get_main_paper())
        return bool(originals)

    # ------------------------------------------------------------------
    # Screen and API
    # ------------------------------------------------------------------
    @public(one=True)
    def action_open_issues(self) -> dict:
        """Open the list of the document's editions."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("koban_original.issue_action")
        action["domain"] = [
            ("res_model", "=", self._name),
            ("res_id", "=", self.id),
            ("issue_kind", "!=", False),
        ]
        action["context"] = {"of_one_document": True}
        return action

    @public
    def action_print_updated_copy(self) -> dict:
        """Print the document with its present texts, marked as a copy; the original stays."""
        self.check_access("read")
        return (
            self._get_main_report()
            .with_context(**{UPDATED_COPY_KEY: True})
            .report_action(self, config=False)
        )
