from odoo import api, models


class AccountMoveLine(models.Model):
    _name = "account.move.line"
    _inherit = ["koban.document.line.mixin", "account.move.line"]

    _document_field = "move_id"

    @api.model
    def _get_released_references(self):
        """Payments and their matching come and go."""
        return super()._get_released_references() | {"full_reconcile_id", "reconcile_model_id"}

    @api.model
    def _get_technical_fields(self):
        """What the host writes on posted lines, measured (shared/spec/host-audit.md §3)."""
        return super()._get_technical_fields() | {
            "discount_allocation_dirty",
            "epd_dirty",
            "no_followup",
            "parent_id",
        }

    def _check_amls_exigibility_for_reconciliation(self, shadowed_aml_values=None):
        # The host also reconciles drafts.
        self.move_id.filtered("is_test")._check_payable()
        return super()._check_amls_exigibility_for_reconciliation(shadowed_aml_values)
