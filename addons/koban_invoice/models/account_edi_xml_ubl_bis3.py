from odoo import models


class AccountEdiXmlUblBis3(models.AbstractModel):
    """The invoices and the orders of Peppol, whose base lines the host sets up anew."""

    _inherit = "account.edi.xml.ubl_bis3"

    def _setup_base_lines(self, vals):
        self._merge_hidden_lines(vals)
        return super()._setup_base_lines(vals)
