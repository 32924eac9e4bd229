import io
from collections import OrderedDict

from odoo import models

from odoo.addons.koban_report.pack import pack

from ..tools.watermark import stamp


class IrActionsReport(models.Model):
    """Every page of a TEST document is stamped, whichever report or program prints it."""

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        documents = report._get_test_documents(res_ids)
        prepare = super()._render_qweb_pdf_prepare_streams
        if not documents:
            return prepare(report_ref, data, res_ids=res_ids)
        others = [res_id for res_id in res_ids if res_id not in documents.ids]
        found = prepare(report_ref, data, res_ids=others) if others else {}
        for document in documents:
            # One by one: a file of several documents could not be stamped in part.
            for res_id, stream in prepare(report_ref, data, res_ids=document.ids).items():
                stored = stream.get("attachment") and report.attachment_use
                if stream["stream"] and not stored:
                    stream["stream"] = self._stamp_test(stream["stream"], document)
                found[res_id or document.id] = stream
        order = {res_id: place for place, res_id in enumerate([False, *res_ids])}
        return OrderedDict(sorted(found.items(), key=lambda item: order.get(item[0], 0)))

    def _get_test_documents(self, res_ids):
        """Return the TEST documents among the records that this report prints."""
        model = self.env.get(self.model)
        if not res_ids or model is None or "is_test" not in model._fields:
            return []
        return model.browse(res_ids).filtered("is_test")

    def _stamp_test(self, stream, document):
        lang = document._get_printed_lang() if hasattr(document, "_get_printed_lang") else None
        lang = lang or document.partner_id.lang or self.env.lang
        notice = document.with_context(lang=lang)._get_test_notice()
        return io.BytesIO(pack(stamp(stream.getvalue(), "TEST", notice)))
