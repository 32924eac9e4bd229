from odoo import api, fields, models
from odoo.fields import Command
from odoo.http import request
from odoo.tools import SQL, format_date, plaintext2html

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed, open_pass
from odoo.addons.koban_guard.tools.pipeline import insert_step
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools import invoice_dates, numbers
from ..tools.follow_up import MOVE_FOLLOW_UP
from ..tools.settlements import MONEY_JOURNALS, check_entries_kept, follow

OPENED_STATES = ("draft", "cancel")
# What the entry says of the payment once it is posted.
ENTRY_FIELDS = frozenset({"date", "journal_id", "name"})


class AccountMove(models.Model):
    """Customer invoices and credit notes, unalterable once validated (rows 3-14 to 3-21).

    Entries, payments and supplier bills keep the host's own rules.
    """

    _name = "account.move"
    _inherit = [
        "koban.test.mixin",
        "koban.sealed.mixin",
        "koban.issued.mixin",
        "koban.document.mixin",
        "account.move",
    ]

    _document_validated_states = ("posted",)
    _sealed_fields = (
        "company_id", "name", "move_type", "state", "journal_id", "date", "invoice_date",
        "invoice_date_due", "delivery_date", "taxable_supply_date", "partner_id",
        "commercial_partner_id", "partner_shipping_id", "invoice_partner_display_name",
        "currency_id", "invoice_currency_rate", "fiscal_position_id", "invoice_payment_term_id",
        "preferred_payment_method_line_id", "partner_bank_id", "payment_reference", "ref",
        "invoice_origin", "reversed_entry_id", "invoice_user_id", "process_id", "narration",
        "legal_mentions", "amount_untaxed", "amount_tax", "amount_total", "amount_total_signed",
        "is_test", "test_validated_on", "test_operator_id", "sequence_prefix", "sequence_number",
        "posted_before", "amount_untaxed_signed", "amount_tax_signed",
        "amount_untaxed_in_currency_signed", "amount_total_in_currency_signed",
        "invoice_incoterm_id", "incoterm_location", "invoice_cash_rounding_id", "qr_code_method",
    )  # fmt: skip
    _sealed_line_model = "account.move.line"
    _sealed_line_field = "move_id"
    _sealed_line_fields = (
        "sequence", "display_type", "name", "product_id", "product_uom_id", "quantity",
        "price_unit", "discount", "price_subtotal", "price_total", "account_id", "currency_id",
        "amount_currency", "balance", "date_maturity", "tax_line_id", "tax_base_amount",
        "collapse_prices", "collapse_composition", "hide_subtotal", "kit_quantity", "kit_uom_id",
        "deductible_amount", "extra_tax_data", "discount_date", "discount_amount_currency",
        "discount_balance",
        # The entry, as the ledgers and the FEC read it.
        "company_id", "company_currency_id", "journal_id", "date", "invoice_date", "move_name",
        "ref", "parent_state", "partner_id", "debit", "credit", "is_storno",
        # Which boxes of the tax report it goes into.
        "group_tax_id", "tax_repartition_line_id", "tax_tag_ids",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"
    _sealed_follow_up = MOVE_FOLLOW_UP
    # Nothing that the host does writes on them afterwards.
    _correction_severity = "warning"
    _archive_dates = ("invoice_date", "date")
    _archive_totals = ("amount_total_signed",)

    # In the host, computed and inversed on the lines; in no view (row 3-19).
    no_followup = fields.Boolean(
        string="No Automatic Reminder",
        help="The customer will not be reminded of this invoice automatically. Can still be "
        "changed once the invoice is validated.",
    )

    date_fault = fields.Selection(
        [
            (invoice_dates.ANTEDATED, "Before the Last Number"),
            (invoice_dates.POSTDATED, "After Today"),
        ],
        compute="_compute_date_fault",
        help="What is out of order with the date of the draft.",
    )
    right_date = fields.Date(
        string="First Right Date",
        compute="_compute_date_fault",
        help="The first date with which the draft keeps the order of its series.",
    )
    last_number = fields.Char(compute="_compute_date_fault")

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    def _is_validated(self):
        # A draft that was cancelled without ever being validated stays free.
        cancelled = self.state == "cancel" and self.posted_before
        return cancelled or super()._is_validated()

    def _is_guard_enabled(self):
        # An entry in a sales journal takes its number from the same series.
        sale = self.is_sale_document(include_receipts=True) or self.journal_id.type == "sale"
        # Supplier bills too, once validated in TEST.
        in_test = self.is_test and self.company_id.sudo().document_guard  # its switch alone
        return in_test or (sale and super()._is_guard_enabled())

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
        in_test = fields.Domain("is_test", "=", True)  # bills of suppliers too
        validated = super()._get_validated_domain(companies) & (sale | in_test)
        return validated | (cancelled & sale)

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
        if self.is_test:
            return super()._get_correction_advice()
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
        posted = self.browse()
        for part in invoice_dates.split_by_zone(self):
            done = pipeline.validate(part, lambda moves: super()._post(soft), soft=soft)
            posted |= (done or posted).with_env(self.env)
        return posted

    def _is_through(self, kind):
        return kind != "validation" or self.state == "posted"

    def _hash_moves(self, **kwargs):
        # The chain also takes in the earlier documents of the journal.
        with open_pass(self, fields={"inalterable_hash", "secure_sequence_number"}, every=True):
            return super()._hash_moves(**kwargs)

    @override
    def set_moves_checked(self, is_checked=True):
        with open_pass(self, fields={"checked"}):
            super().set_moves_checked(is_checked)
        return True  # XML-RPC carries no None

    @override
    def action_toggle_block_payment(self):
        with open_pass(self, fields={"payment_state"}):
            super().action_toggle_block_payment()
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

    # ------------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------------
    @api.model
    def _get_validated_condition(self):
        return SQL(
            "(d.state = 'posted' OR (d.state = 'cancel' AND d.posted_before)) AND "
            "(d.move_type IN %s OR EXISTS (SELECT FROM account_journal j "
            "WHERE j.id = d.journal_id AND j.type = 'sale'))",
            tuple(self.get_sale_types(include_receipts=True)),
        )

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

    def _get_seal_notes(self):
        return {
            **super()._get_seal_notes(),
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "billed": self.commercial_partner_id._get_identity(),
            "currency": self.currency_id.name,
            "payment_method": self.preferred_payment_method_line_id.name or "",
            "payment_term": self.invoice_payment_term_id.name or "",
            "salesperson": self.invoice_user_id.name or "",
            "fiscal_position": self.fiscal_position_id.name or "",
            "process": self.process_id.name or "",
        }

    # ------------------------------------------------------------------
    # Mentions that are missing (row 2-33)
    # ------------------------------------------------------------------
    @api.model
    def _get_validation_steps(self):
        steps = insert_step(super()._get_validation_steps(), "mentions", before="key")
        return insert_step(steps, "dates", after="mentions")

    def _validate_mentions(self, run):
        run.told["mentions"] = self._get_missing_mentions()
        self._refuse_missing_mentions(run.told["mentions"])

    def _validated_mentions(self, run):
        missing = run.told["mentions"]
        self._log_missing_mentions({move: found for move, found in missing.items() if move in self})

    def _refuse_missing_mentions(self, missing):
        """Refuse the invoices of the companies that want it, all that is missing at once.

        :raise DocumentError: code ``mentions_missing``
        """
        blocked = {}
        for move, found in missing.items():
            required = [item for item in found if item.required]
            # A setting of the company of the document.
            if required and move.company_id.sudo().mention_check == "block":
                blocked[move] = required
        if not blocked:
            return
        env = speaking(self.env)
        parts = [
            env._(
                "%(document)s cannot be validated: mandatory mentions are missing.\n%(list)s",
                document=move.with_env(env).display_name,
                list=move._describe_missing(found),
            )
            for move, found in blocked.items()
        ]
        moves = self.browse([move.id for move in blocked])
        raise moves._refuse(
            "\n\n".join(parts),
            "mentions_missing",
            missing={move.id: [item.code for item in found] for move, found in blocked.items()},
        )

    @api.model
    def _log_missing_mentions(self, missing):
        """Leave a note on what was validated with a mention missing, in one go."""
        required = {
            move: [item for item in found if item.required] for move, found in missing.items()
        }
        bodies = {
            move.id: speaking(self.env)._(
                "Validated while mandatory mentions were missing:\n%s",
                move._describe_missing(found),
            )
            for move, found in required.items()
            if found
        }
        if bodies:
            self.browse(bodies)._message_log_batch(
                bodies={id_: plaintext2html(body) for id_, body in bodies.items()}
            )

    # ------------------------------------------------------------------
    # Order of dates (issue 12, line 7)
    # ------------------------------------------------------------------
    def _get_date_policy(self) -> str:
        """Return what the company wants of a date that is out of order."""
        self.ensure_one()
        numbered = self._is_guard_enabled() and not self.is_test
        return self.company_id.sudo().invoice_date_check if numbered else "allow"  # its setting

    def _get_document_day(self):
        """Return the date of the document, that of its validation if it has none."""
        self.ensure_one()
        day = self.invoice_date if self.move_type != "entry" else self.date
        return day or invoice_dates.get_today(self, self.company_id)

    @api.depends("state", "invoice_date", "date", "journal_id", "company_id", "move_type")
    def _compute_date_fault(self):
        drafts = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.invoice_date
                and move.journal_id
                and move._get_date_policy() != "allow"
            )
        )
        faults = drafts._find_date_faults(invoice_dates.find_last_documents(drafts))
        for move in self:
            fault = faults.get(move)
            move.date_fault = fault and fault.code
            move.right_date = fault and fault.right
            move.last_number = fault and fault.last_name

    def _find_date_faults(self, last) -> dict:
        """Return what is wrong with the dates of documents.

        :param last: number and date of the document before each, by its id
        """
        found = {
            move: invoice_dates.find_fault(
                move._get_document_day(),
                invoice_dates.get_today(move, move.company_id),
                last.get(move.id),
            )
            for move in self
        }
        return {move: fault for move, fault in found.items() if fault}

    def _validate_dates(self, run):
        """Refuse the dates that the companies refuse.

        :raise DocumentError: codes ``invoice_antedated``, ``invoice_postdated``
        """
        moves = self.filtered(
            # A later date waits for its day, when the host is asked for that.
            lambda move: (
                move._get_date_policy() == "block"
                and not (run.options["soft"] and move.date > fields.Date.context_today(self))
            )
        )
        faults = moves._find_date_faults(invoice_dates.find_last_documents(moves))
        for move, fault in faults.items():
            raise move._refuse(move._describe_date_fault(fault), **fault.show())

    def _validated_dates(self, run):
        """Have the journal tell the dates that are out of order, and were only warned of."""
        moves = self.filtered(lambda move: move._get_date_policy() == "warn")
        faults = moves._find_date_faults(invoice_dates.find_previous_documents(moves))
        if faults:
            warned = self.browse([move.id for move in faults])
            detail = {move.id: fault.show() for move, fault in faults.items()}
            record_event(self.env, "warning", warned, detail=detail)

    def _describe_date_fault(self, fault) -> str:
        env = speaking(self.env)
        values = {
            "document": self.with_env(env).display_name,
            "date": format_date(env, fault.day),
            "right": format_date(env, fault.right),
        }
        if fault.code == invoice_dates.POSTDATED:
            return env._(
                "%(document)s cannot be validated with the date %(date)s, which is after today. "
                "First right date: %(right)s.",
                **values,
            )
        return env._(
            "%(document)s cannot be validated with the date %(date)s: the last number of its "
            "series, %(number)s, is dated %(last)s. First right date: %(right)s.",
            number=fault.last_name,
            last=format_date(env, fault.last_day),
            **values,
        )

    @public
    def action_use_right_date(self) -> bool:
        """Give drafts whose date is out of order the first right one."""
        self.check_access("write")
        for move in self.filtered("date_fault"):
            move.invoice_date = move.right_date
        return True

    # ------------------------------------------------------------------
    # The entry of a payment
    # ------------------------------------------------------------------
    @override
    def write(self, vals):
        if vals.get("state") in OPENED_STATES:
            # Taking the payment itself back changes its state before that of its entry.
            self._check_payments_kept()
        changed = self.browse()
        if not ENTRY_FIELDS.isdisjoint(vals):
            changed = get_changed(self.sudo(), vals, ENTRY_FIELDS).with_env(self.env)
            changed._check_entries_kept()
        receipts = numbers.find_receipts(changed)
        left = numbers.read_numbers(receipts)
        result = super().write(vals)
        numbers.keep_left(receipts, left)
        if vals.get("name"):
            numbers.check_free(self)
        if "state" in vals:
            self._follow_settlements()
        return result

    @api.model_create_multi
    @override
    def create(self, vals_list):
        moves = super().create(vals_list)
        if any(vals.get("name") for vals in vals_list):
            numbers.check_free(moves)
        return moves

    @override
    def unlink(self):
        left = numbers.read_numbers(numbers.find_receipts(self))
        result = super().unlink()
        numbers.keep(self.env, left)
        return result

    def _get_next_sequence_format(self):
        pattern, values = super()._get_next_sequence_format()
        if self.journal_id.type in MONEY_JOURNALS:
            prefix = numbers.get_prefix(self, pattern.format(**values))
            values["seq"] = max(values["seq"], numbers.find_last(self.env, self.journal_id, prefix))
        return pattern, values

    def _follow_settlements(self):
        """Tell that entries which settle invoices were posted or taken back."""
        entries = self.sudo().filtered(  # whoever writes them, the journal is written
            lambda move: move.company_id.document_guard and not move._is_guard_enabled()
        )
        lines = entries.line_ids
        if partials := lines.matched_debit_ids | lines.matched_credit_ids:
            follow(self.env, partials)

    def _check_entries_kept(self):
        """Refuse to move the posted entries of receipts, and of what settles an invoice.

        :raise DocumentError: codes ``period_closed``, ``document_validated``
        """
        posted = self.filtered(lambda move: move.state == "posted")
        posted._check_payments_kept()
        # The others are being given their number.
        check_entries_kept(posted.filtered(lambda move: move.name not in (False, "", "/")))

    def _check_payments_kept(self):
        """Refuse to take back or to change the entries of valid payments alone.

        :raise DocumentError: codes ``period_closed``, ``document_validated``
        """
        payments = self.sudo().origin_payment_id  # their state decides
        if payments._get_valid():
            self.check_access("write")
            payments.with_env(self.env)._refuse_entry_change()

    # ------------------------------------------------------------------
    # Original and copies
    # ------------------------------------------------------------------
    @api.model
    def _get_main_paper(self):
        return "invoice"

    @api.model
    def _get_main_report(self):
        return self.env.ref("account.account_invoices")

    def _is_issuable(self):
        return self.is_sale_document(include_receipts=True) and super()._is_issuable()

    def _get_earlier_original(self):
        return self.sudo().invoice_pdf_report_id  # of the document, which the person may print

    def _get_issued_name(self):
        return self.sudo()._get_invoice_report_filename()  # a name made of the number

    # ------------------------------------------------------------------
    # Downloads: portal, export of several invoices
    # ------------------------------------------------------------------
    def _is_downloaded_as_copy(self) -> bool:
        """Whether a download gives a duplicate: it was printed or sent."""
        issued = bool(self._get_earlier_original()) or self._has_original()
        return issued and self._is_issuable() and self.env["ir.actions.report"]._is_pdf_rendered()

    def _prepare_downloaded_copy(self) -> dict:
        move = self
        if request and request.env.user.share:
            # Who downloads is told, although the portal reads as the superuser.
            move = self.with_user(request.env.user).sudo()  # the portal checked his right
        return {
            "filename": self._get_issued_name(),
            "filetype": "application/pdf",
            "content": move._issue_pdf("portal" if move.env.user.share else "print"),
        }

    def _get_invoice_legal_documents(self, filetype, allow_fallback=False):
        if self.is_test and filetype != "pdf":
            return None
        if filetype == "pdf" and self._is_downloaded_as_copy():
            return self._prepare_downloaded_copy()
        return super()._get_invoice_legal_documents(filetype, allow_fallback=allow_fallback)

    def _get_invoice_legal_documents_all(self, allow_fallback=False):
        if not self._is_downloaded_as_copy():
            return super()._get_invoice_legal_documents_all(allow_fallback=allow_fallback)
        attachments = self.env["account.move.send"]._get_invoice_extra_attachments(self)
        others = attachments - self.invoice_pdf_report_id
        return [
            self._prepare_downloaded_copy(),
            *(
                {"filename": other.name, "filetype": other.mimetype, "content": other.raw}
                for other in others
            ),
        ]

    # ------------------------------------------------------------------
    # TEST: the mark
    # ------------------------------------------------------------------
    @api.model
    def _can_be_test(self, vals):
        kind = vals.get("move_type") or self.env.context.get("default_move_type")
        return kind in self.get_invoice_types(include_receipts=True)

    @api.model
    def _get_test_kept_fields(self):
        return super()._get_test_kept_fields() | {"name", "auto_post"}

    @api.model
    def _prepare_test_values(self, vals):
        values = super()._prepare_test_values(vals)
        if values["is_test"]:
            values |= {"name": False, "auto_post": "no"}
        return values

    def _compute_name(self):
        in_test = self.filtered("is_test")
        in_test.name = False
        return super(AccountMove, self - in_test)._compute_name()

    @api.depends("test_validated_on")
    def _compute_hide_post_button(self):
        super()._compute_hide_post_button()
        self.filtered("test_validated_on").hide_post_button = True

    def _compute_name_placeholder(self):
        in_test = self.filtered("is_test")
        in_test.name_placeholder = False
        return super(AccountMove, self - in_test)._compute_name_placeholder()

    def _get_move_display_name(self, show_ref=False):
        if not self.is_test:
            return super()._get_move_display_name(show_ref=show_ref)
        name = f"{self.type_name} {self._get_test_label()}"
        return f"{name} ({self.ref})" if show_ref and self.ref else name

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    @override
    def action_post(self):
        in_test = self.filtered("is_test")
        if not in_test:
            self.filtered(lambda move: move.move_type != "entry")._check_real_allowed()
            return super().action_post()
        others = self - in_test
        others._check_real_allowed()
        in_test._check_validatable_in_test()
        result = super(AccountMove, others).action_post() if others else False
        # What an addon stops, with a wizard, is stopped as a whole.
        if "draft" not in others.mapped("state"):
            in_test._validate_invoice_in_test()
        return result

    @override
    def action_validate_moves_with_confirmation(self):
        # “Confirm Entries” and “Post All Entries”: TEST invoices have their own validation.
        real = self.filtered(lambda move: not move.is_test)
        real._check_confirmable()
        return super(AccountMove, real).action_validate_moves_with_confirmation()

    def _check_confirmable(self):
        """Refuse to validate real invoices in the mode TEST.

        :raise DocumentError: code ``test_mode_on``
        """
        drafts = self.filtered(lambda move: move.state == "draft" and move.move_type != "entry")
        drafts._check_real_allowed()

    def _check_validatable_in_test(self):
        """Refuse TEST invoices that say nothing.

        :raise DocumentError: code ``document_not_confirmable`` without customer or line
        """
        for move in self:
            lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
            if not move.partner_id or not lines:
                raise DocumentError(
                    speaking(self.env)._(
                        "%(document)s has no customer or no line. Add them before validating.",
                        document=move.display_name,
                    ),
                    "document_not_confirmable",
                    model=self._name,
                    ids=move.ids,
                )

    def _validate_invoice_in_test(self):
        """Validate TEST invoices, whose host state stays a draft."""
        for move in self.filtered(lambda move: not move.invoice_date):
            move._date_in_test(invoice_dates.get_today(move, move.company_id))
        self._validate_in_test()

    def _date_in_test(self, day):
        """Date an undated invoice as the host does: a rate that was typed stays."""
        proposed = self._get_expected_currency_rate_at(self.create_date.date())
        typed = self if self.invoice_currency_rate != proposed else self.browse()
        with self.env.protecting([self._fields["invoice_currency_rate"]], typed):
            self.invoice_date = day

    def _reverse_moves(self, default_values_list=None, cancel=False):
        self.filtered(lambda move: move.move_type != "entry")._check_real_allowed()
        if any(self.mapped("is_test")):
            # What is made of a TEST document is TEST, whatever the user's mode.
            default_values_list = [
                {**vals, "is_test": move.is_test}
                for move, vals in zip(
                    self, default_values_list or [{} for _move in self], strict=True
                )
            ]
        return super()._reverse_moves(default_values_list, cancel=cancel)

    @override
    def action_register_payment(self):
        self._check_payable()
        return super().action_register_payment()

    @override
    def action_force_register_payment(self):
        self._check_payable()
        return super().action_force_register_payment()

    def _check_payable(self, error=DocumentError):
        """Refuse to pay a TEST invoice, or to pay a real one in the mode TEST.

        :param error: class of the refusal of a TEST invoice
        :raise DocumentError: codes ``test_document``, ``test_mode_on``
        """
        for move in self.filtered("is_test"):
            raise error(
                speaking(self.env)._(
                    "%(document)s is a TEST document: it cannot be paid.",
                    document=move.display_name,
                ),
                "test_document",
                model=self._name,
                ids=move.ids,
            )
        self._check_real_allowed()

    # ------------------------------------------------------------------
    # Electronic invoice and paper
    # ------------------------------------------------------------------
    def _need_ubl_cii_xml(self, ubl_cii_format):
        return not self.is_test and super()._need_ubl_cii_xml(ubl_cii_format)

    def _check_exportable(self):
        """Refuse the electronic invoice of a TEST document.

        :raise DocumentError: code ``test_document``
        """
        for move in self.filtered("is_test"):
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s is a TEST document: it has no electronic invoice.",
                    document=move.display_name,
                ),
                "test_document",
                model=self._name,
                ids=move.ids,
            )

    def _get_printed_number(self):
        return self._get_test_label() if self.is_test else super()._get_printed_number()

    def _get_printed_status(self):
        return self.env._("TEST") if self.is_test else super()._get_printed_status()

    # ------------------------------------------------------------------
    # Archives
    # ------------------------------------------------------------------
    @api.model
    def _get_archive_name(self):
        return "factures"

    @api.model
    def _get_archive_title(self):
        return "Factures, avoirs, reçus et écritures des journaux de vente, validés."
