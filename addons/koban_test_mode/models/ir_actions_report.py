import io
from collections import OrderedDict

from odoo import models

from odoo.addons.koban_report.pack import pack

from ..tools.watermark import stamp


class IrActionsReport(models.Model):
    """Every page of a TEST document is stamped, whichever report or program prints it.

    So is every page that a copy of the database prints.
    """

    _inherit = "ir.actions.report"

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        documents = report._get_test_documents(res_ids)
        prepare = super()._render_qweb_pdf_prepare_streams
        others = [res_id for res_id in res_ids or () if res_id not in documents.ids]
        found = {}
        if others or not documents:
            found = prepare(report_ref, data, res_ids=others if documents else res_ids)
            if self.env["koban.database"]._is_copy():
                notice = self.env._("Copy of the database: document without value")
                for stream in found.values():
                    report._stamp_stream(stream, notice)
        if not documents:
            return found
        for document in documents:
            # One by one: a file of several documents could not be stamped in part.
            for res_id, stream in prepare(report_ref, data, res_ids=document.ids).items():
                report._stamp_stream(stream, report._get_test_notice(document))
                found[res_id or document.id] = stream
        order = {res_id: place for place, res_id in enumerate([False, *res_ids])}
        return OrderedDict(sorted(found.items(), key=lambda item: order.get(item[0], 0)))

    def _get_test_documents(self, res_ids):
        """Return the TEST documents among the records that this report prints."""
        model = self.env.get(self.model)
        if not res_ids or model is None or "is_test" not in model._fields:
            return self.browse()
        return model.browse(res_ids).filtered("is_test")

    def _get_test_notice(self, document) -> str:
        lang = document._get_printed_lang() if hasattr(document, "_get_printed_lang") else None
        lang = lang or document.partner_id.lang or self.env.lang
        return document.with_context(lang=lang)._get_test_notice()

    def _stamp_stream(self, stream, notice):
        """Stamp what was just printed; what was stored before stays as it was."""
        stored = stream.get("attachment") and self.attachment_use
        if stream["stream"] and not stored:
            pdf = stamp(stream["stream"].getvalue(), "TEST", notice)
            stream["stream"] = io.BytesIO(pack(pdf))
