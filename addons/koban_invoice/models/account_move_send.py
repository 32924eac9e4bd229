from odoo import api, models

from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_original.tools.issue import ROUND_KEY, IssueRound, get_round
from odoo.addons.koban_original.tools.originals import freeze_originals
from odoo.addons.koban_report.pack import pack

# What sending an invoice attaches to it; nobody else may replace these files.
FILE_FIELDS = {
    "invoice_pdf_report_file",
    "invoice_pdf_report_id",
    "ubl_cii_xml_file",
    "ubl_cii_xml_id",
}


class AccountMoveSend(models.AbstractModel):
    _inherit = "account.move.send"

    @api.model
    def _generate_and_send_invoices(self, moves, **kwargs):
        round_ = IssueRound("mail", deferred=True)
        issuing = self.with_context(**{ROUND_KEY: round_})
        with open_pass(moves, fields=FILE_FIELDS):
            attachments = super(AccountMoveSend, issuing)._generate_and_send_invoices(
                moves.with_env(issuing.env), **kwargs
            )
        self.env["koban.document.print"]._record_round(round_)
        return attachments and attachments.with_env(self.env)

    @api.model
    def _generate_invoice_documents(self, invoices_data, allow_fallback_pdf=False):
        result = super()._generate_invoice_documents(invoices_data, allow_fallback_pdf)
        round_ = get_round(self.env)
        if round_ and round_.waiting:
            # In error: what was printed for them goes nowhere.
            self.env["koban.issued.document"]._drop(round_.waiting.values())
            round_.waiting.clear()
        return result

    @api.model
    def _link_invoice_documents(self, invoices_data):
        result = super()._link_invoice_documents(invoices_data)
        round_ = get_round(self.env)
        if round_:
            self._freeze_sent(round_, invoices_data)
        return result

    @api.model
    def _freeze_sent(self, round_, invoices_data):
        """Keep what is sent, with what is embedded in it, as originals (row 2-53)."""
        if not isinstance(round_, IssueRound):  # which no code typed in a client has
            return
        contents, xmls = {}, {}
        for invoice, data in invoices_data.items():
            values = data.get("pdf_attachment_values")
            issued_id = round_.waiting.pop((invoice._name, invoice.id), None)
            if issued_id and values:
                contents[issued_id] = (values["raw"], values["name"], invoice, None)
            xml = data.get("ubl_cii_xml_attachment_values")
            if xml and invoice._is_issuable():
                xmls[invoice] = xml
        if contents:
            self.env["ir.actions.report"]._fill_originals(contents)
        Issued = self.env["koban.issued.document"]
        invoices = self.env["account.move"].union(*xmls)
        reserved = Issued._reserve(invoices, "einvoice")
        files = {
            reserved[invoice.id]: (xml["raw"], xml["name"], invoice, None)
            for invoice, xml in xmls.items()
            if invoice.id in reserved
        }
        hashes = freeze_originals(self.env, files) if files else {}
        for invoice in invoices:
            for issue in round_.get_issues(invoice):
                issue.details["einvoice_sha256"] = hashes.get(reserved.get(invoice.id), "")

    @api.model
    def _get_mail_params(self, move, move_data):
        params = super()._get_mail_params(move, move_data)
        round_ = get_round(self.env)
        if not (params and round_):
            return params
        round_.recipients[move.id] = move._format_recipients(params["partner_ids"])
        if not round_.get_issues(move) and move._is_downloaded_as_copy():
            params["attachments"] = self._mark_sent_again(round_, move, params["attachments"])
        return params

    @api.model
    def _mark_sent_again(self, round_, move, attachments) -> list:
        """Return the files of a mail, the invoice of an earlier sending marked as duplicate."""
        stored = move.invoice_pdf_report_id
        if (stored.name, stored.raw) not in attachments:
            return attachments  # left out by the person who sends
        reports = self.env["ir.actions.report"]
        report = move._get_main_report()
        streams = reports._pre_render_qweb_pdf(report.report_name, move.ids)[0]
        duplicate = streams[move.id]["stream"].getvalue()
        return [
            (name, duplicate if (name, raw) == (stored.name, stored.raw) else raw)
            for name, raw in attachments
        ]

    @api.model
    def _hook_invoice_document_after_pdf_report_render(self, invoice, invoice_data):
        result = super()._hook_invoice_document_after_pdf_report_render(invoice, invoice_data)
        for kind in ("pdf_attachment_values", "proforma_pdf_attachment_values"):
            values = invoice_data.get(kind)
            if values and values.get("raw"):
                # The host writes the PDF anew to embed the XML, with its tags in full.
                values["raw"] = pack(values["raw"])
        return result
