from odoo import api, models
from odoo.http import request


class AccountMove(models.Model):
    """Customer invoices and credit notes keep the file of their first print or sending."""

    _name = "account.move"
    _inherit = ["koban.issued.mixin", "account.move"]

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
