from odoo import api, models

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    @api.constrains("sale_order_ids", "invoice_ids")
    def _check_no_test_document(self):
        """Refuse real money for a TEST document, whichever page or link asks for it.

        :raise ConstraintError: code ``test_document``
        """
        for transaction in self:
            documents = [*transaction.sale_order_ids, *transaction.invoice_ids]
            for document in documents:
                if document.is_test:
                    raise ConstraintError(
                        speaking(self.env)._(
                            "%(document)s is a TEST document: it cannot be paid.",
                            document=document.display_name,
                        ),
                        "test_document",
                        model=document._name,
                        ids=document.ids,
                    )
