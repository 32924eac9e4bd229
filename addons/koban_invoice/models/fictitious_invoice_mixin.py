from odoo import api, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..tools import invoice_dates


class FictitiousInvoiceMixin(models.AbstractModel):
    """An invoice that may be fictitious: for the host a draft for ever, without number or entry.

    Nobody pays it, and it has no electronic invoice (row 2-62).
    """

    _name = "koban.test.invoice.mixin"
    _inherit = ["koban.test.mixin"]
    _description = "Invoice that may be fictitious"

    # ------------------------------------------------------------------
    # The mark
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
        return super(FictitiousInvoiceMixin, self - in_test)._compute_name()

    @api.depends("test_validated_on")
    def _compute_hide_post_button(self):
        super()._compute_hide_post_button()
        self.filtered("test_validated_on").hide_post_button = True

    def _compute_name_placeholder(self):
        in_test = self.filtered("is_test")
        in_test.name_placeholder = False
        return super(FictitiousInvoiceMixin, self - in_test)._compute_name_placeholder()

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
        result = super(FictitiousInvoiceMixin, others).action_post() if others else False
        # What an addon stops, with a wizard, is stopped as a whole.
        if "draft" not in others.mapped("state"):
            in_test._validate_invoice_in_test()
        return result

    @override
    def action_validate_moves_with_confirmation(self):
        # “Confirm Entries” and “Post All Entries”: TEST invoices have their own validation.
        real = self.filtered(lambda move: not move.is_test)
        real._check_confirmable()
        return super(FictitiousInvoiceMixin, real).action_validate_moves_with_confirmation()

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
