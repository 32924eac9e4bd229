"""Several documents in one print, and what becomes of each."""

import io
import json
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools.pdf import OdooPdfFileReader, OdooPdfFileWriter
from psycopg2.pool import PoolError
from pypdf import PdfReader

from ..batch import Batch
from ..models import ir_actions_report
from ..pdf import blank, finish, merge
from .common import ReportCase


@tagged("post_install", "-at_install")
class TestDocuments(ReportCase):
    names = ["Client A", "Client B", "Client C"]

    def attachments(self):
        domain = [("res_model", "=", "res.partner"), ("res_id", "in", self.partners.ids)]
        return self.env["ir.attachment"].search([*domain, ("name", "=like", "Fiche%")], order="id")

    def test_one_attachment_per_document(self):
        """Each with its own pages, title and tags, whatever their number of pages."""
        self.partners[1].color = 60
        report = self.report(
            f"<p>Pour <t t-out='o.name'/></p>{self.table('o.color or 1')}",
            attachment="'Fiche %s.pdf' % object.name",
            print_report_name="'Fiche %s' % object.name",
        )
        whole = self.reader(report, self.partners)
        attachments = self.attachments()
        self.assertEqual(attachments.mapped("res_id"), self.partners.ids)
        total = 0
        for attachment, partner in zip(attachments, self.partners, strict=True):
            reader = PdfReader(io.BytesIO(attachment.raw))
            total += len(reader.pages)
            self.assertIn(f"Pour {partner.name}", reader.pages[0].extract_text())
            self.assertEqual(reader.metadata.title, f"Fiche {partner.name}")
            self.assertIn("/StructTreeRoot", reader.root_object)
        self.assertEqual(len(whole.pages), total)
        self.assertGreater(total, 3)

    def test_one_outline_entry_per_document(self):
        self.partners[0].color = 60
        report = self.report(
            self.table("o.color or 1"), print_report_name="'Fiche %s' % object.name"
        )
        reader = self.reader(report, self.partners)
        pages = [page.indirect_reference.idnum for page in reader.pages]
        outline = [
            (entry.title, pages.index(entry.raw_get("/Page").idnum)) for entry in reader.outline
        ]
        first = len(reader.pages) - 2
        self.assertEqual(
            outline,
            [("Fiche Client A", 0), ("Fiche Client B", first), ("Fiche Client C", first + 1)],
        )

    def test_the_stored_document_is_taken(self):
        report = self.report(
            "<p>Pour <t t-out='o.name'/></p>",
            attachment="'Fiche %s.pdf' % object.name",
            attachment_use=True,
        )
        self.pdf(report, self.partners[1])
        self.partners[1].name = "Autre"
        self.attachments().name = "Fiche Autre.pdf"
        pages = self.texts(report, self.partners)
        self.assertEqual(len(self.attachments()), 3)
        self.assertIn("Pour Client B", pages[1])
        self.assertIn("Pour Client C", pages[2])

    def test_a_record_with_several_documents(self):
        """They stay together; the host alone cannot tell where they end."""
        report = self.report("<p>Copie</p>", attachment="'Fiche %s.pdf' % object.name")
        view = self.env["ir.ui.view"].search([("key", "=", report.report_name)])
        view.arch = view.arch.replace('t-foreach="docs"', 't-foreach="docs + docs"')
        self.pdf(report, self.partners[:2])
        counts = [len(PdfReader(io.BytesIO(a.raw)).pages) for a in self.attachments()]
        self.assertEqual(counts, [2, 2])

    def test_many_records_are_printed_in_parts(self):
        report = self.report("<p>Pour <t t-out='o.name'/></p>", attachment="'Fiche %s' % object.id")
        with patch.object(ir_actions_report, "RECORDS_AT_ONCE", 2):
            texts = self.texts(report, self.partners)
            self.assertEqual([text.partition("Pour ")[2][:8] for text in texts], self.names)
            self.assertEqual(self.attachments().mapped("res_id"), self.partners.ids)

    def test_progress(self):
        """Who prints many documents is told how far it is while the print goes on."""
        report = self.report("<p>Texte</p>")
        report.name = "Relevés suivis"
        with patch.object(ir_actions_report, "RECORDS_AT_ONCE", 2):
            self.pdf(report, self.partners)
        with self.env.registry.cursor() as cr:  # sent at once, whatever becomes of the request
            cr.execute(
                "DELETE FROM bus_bus WHERE message LIKE %s RETURNING message",
                ["%koban_report.progress%suivis%"],
            )
            sent = [json.loads(message)["payload"] for (message,) in cr.fetchall()]
        self.assertEqual([(one["done"], one["total"]) for one in sent], [(2, 3), (3, 3)])
        self.assertEqual({one["title"] for one in sent}, {"Relevés suivis"})

    def test_no_connection_for_progress(self):
        """A print goes on where every connection of the pool is taken (issue 10, line 3)."""
        report = self.report("<p>Texte</p>")
        full = patch.object(type(self.env.registry), "cursor", side_effect=PoolError)
        with full, patch.object(ir_actions_report, "RECORDS_AT_ONCE", 2):
            pdf = self.pdf(report, self.partners)
        self.assertEqual(len(PdfReader(io.BytesIO(pdf)).pages), 3)

    def test_one_document_of_many_records_is_not_cut(self):
        report = self.report("<p/>", layout="")
        view = self.env["ir.ui.view"].search([("key", "=", report.report_name)])
        view.arch = f"""
            <t t-name="{report.report_name}"><t t-call="web.html_container">
                <div class="article"><p t-foreach="docs" t-as="o" t-out="o.name"/></div>
            </t></t>"""
        with patch.object(ir_actions_report, "RECORDS_AT_ONCE", 2):
            texts = self.texts(report, self.partners)
        self.assertEqual(texts, [" ".join(self.names)])

    def test_the_same_record_twice(self):
        report = self.report("<p>Pour <t t-out='o.name'/></p>")
        report = report.with_context(force_report_rendering=True)
        content, _kind = report._render_qweb_pdf(report.report_name, [self.partners[0].id] * 2)
        texts = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        self.assertEqual(len(texts), 2)
        self.assertTrue(all("Pour Client A" in text for text in texts))

    def test_streams_that_an_addon_reads(self):
        """As invoices do: one stream per record, without merging."""
        report = self.report("<p>Pour <t t-out='o.name'/></p>")
        report = report.with_context(force_report_rendering=True)
        streams, kind = report._pre_render_qweb_pdf(report.report_name, self.partners.ids)
        self.assertEqual(kind, "pdf")
        self.assertEqual(list(streams), self.partners.ids)
        for partner in self.partners:
            text = PdfReader(streams[partner.id]["stream"]).pages[0].extract_text()
            self.assertIn(f"Pour {partner.name}", text)

    def test_merging_a_broken_pdf(self):
        Report = self.env["ir.actions.report"]
        with self.assertRaises(UserError):
            Report._merge_pdfs([io.BytesIO(blank(1)), io.BytesIO(b"%PDF-1.4 nothing")])
        seen = []
        streams = [io.BytesIO(blank(2)), io.BytesIO(b"nothing"), io.BytesIO(blank(1))]
        result = Report._merge_pdfs(streams, lambda error, error_stream: seen.append(error_stream))
        self.assertEqual(seen, [streams[1]])
        self.assertEqual(len(PdfReader(result).pages), 3)

    def test_nobody_can_pass_a_batch_by_the_context(self):
        report = self.report("<p>Pour <t t-out='o.name'/></p>")
        pages = self.texts(report, self.partners, koban_report_batch={"pdfs": []})
        self.assertEqual(len(pages), 3)

    def test_batch_by_record(self):
        batch = Batch()
        for res_id, pages in ((3, 1), (3, 2), (5, 4)):
            batch.add(blank(pages), "Titre", res_id)
        self.assertTrue(batch.separable)
        counts = {
            k: len(PdfReader(io.BytesIO(v)).pages) for k, v in batch.by_record([5, 3]).items()
        }
        self.assertEqual(counts, {3: 3, 5: 4})
        self.assertEqual(len(PdfReader(io.BytesIO(batch.stand_in())).pages), 2)
        self.assertEqual(len(PdfReader(io.BytesIO(batch.whole())).pages), 7)
        # Records the template does not name take the documents by their order.
        self.assertEqual(list(batch.by_record([7, 8])), [7, 8])
        batch.add(blank(1), "Titre", 0)
        self.assertFalse(batch.separable)

    def test_what_is_not_written_by_chromium_stays(self):
        content = self.pdf(self.report("<p>Texte</p>"), self.partners[0])
        PdfReader(io.BytesIO(content), strict=True)
        for pdf in (blank(1), b"", b"%PDF-1.4 nothing"):
            self.assertEqual(finish(pdf, "Titre", "Auteur"), pdf)

    def test_conversion_to_pdfa(self):
        """The host converts invoices with embedded XML; it needs an outline."""
        content = self.pdf(self.report("<p>Sans titre</p>", layout=""), self.partners[0])
        writer = OdooPdfFileWriter()
        writer.cloneReaderDocumentRoot(OdooPdfFileReader(io.BytesIO(content), strict=False))
        writer.addAttachment("factur-x.xml", b"<xml/>", subtype="text/xml")
        writer.convert_to_pdfa()
        stream = io.BytesIO()
        writer.write(stream)
        reader = PdfReader(stream)
        self.assertEqual(list(reader.attachments), ["factur-x.xml"])
        self.assertIn("Sans titre", reader.pages[0].extract_text())

    def test_merged_outline_is_the_one_the_host_reads(self):
        reader = PdfReader(io.BytesIO(merge([blank(2), blank(3), blank(1)], ["a", "b", "c"])))
        root = reader.trailer["/Root"]
        node, starts = root["/Outlines"]["/First"], []
        while node:
            starts.append(root["/Dests"][node["/Dest"]][0])
            node = node.get("/Next")
        self.assertEqual(starts, [0, 2, 5])
