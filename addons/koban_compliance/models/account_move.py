from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.overrides import override


class AccountMove(models.Model):
    """Customer invoices and credit notes, unalterable once validated (rows 3-14 to 3-21).

    Entries, payments and supplier bills keep the host's own rules.
    """

    _name = "account.move"
    _inherit = ["koban.document.mixin", "account.move"]

    _document_validated_states = ("posted",)

    # In the host, computed and inversed on the lines; in no view (row 3-19).
    no_followup = fields.Boolean(
        string="No Automatic Reminder",
        help="The customer will not be reminded of this invoice automatically. Can still be "
        "changed once the invoice is validated.",
    )

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    def _is_validated(self):
        # A draft that was cancelled without ever being validated stays free.
        return self.state == "posted" or (self.state == "cancel" and self.posted_before)

    def _is_guard_enabled(self):
        # An entry in a sales journal takes its number from the same series.
        sale = self.is_sale_document(include_receipts=True) or self.journal_id.type == "sale"
        return sale and super()._is_guard_enabled()

    @api.model
    def _is_guard_announced(self, values):
        journal = self.env["account.journal"].browse(values.get("journal_id"))
        sale_types = self.get_sale_types(include_receipts=True)
        sale = values.get("move_type") in sale_types or journal.type == "sale"
        return sale and super()._is_guard_announced(values)

    def _get_moved_values(self, company_id):
        return {
            **super()._get_moved_values(company_id),
            "journal_id": self.journal_id.id,
            "move_type": self.move_type,
        }

    @api.model
    def _get_guard_fields(self):
        return super()._get_guard_fields() | {"journal_id", "move_type"}

    @api.model
    def _get_validated_domain(self, companies):
        sale_types = self.get_sale_types(include_receipts=True)
        cancelled = fields.Domain("company_id", "in", companies.ids) & fields.Domain(
            [("state", "=", "cancel"), ("posted_before", "=", True)]
        )
        sale = fields.Domain("move_type", "in", sale_types) | fields.Domain(
            "journal_id.type", "=", "sale"
        )
        return (super()._get_validated_domain(companies) | cancelled) & sale

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | self._get_document_text_fields() | {"no_followup"}

    @api.model
    def _get_technical_fields(self):
        """What the host writes on posted invoices, measured (shared/spec/host-audit.md §3)."""
        return super()._get_technical_fields() | {
            # Sending; its files take a pass, see account.move.send.
            "is_move_sent",
            "sending_data",
            "peppol_message_uuid",
            "peppol_move_state",
            # Payments and recomputation marks.
            "matched_payment_ids",
            "needed_terms_dirty",
            "made_sequence_gap",
            "is_manually_modified",
        }

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"name", "posted_before", "inalterable_hash"}

    @api.model
    def _get_released_references(self):
        """Payments and their matching come and go."""
        return super()._get_released_references() | {
            "origin_payment_id",
            "statement_line_id",
            "tax_cash_basis_rec_id",
            "transaction_ids",
        }

    @api.model
    def _get_kept_computed_fields(self):
        return super()._get_kept_computed_fields() | {
            "commercial_partner_id",
            "invoice_partner_display_name",
        }

    def _check_business_values(self, vals):
        super()._check_business_values(vals)
        if "move_type" not in vals and "journal_id" not in vals:
            return
        # A number typed while the move followed other rules must not come in.
        journal = self.env["account.journal"].browse(vals.get("journal_id"))
        becomes_sale = vals.get("move_type") in self.get_sale_types(include_receipts=True)
        if not becomes_sale and journal.type != "sale":
            return
        for move in self.filtered(lambda move: move.name and move.name != "/"):
            company = move.company_id.sudo()  # its switch alone
            if company.document_guard and not move._is_guard_enabled():
                move._raise_business_error("name")

    def _get_refused_values(self, field_name, value):
        # A draft without number: the host writes "/" or nothing.
        nameless = (False, "", "/")
        if field_name == "name" and self.name in nameless and value in nameless:
            return []
        return super()._get_refused_values(field_name, value)

    def _get_correction_advice(self):
        if self.move_type == "out_refund":
            return speaking(self.env)._(
                "A validated credit note stays as it is. If it is wrong, issue a new invoice."
            )
        return speaking(self.env)._(
            "To correct it, use “Cancel the Document”: it issues a credit note, and a new draft "
            "invoice if you wish."
        )

    # ------------------------------------------------------------------
    # Methods of the host that may write on validated documents
    # ------------------------------------------------------------------
    def _post(self, soft=True):
        # The host's jobs and wizards come here, not through its button.
        posted = self._validate_through(lambda moves: super()._post(soft), soft=soft)
        return (posted or self.browse()).with_env(self.env)

    def _is_through(self, kind):
        return kind != "validation" or self.state == "posted"

    def _hash_moves(self, **kwargs):
        # The chain also takes in the earlier documents of the journal.
        opened = self._with_guard_pass(
            self, fields={"inalterable_hash", "secure_sequence_number"}, every=True
        )
        return super(AccountMove, opened)._hash_moves(**kwargs)

    @override
    def set_moves_checked(self, is_checked=True):
        opened = self._with_guard_pass(self, fields={"checked"})
        super(AccountMove, opened).set_moves_checked(is_checked)
        return True  # XML-RPC carries no None

    @override
    def action_toggle_block_payment(self):
        opened = self._with_guard_pass(self, fields={"payment_state"})
        super(AccountMove, opened).action_toggle_block_payment()
        return True  # XML-RPC carries no None

    @override
    def button_draft(self):
        self._check_not_validated()
        return super().button_draft() or True  # XML-RPC carries no None

    @override
    def button_cancel(self):
        self._check_not_validated()
        return super().button_cancel() or True  # XML-RPC carries no None

    def _check_not_validated(self):
        """Refuse to take a validated document back (row 3-21).

        :raise DocumentError: code ``document_state``
        """
        for move in self:
            if move._is_guarded():
                raise move._refuse(
                    speaking(self.env)._(
                        "%(document)s is validated: it can be neither reset to draft nor "
                        "cancelled. %(advice)s",
                        document=move.display_name,
                        advice=move._get_correction_advice(),
                    ),
                    "document_state",
                )

    @api.depends("is_protected")
    def _compute_show_reset_to_draft_button(self):
        super()._compute_show_reset_to_draft_button()
        self.filtered(lambda move: move._is_guarded()).show_reset_to_draft_button = False

    # ------------------------------------------------------------------
    # Cancelling a document
    # ------------------------------------------------------------------
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
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        return self._cancel_through(
            lambda moves: moves._reverse_with_drafts(reason, day, validate, new_draft), date=day
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
                "date": fields.Date.context_today(self),
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
