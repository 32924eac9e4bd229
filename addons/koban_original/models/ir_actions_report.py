import io
from collections import OrderedDict

from odoo import api, models, modules, tools

from ..tools.issue import ROUND_KEY, Issue, IssueRound, get_round
from ..tools.originals import freeze_originals
from ..tools.provisional import sign
from .issued_mixin import UPDATED_COPY_KEY


class IrActionsReport(models.Model):
    """The first print of a validated document is its original; later ones are duplicates.

    Here, and not where a PDF is made, because other addons still add to it afterwards.
    """

    _inherit = "ir.actions.report"

    def _pre_render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        res_ids = [res_ids] if isinstance(res_ids, int) else res_ids
        report = self._get_report(report_ref)
        documents = self._get_issuable_documents(report, res_ids)
        given = get_round(self.env)
        if not documents or (given and (documents._name, documents.ids) == given.rendering):
            return super()._pre_render_qweb_pdf(report_ref, res_ids=res_ids, data=data)
        documents.check_access("read")  # a duplicate is made without rendering
        round_ = given or IssueRound("portal" if self.env.user.share else "print")
        reports = self.with_context(**{ROUND_KEY: round_})
        issue = reports._show if round_.provisional else reports._issue
        streams = issue(report, report_ref, documents, res_ids, data)
        if not given:
            reports.env["koban.document.print"]._record_round(round_)
        return streams, "pdf"

    # ------------------------------------------------------------------
    # Which documents
    # ------------------------------------------------------------------
    @api.model
    def _get_issuable_documents(self, report, res_ids):
        """Return the documents whose print now is an original or a copy of one."""
        if not res_ids or not self._get_issued_paper(report) or not self._is_pdf_rendered():
            return self.browse()
        if self.env["koban.document.model"]._get_previewed():
            return self.browse()
        documents = self.env[report.model].browse(OrderedDict.fromkeys(res_ids))
        return documents.filtered(lambda document: document._is_issuable())

    @api.model
    def _get_issued_paper(self, report) -> str | bool:
        """Return the kind of original that a report prints; False for other reports."""
        return False

    @api.model
    def _is_pdf_rendered(self) -> bool:
        # As the host: in tests it gives HTML unless asked otherwise.
        testing = modules.module.current_test or tools.config["test_enable"]
        return bool(not testing or self.env.context.get("force_report_rendering"))

    # ------------------------------------------------------------------
    # Originals and copies
    # ------------------------------------------------------------------
    def _issue(self, report, report_ref, documents, res_ids, data) -> dict:
        """Return the PDF of each document: printed where it has none yet, else a duplicate.

        :param documents: those of ``res_ids`` that are issued
        """
        Issued = self.env["koban.issued.document"]
        paper = self._get_issued_paper(report)
        originals = Issued._get_originals(documents, paper)
        fresh = documents.filtered(lambda document: document.id not in originals)
        proforma = (data or {}).get("proforma") or self.env.context.get("proforma_invoice")
        reserved = {}
        if not proforma:
            reserved = Issued._reserve(fresh, paper, report.report_name)
            originals |= self._adopt_earlier(fresh, reserved)
        updated = self._get_updated(documents.browse(originals))
        again = documents.browse([i for i in originals if i not in updated.ids])
        rendered = [i for i in OrderedDict.fromkeys(res_ids) if i not in again.ids]
        silent = {*reserved, *updated.ids}
        found = self._render_apart(report_ref, rendered, data, silent) if rendered else {}
        self._freeze(documents.browse(reserved), reserved, found)
        for document in updated:
            found[document.id] = self._mark_updated(document, originals[document.id], found)
        found.update(self._duplicate(again, originals))
        return OrderedDict((i, found[i]) for i in OrderedDict.fromkeys(res_ids) if i in found)

    def _show(self, report, report_ref, documents, res_ids, data) -> dict:
        """Return what would be issued now, signed so that it is known when it is sent."""
        originals = self.env["koban.issued.document"]._get_originals(
            documents, self._get_issued_paper(report)
        )
        rendered = [i for i in OrderedDict.fromkeys(res_ids) if i not in originals]
        streams = {}
        if rendered:
            streams = self._render_apart(report_ref, rendered, data, documents.ids)
        for document in documents:
            if document.id in originals:
                [(original, raw)] = originals[document.id]._read_originals()
                lang = document._get_issued_lang()
                pdf = original._make_duplicate(raw, original.copies + 1, lang)
            else:
                pdf = streams[document.id]["stream"].getvalue()
            pdf = sign(self.env, pdf, document)
            stream = {"stream": io.BytesIO(pdf), "attachment": None, "is_copy": True}
            streams[document.id] = stream
        return streams

    def _render_apart(self, report_ref, res_ids, data, silent) -> dict:
        """Return the PDF of each record, as the host prints them.

        :param silent: ids of the documents whose print the round records
        """
        get_round(self.env).silent = frozenset(silent)
        documents = self.env[self._get_report(report_ref).model].browse(res_ids)
        streams = self._render_inside(report_ref, documents, data)
        if False in streams:  # one PDF that cannot be cut
            streams = {}
            for document in documents:
                part = self._render_inside(report_ref, document, data)
                streams[document.id] = part.get(document.id) or part[False]
        return streams

    def _render_inside(self, report_ref, documents, data) -> dict:
        round_ = get_round(self.env)
        issuable = self._get_issuable_documents(self._get_report(report_ref), documents.ids)
        before, round_.rendering = round_.rendering, (issuable._name, issuable.ids)
        try:
            return self._pre_render_qweb_pdf(report_ref, documents.ids, dict(data or {}))[0]
        finally:
            round_.rendering = before

    def _freeze(self, documents, reserved, streams):
        """Keep what was just printed as originals."""
        round_ = get_round(self.env)
        contents = {
            reserved[document.id]: (
                streams[document.id]["stream"].getvalue(),
                document._get_issued_name(),
                document,
                None,
            )
            for document in documents
        }
        if round_.deferred:
            for document in documents:
                round_.waiting[document._name, document.id] = reserved[document.id]
        elif contents:
            self._fill_originals(contents)

    @api.model
    def _fill_originals(self, contents):
        """Freeze files, and note the editions.

        :param contents: as ``freeze_originals`` takes them
        :raise ValueError: without a round under way, which no code typed in a client makes
        """
        if not get_round(self.env):
            raise ValueError("Originals are made by a print or a sending")
        Issued = self.env["koban.issued.document"].sudo()  # whoever prints
        hashes = freeze_originals(Issued.env, contents)
        for issued_id, (raw, _name, document, _date) in contents.items():
            original = Issued.browse(issued_id)
            self._note_issue(document, original, "original", hashes[issued_id], size=len(raw))

    @api.model
    def _adopt_earlier(self, documents, reserved) -> dict:
        """Take what was sent before originals were kept for the original.

        :param reserved: places of originals; those that are taken leave it
        :return: ``{id of the document: original}``
        """
        Issued = self.env["koban.issued.document"]
        contents, adopted = {}, {}
        for document in documents:
            attachment = document._get_earlier_original()
            if document.id in reserved and attachment and attachment.raw:
                issued_id = reserved.pop(document.id)
                date = attachment.create_date
                contents[issued_id] = (attachment.raw, attachment.name, document, date)
                adopted[document.id] = Issued.sudo().browse(issued_id)  # as _get_originals gives
        if contents:
            freeze_originals(self.env, contents)
        return adopted

    def _get_updated(self, documents):
        """Return the documents of which the person wants a copy with today's texts."""
        if not self.env.context.get(UPDATED_COPY_KEY):
            return documents.browse()
        return documents.filtered("has_updated_texts")

    def _mark_updated(self, document, original, streams) -> dict:
        raw = streams[document.id]["stream"].getvalue()
        pdf = original._make_updated_copy(raw, document._get_issued_lang())
        digest = original._get_hash(pdf)
        self._note_issue(document, original, "updated", digest, of=original.sha256)
        return {"stream": io.BytesIO(pdf), "attachment": None, "is_copy": True}

    def _duplicate(self, documents, originals) -> dict:
        """Return marked copies of originals, and count them."""
        if not documents:
            return {}
        Issued = self.env["koban.issued.document"].sudo()  # whoever may print the document
        kept = Issued.browse([originals[document.id].id for document in documents])
        numbers = kept._count_copies()
        streams = {}
        for document, (original, raw) in zip(documents, kept._read_originals(), strict=True):
            number = numbers[original.id]
            pdf = original._make_duplicate(raw, number, document._get_issued_lang())
            stream = {"stream": io.BytesIO(pdf), "attachment": None, "is_copy": True}
            streams[document.id] = stream
            self._note_issue(document, original, "duplicate", original.sha256, number)
        return streams

    def _issue_given(self, document, raw) -> bytes:
        """Return what is sent of a document: the given PDF as its original, or a duplicate."""
        Issued = self.env["koban.issued.document"]
        paper = document._get_main_paper()
        originals = Issued._get_originals(document, paper)
        if originals:
            return self._duplicate(document, originals)[document.id]["stream"].getvalue()
        reserved = Issued._reserve(document, paper, document._get_main_report().report_name)
        name = document._get_issued_name()
        self._fill_originals({reserved[document.id]: (raw, name, document, None)})
        return raw

    @api.model
    def _note_issue(self, document, original, kind, sha256, number=0, **details):
        """Note an edition, which is recorded when the round ends."""
        get_round(self.env).issues.append(
            Issue(
                model=document._name,
                res_id=document.id,
                issued_id=original.id,
                paper=original.paper,
                kind=kind,
                sha256=sha256,
                number=number,
                details=details,
            )
        )

    def _prepare_pdf_report_attachment_vals_list(self, report, streams):
        # A report set to store what it prints stores no copies.
        kept = {key: stream for key, stream in streams.items() if not stream.get("is_copy")}
        return super()._prepare_pdf_report_attachment_vals_list(report, kept)

    @api.model
    def _record_prints(self, documents):
        """The editions of issued documents are recorded when their round ends."""
        round_ = get_round(self.env)
        if round_ and round_.rendering:
            model = round_.rendering[0]
            silent = {(model, res_id) for res_id in round_.silent}
            documents = [doc for doc in documents if (doc._name, doc.id) not in silent]
        return super()._record_prints(documents) if documents else None
