from odoo import fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools import invoice_dates


class CreditedMixin(models.AbstractModel):
    """An invoice that is cancelled by a credit note, never taken back (rows 2-59 and 3-21)."""

    _name = "koban.credited.mixin"
    _inherit = ["koban.pipeline.mixin"]
    _description = "Invoice that a credit note cancels"

    @public
    def action_open_cancel_document(self) -> dict:
        """Open the wizard “Cancel the Document” on these invoices (row 2-59)."""
        self._check_cancellable()
        return {
            "type": "ir.actions.act_window",
            "name": speaking(self.env)._("Cancel the Document"),
            "res_model": "koban.document.cancel",
            "view_mode": "form",
            "target": "new",
            "context": {"default_move_ids": [Command.set(self.ids)]},
        }

    def _check_cancellable(self):
        if not self:
            raise DocumentError(
                speaking(self.env)._("Choose at least one invoice to cancel."), "no_record"
            )
        for move in self:
            if move.move_type not in ("out_invoice", "out_receipt") or move.state != "posted":
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s cannot be cancelled by credit note: only a validated "
                        "customer invoice can.",
                        document=move.display_name,
                    ),
                    "document_not_cancellable",
                    model=self._name,
                    ids=move.ids,
                )
            if move._get_live_credit_notes():
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s is already cancelled or credited by %(credit_notes)s.",
                        document=move.display_name,
                        credit_notes=", ".join(
                            move._get_live_credit_notes().mapped("display_name")
                        ),
                    ),
                    "document_already_cancelled",
                    model=self._name,
                    ids=move.ids,
                )

    def _get_live_credit_notes(self):
        """Credit notes of these invoices that were not dropped."""
        return self.reversal_move_ids.filtered(lambda move: move.state != "cancel")

    @public
    def action_cancel_document(
        self,
        reason: str = "",
        validate: bool = True,
        new_draft: bool = False,
        date: Day | None = None,
    ) -> dict:
        """Cancel validated customer invoices by credit note (rows 2-59 and 3-21).

        Each credit note cites the number and the date of its invoice, as
        article 289-I-5 of the French tax code asks.

        :param reason: printed on the credit note
        :param validate: validate the credit note and settle the invoice with it
        :param new_draft: also create a draft copy of each invoice, to correct it
        :param date: date of the credit note (``YYYY-MM-DD``), today by default
        :return: ``{"credit_note_ids": [...], "draft_ids": [...]}``
        :raise DocumentError: codes ``document_not_cancellable``, ``document_already_cancelled``,
            ``period_closed``
        """
        self.check_access("write")
        day = fields.Date.to_date(date) or invoice_dates.get_today(self, self.company_id[:1])
        return pipeline.cancel(
            self,
            lambda moves: moves._reverse_with_drafts(reason, day, validate, new_draft),
            date=day,
        )

    def _cancel_check(self, run):
        self._check_cancellable()

    def _reverse_with_drafts(self, reason, credit_date, validate, new_draft) -> dict:
        """Make the credit notes, and drafts to correct the invoices; as action_cancel_document."""
        credit_notes = self.browse()
        for company_moves in self.grouped("company_id").values():
            values = [move._prepare_cancellation(reason, credit_date) for move in company_moves]
            credit_notes |= company_moves._reverse_moves(values, cancel=validate)
        drafts = self.browse()
        if new_draft:
            drafts = self.create([move._prepare_corrected_draft() for move in self])
        self._log_cancellation(credit_notes, drafts)
        return {"credit_note_ids": credit_notes.ids, "draft_ids": drafts.ids}

    def _get_cancelled_reference(self) -> str:
        """The citation that a credit note owes its invoice: number and date."""
        self.ensure_one()
        lang = self.partner_id.lang or self.env.lang
        move = self.with_context(lang=lang)
        return move.env._(
            "invoice %(number)s of %(date)s",
            number=self.name,
            date=format_date(move.env, self.invoice_date, lang_code=lang),
        )

    def _get_printed_notices(self):
        notices = super()._get_printed_notices()
        if self.move_type == "out_refund" and self.reversed_entry_id:
            invoice = self._on_paper(self.reversed_entry_id)
            reference = invoice.with_context(lang=self.env.lang)._get_cancelled_reference()
            notices.append(self.env._("Credit note on %s", reference))
        return notices

    def _prepare_cancellation(self, reason, date) -> dict:
        """Return the values of the credit note that cancels this invoice."""
        self.ensure_one()
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env
        reference = env._("Cancels %s", self._get_cancelled_reference())
        return {
            "ref": f"{reference} – {reason}" if reason else reference,
            "date": date,
            "invoice_date": date,
            "invoice_date_due": date,
            "invoice_payment_term_id": False,
            "invoice_user_id": self.invoice_user_id.id,
            "invoice_origin": self.name,
            "auto_post": "no",
        }

    def _prepare_corrected_draft(self) -> dict:
        """Return the values of the draft that replaces this invoice."""
        self.ensure_one()
        # The link to the order is kept: the new invoice bills the same lines.
        vals = self.with_context(include_business_fields=True).copy_data(
            {
                "date": invoice_dates.get_today(self, self.company_id),
                "invoice_user_id": self.invoice_user_id.id,
            }
        )[0]
        kept_types = ("product", "line_section", "line_subsection", "line_note")
        vals["line_ids"] = [
            line for line in vals["line_ids"] if line[2]["display_type"] in kept_types
        ]
        return vals

    def _log_cancellation(self, credit_notes, drafts):
        drafts = drafts or [self.browse()] * len(self)
        for move, credit_note, draft in zip(self, credit_notes, drafts, strict=True):
            body = speaking(self.env)._("Cancelled by %s.", credit_note._get_html_link())
            if draft:
                body += speaking(self.env)._(" Replaced by %s.", draft._get_html_link())
            move._message_log(body=body)

    def _cancelled_seal(self, run):
        if not isinstance(run, pipeline.Run):  # which no code typed in a client has
            return
        credit_notes = self.browse(run.result["credit_note_ids"])
        by_invoice = {
            note.reversed_entry_id.id: {"credit_note": note.id, "number": note.name or ""}
            for note in credit_notes
        }
        guarded = self.filtered(lambda move: move._is_sealable())
        if guarded:
            record_event(self.env, "cancellation", guarded, detail=by_invoice)
