from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.models.koban_event import SEAL_KINDS
from odoo.addons.koban_seal.tools.journal import seal

from ..tools.follow_up import PAYMENT_FOLLOW_UP

VALID_STATES = ("in_process", "paid")
CANCELLED_STATES = ("canceled", "rejected")


def _open_state(payments):
    """Let the state of payments be written; no method, of which typed code would get a pass."""
    return open_pass(payments, fields={"move_id", "state"})


class AccountPayment(models.Model):
    """Payments of customers are guarded and sealed when validated (row 2-62b, art. 286-I-3° bis).

    The host lets a payment be taken back to draft, to correct it; that is recorded, and
    validating it again seals it again. In between nothing of it is lost: it is not deleted.
    """

    _name = "account.payment"
    _inherit = ["koban.sealed.mixin", "koban.document.mixin", "account.payment"]

    _document_validated_states = VALID_STATES

    _sealed_fields = (
        "company_id", "name", "date", "payment_type", "partner_type", "partner_id", "amount",
        "currency_id", "amount_company_currency_signed", "journal_id", "payment_method_line_id",
        "memo", "payment_reference", "move_id", "partner_bank_id",
    )  # fmt: skip
    _sealed_follow_up = PAYMENT_FOLLOW_UP
    # Its entry, as the ledgers and the FEC read it.
    _sealed_line_model = "account.move.line"
    _sealed_line_field = "payment_id"
    _sealed_line_fields = (
        "account_id", "partner_id", "debit", "credit", "balance", "currency_id",
        "amount_currency", "date", "journal_id", "parent_state",
    )  # fmt: skip
    _archive_dates = ("date",)
    _archive_totals = ("amount_company_currency_signed",)

    # ------------------------------------------------------------------
    # Guard
    # ------------------------------------------------------------------
    def _is_validated(self):
        # A draft that was cancelled without ever being validated stays free.
        cancelled = self.state in CANCELLED_STATES and bool(self.sudo().seal_id)  # whoever reads it
        return cancelled or super()._is_validated()

    def _is_guard_enabled(self):
        return self.partner_type == "customer" and super()._is_guard_enabled()

    @api.model
    def _get_validated_domain(self, companies):
        sealed = (
            self.env["koban.event"]
            .sudo()
            ._search(  # whether there is one
                [("res_model", "=", self._name), ("kind", "in", SEAL_KINDS)]
            )
        )
        cancelled = Domain("company_id", "in", companies.ids) & Domain(
            [("state", "in", CANCELLED_STATES), ("id", "in", sealed.subselect("res_id"))]
        )
        valid = super()._get_validated_domain(companies)
        return Domain("partner_type", "=", "customer") & (valid | cancelled)

    @api.model
    def _is_guard_announced(self, values):
        if values.get("partner_type", "customer") != "customer":
            return False
        journal = self.env["account.journal"].browse(values.get("journal_id"))
        company = journal.sudo().company_id  # the host takes that of the journal
        return super()._is_guard_announced({"company_id": company.id, **values})

    @api.model
    def _get_guard_fields(self):
        return super()._get_guard_fields() | {"journal_id", "partner_type"}

    def _get_moved_values(self, company_id):
        return {**super()._get_moved_values(company_id), "partner_type": self.partner_type}

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"name"}

    @api.model
    def _get_technical_fields(self):
        """What the host writes on valid payments: that it was sent, and the number of its cheque.

        Its matching is computed, and the links of invoices to it are written on these.
        """
        return super()._get_technical_fields() | {"check_number", "is_sent"}

    @api.model
    def _get_released_references(self):
        """The entry goes with a payment that is cancelled; what paid online is follow-up."""
        return super()._get_released_references() | {
            "invoice_ids",
            "move_id",
            "paired_internal_transfer_payment_id",
            "payment_token_id",
            "payment_transaction_id",
            "source_payment_id",
        }

    @api.model
    def _get_kept_computed_fields(self):
        return super()._get_kept_computed_fields() | {"outstanding_account_id"}

    def _keeps_computed_value(self, field_name, passes):
        # In process or paid: its matching says which.
        return field_name != "state" and super()._keeps_computed_value(field_name, passes)

    def _get_correction_advice(self):
        return speaking(self.env)._(
            "Reset the payment to draft, which is recorded, or enter a payment of the opposite "
            "amount."
        )

    def _check_business_values(self, vals):
        super()._check_business_values(vals)
        if vals.get("partner_type") != "customer":
            return
        # A payment validated by other rules must not come in.
        for payment in self.sudo():  # compared only
            supplier = payment.partner_type != "customer"
            if supplier and payment.company_id.document_guard and payment.state in VALID_STATES:
                payment.with_env(self.env)._raise_business_error("state")

    def _check_created(self):
        # The host makes and posts the entry of some within their creation.
        super(AccountPayment, self.filtered(lambda payment: not payment.move_id))._check_created()

    def _check_not_deleted(self):
        """Keep what was validated once, drafts taken back included.

        :raise DocumentError: code ``document_delete``
        """
        super()._check_not_deleted()
        for payment in self.sudo().filtered("seal_id")[:1]:  # its seal decides
            raise payment.with_env(self.env)._refuse(
                speaking(self.env)._(
                    "The payment %(payment)s was validated: it cannot be deleted. Cancel it: it "
                    "stays on record.",
                    payment=payment.display_name,
                ),
                "document_delete",
                operation="unlink",
            )

    # ------------------------------------------------------------------
    # Methods of the host that may write on validated payments
    # ------------------------------------------------------------------
    def _generate_journal_entry(self, *args, **kwargs):
        with _open_state(self):
            return super()._generate_journal_entry(*args, **kwargs)

    @override
    def action_post(self):
        # XML-RPC carries no None, here and below.
        with _open_state(self):
            return super().action_post() or True

    @override
    def action_validate(self):
        with _open_state(self):
            return super().action_validate() or True

    @override
    def action_reject(self):
        with _open_state(self):
            return super().action_reject() or True

    @override
    def action_cancel(self):
        with _open_state(self):
            return super().action_cancel() or True

    @override
    def action_draft(self):
        with _open_state(self):
            return super().action_draft() or True

    # ------------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------------
    @api.model
    def _get_validated_condition(self):
        return SQL("d.state IN %s AND d.partner_type = 'customer'", VALID_STATES)

    @api.model
    def _read_sealed(self, coverage, ids):
        """Return the content of valid payments; of the others only that they are not valid."""
        contents = super()._read_sealed(coverage, ids)
        if contents:
            self.env.cr.execute(
                SQL(
                    "SELECT id FROM account_payment WHERE id = ANY(%s) AND state IN %s",
                    list(contents),
                    VALID_STATES,
                )
            )
            valid = {id_ for (id_,) in self.env.cr.fetchall()}
            for id_, content in contents.items():
                if id_ in valid:
                    content["document"]["valid"] = True
                else:
                    content["document"] = {"id": id_, "valid": False}
                    if "lines" in content:
                        content["lines"] = []
        return contents

    @api.model
    def _judge_correction(self, changes):
        """Taken back and validated again is told as such; a value that changed in place is not."""
        validity = [change for change in changes if change[2] == "valid"]
        return ("note", validity) if validity else ("warning", changes)

    def _get_seal_notes(self):
        return {
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "currency": self.currency_id.name,
            "journal": self.journal_id.name,
            "payment_method": self.payment_method_line_id.name or "",
            "invoices": self.reconciled_invoice_ids.mapped("name"),
        }

    def _get_valid(self):
        return self.filtered(lambda payment: payment.state in VALID_STATES)

    # ------------------------------------------------------------------
    # Host
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        self._check_mode_left()
        payments = super().create(vals_list)
        # The host validates some within their creation: they go through the steps all the same.
        pipeline.validate(payments._get_valid(), lambda valid: valid, date=None)
        return payments

    @override
    def write(self, vals):
        if "state" not in vals:
            return super().write(vals)
        # What is still to be computed of the draft would be kept from the validated payment.
        self._recompute_recordset(self._get_frozen_computed_fields())
        valid = self._get_valid()

        def write(_payments):
            # All at once, those that stay what they are too.
            return super(AccountPayment, self).write(vals)

        if vals["state"] not in VALID_STATES:
            return pipeline.cancel(valid, write) if valid else write(self)
        entering = self - valid
        if not entering:
            return write(self)
        return pipeline.validate(entering, write, date=vals.get("date"))

    def _is_through(self, kind):
        return (self.state in VALID_STATES) == (kind == "validation")

    def _validate_open(self, run):
        """Nothing: the methods of the host that validate open what they write, see above."""

    def _cancelled_seal(self, run):
        super()._cancelled_seal(run)
        if isinstance(run, pipeline.Run):  # which no code typed in a client has
            seal(self, "correction")

    def _refuse_entry_change(self):
        """Refuse what would change the entries of the valid ones.

        :raise DocumentError: code ``document_validated``
        """
        for payment in self._get_valid().filtered(lambda payment: payment._is_sealable()):
            raise payment._refuse(
                speaking(self.env)._(
                    "This is the journal entry of the validated payment %(payment)s, and does not "
                    "change by itself. Reset the payment to draft, which is recorded, or enter a "
                    "payment of the opposite amount.",
                    payment=payment.display_name,
                ),
                "document_validated",
            )

    # ------------------------------------------------------------------
    # TEST
    # ------------------------------------------------------------------
    @api.model
    def _check_mode_left(self):
        """Refuse payments, which are real, in the mode TEST.

        :raise DocumentError: code ``test_mode_on``
        """
        # What the system makes for others, as superuser, is theirs.
        if self.env.user.test_mode and not self.env.su:
            raise DocumentError(
                speaking(self.env)._(
                    "The mode TEST is on, and a payment is real. Leave the mode TEST first."
                ),
                "test_mode_on",
                model=self._name,
            )

    @api.constrains("invoice_ids")
    def _check_no_test_invoice(self):
        self.invoice_ids.filtered("is_test")._check_payable(ConstraintError)

    # ------------------------------------------------------------------
    # Archives
    # ------------------------------------------------------------------
    @api.model
    def _get_archive_name(self):
        return "reglements"

    @api.model
    def _get_archive_title(self):
        return "Règlements des clients, validés."
