from odoo import models


class KobanContractActMixin(models.AbstractModel):
    """What was agreed on of a contract, by its methods alone: guarded as its lines are."""

    _name = "koban.contract.act.mixin"
    _description = "Act of a Contract"
    _inherit = ["koban.document.line.mixin"]

    _document_field = "contract_id"

    def _check_line_count(self, documents, operation):
        if operation == "unlink" and hasattr(self, "_unlink_never"):
            return documents.browse()  # of drafts neither: it says so in its own words
        return super()._check_line_count(documents, operation)

    def _get_line_label(self):
        self.ensure_one()
        return self.display_name
