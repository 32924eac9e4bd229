from odoo import api, models
from odoo.tools import SQL

from odoo.addons.koban_document.exceptions import DocumentError, speaking
from odoo.addons.koban_document.guard import get_changed

VALID_STATES = ("in_process", "paid")


class AccountPayment(models.Model):
    """Payments of customers are sealed when validated (row 2-62b, article 286-I-3° bis).

    The host lets a payment be taken back to draft; that is recorded, and validating it again
    seals it again. In between nothing of it is lost: it is not deleted.
    """

    _name = "account.payment"
    _inherit = ["koban.sealed.mixin", "account.payment"]

    _sealed_fields = (
        "company_id", "name", "date", "payment_type", "partner_type", "partner_id", "amount",
        "currency_id", "amount_company_currency_signed", "journal_id", "payment_method_line_id",
        "memo", "payment_reference", "move_id",
    )  # fmt: skip

    # ------------------------------------------------------------------
    # Seal
    # ------------------------------------------------------------------
    def _is_sealable(self):
        company = self.company_id.sudo()  # its switch alone, as for documents
        return self.partner_type == "customer" and company.document_guard

    @api.model
    def _get_sealed_condition(self):
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
        return contents

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
    def create(self, vals_list):
        payments = super().create(vals_list)
        payments._get_valid()._seal_validated()
        return payments

    def write(self, vals):
        valid = self._get_valid()
        if "state" not in vals:
            valid._check_unaltered(vals)
            return super().write(vals)
        result = super().write(vals)
        now_valid = self._get_valid()
        (now_valid - valid)._seal_validated()
        (valid - now_valid)._seal_cancelled()
        return result

    def _seal_validated(self):
        sealable = self.filtered(lambda payment: payment._is_sealable())
        if sealable:
            self.env["koban.signing.key"].sudo()._get_signer()  # whoever takes money, signs
            sealable._seal()

    def _seal_cancelled(self):
        sealable = self.filtered(lambda payment: payment._is_sealable())
        if sealable:
            self.env["koban.event"]._record("cancellation", sealable)
            sealable._seal("correction")

    def _check_unaltered(self, vals):
        """Refuse to change what the seal of a valid payment covers.

        :raise DocumentError: code ``document_validated``
        """
        # Given by the host after the validation: its number, its entry.
        names = set(self._sealed_fields) - {"name", "move_id"}
        sealed = self.filtered(lambda payment: payment._is_sealable())
        for payment in get_changed(sealed, vals, names) if not names.isdisjoint(vals) else ():
            labels = payment.fields_get(names & vals.keys(), ["string"]).values()
            raise DocumentError(
                speaking(self.env)._(
                    "The payment %(payment)s is validated: %(fields)s cannot be changed. Reset it "
                    "to draft, which is recorded, or enter a payment of the opposite amount.",
                    payment=payment.display_name,
                    fields=", ".join(label["string"] for label in labels),
                ),
                "document_validated",
                model=self._name,
                ids=payment.ids,
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sealed(self):
        """Keep what was validated once.

        :raise DocumentError: code ``document_delete``
        """
        for payment in self.filtered("seal_id")[:1]:
            raise DocumentError(
                speaking(self.env)._(
                    "The payment %(payment)s was validated: it cannot be deleted. Cancel it: it "
                    "stays on record.",
                    payment=payment.display_name,
                ),
                "document_delete",
                model=self._name,
                ids=payment.ids,
            )
