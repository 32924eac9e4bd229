from odoo import api, fields, models
from odoo.http import request
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_changed, open_pass
from odoo.addons.koban_guard.tools.pipeline import insert_step

from ..tools import invoice_dates, missing_mentions, numbers
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
        "koban.credited.mixin",
        "koban.dated.mixin",
        "koban.test.invoice.mixin",
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
        return insert_step(super()._get_validation_steps(), "mentions", before="dates")

    def _validate_mentions(self, run):
        run.told["mentions"] = self._get_missing_mentions()
        missing_mentions.refuse(self, run.told["mentions"])

    def _validated_mentions(self, run):
        missing = run.told["mentions"]
        kept = {move: found for move, found in missing.items() if move in self}
        missing_mentions.note(self, kept)

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
    # Archives
    # ------------------------------------------------------------------
    @api.model
    def _get_archive_name(self):
        return "factures"

    @api.model
    def _get_archive_title(self):
        return "Factures, avoirs, reçus et écritures des journaux de vente, validés."
