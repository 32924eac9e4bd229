"""Row 2-62, law.md checklist 14: fictitious invoices, and the switch of each user."""

from odoo.exceptions import AccessError, RedirectWarning, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.koban_document.tests.paper import PaperMixin

from .chain import ChainCase
from .common import InvoiceCase
from .fictitious import FictitiousCase


@tagged("post_install", "-at_install")
class TestTestMode(FictitiousCase):
    # ------------------------------------------------------------------
    # The switch
    # ------------------------------------------------------------------
    def test_switch_is_recorded(self):
        """Row 2-62: each user has his own switch; on and off are in the chain of TEST."""
        self.assertTrue(self.switch(True))
        self.assertTrue(self.operator.test_mode)
        self.assertFalse(self.billing_user.test_mode)
        self.assertTrue(self.switch(True))  # again: changes nothing
        self.assertFalse(self.switch(False))
        events = self.get_events("test_on", "test_off", records=self.operator, chain="test")
        self.assertEqual(events.mapped("kind"), ["test_on", "test_off"])
        self.assertEqual(events.user_id, self.operator)
        self.assertIn("Camille Roche", events[0].content)
        self.assertFalse(self.get_events("test_on", records=self.operator))

    def test_switch_toggles(self):
        """Row 2-62: without argument the switch takes the other position."""
        toggle = (self.operator, self.env["res.users"], "action_toggle_test_mode")
        self.assertTrue(self.rpc(*toggle))
        self.assertFalse(self.rpc(*toggle))

    def test_switch_is_not_typed(self):
        """Row 2-62: nobody writes the mode of another; an administrator's write is recorded."""
        other = self.make_user("koban_other_biller", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.rpc(self.operator, other, "write", {"test_mode": True})
        with self.assertRaises(AccessError):
            self.rpc(self.operator, self.operator, "write", {"test_mode": True})
        other.test_mode = True
        self.assertEqual(len(self.get_events("test_on", records=other, chain="test")), 1)

    def test_switch_is_for_who_makes_documents(self):
        """Row 2-62: a user without documents, or of unguarded companies, has no switch."""
        reader = self.make_user("koban_reader", "account.group_account_readonly")
        with self.assertRaises(AccessError):
            self.switch(True, reader)
        self.set_guard(False)
        with self.assertRaises(AccessError):
            self.switch(True)
        self.assertFalse(self.switch(False))

    # ------------------------------------------------------------------
    # The host's actions on several entries
    # ------------------------------------------------------------------
    def test_confirm_entries(self):
        """Row 2-62: in the mode, “Confirm Entries” posts no real invoice, dated today or later."""
        real = self.make_invoice(post=False)
        future = self.make_invoice(post=False, invoice_date="2030-01-01")
        self.switch(True)
        for move in (real, future, real | future):
            self.refusal(
                "test_mode_on",
                self.rpc, self.operator, move, "action_validate_moves_with_confirmation",
            )  # fmt: skip
        self.assertEqual((real | future).mapped("state"), ["draft", "draft"])
        self.switch(False)
        self.rpc(self.operator, real, "action_validate_moves_with_confirmation")
        self.assertEqual(real.state, "posted")

    def test_confirm_future_entries(self):
        """Row 2-62: nor does the wizard of the host, opened before the mode was on or by RPC."""
        future = self.make_invoice(post=False, invoice_date="2030-01-01")
        Wizard = self.env["validate.account.move"].with_user(self.operator)
        wizard = Wizard.create({"move_ids": [Command.set(future.ids)], "force_post": True})
        self.switch(True)
        self.refusal("test_mode_on", self.rpc, self.operator, wizard, "validate_move")
        self.assertEqual(future.state, "draft")
        self.switch(False)
        self.rpc(self.operator, wizard, "validate_move")
        self.assertEqual(future.state, "posted")

    def test_post_all(self):
        """Row 2-62: a TEST invoice in a journal does not keep the real ones from being posted."""
        real, future = (
            self.make_invoice(post=False),
            self.make_invoice(post=False, invoice_date="2030-01-01"),
        )
        in_test = self.make_invoice(post=False, is_test=True)
        wizard = self.env["validate.account.move"].create(
            {"move_ids": [Command.set((future | in_test).ids)], "force_post": True}
        )
        self.rpc(self.operator, self.sale_journal, "action_post_all_entries")
        self.assertEqual((real.state, in_test.state), ("posted", "draft"))
        self.assertFalse(in_test.test_validated_on)
        self.rpc(self.operator, wizard, "validate_move")
        self.assertEqual((future.state, in_test.state), ("posted", "draft"))

    # ------------------------------------------------------------------
    # Creation
    # ------------------------------------------------------------------
    def test_created_in_test(self):
        """Row 2-62: in the mode, what is created by the form is TEST; the copy of it is real."""
        self.switch(True)
        moves = self.env["account.move"].with_user(self.operator)
        form = Form(moves.with_context(default_move_type="out_invoice"))
        self.assertTrue(form.is_test)
        form.partner_id = self.customer
        with form.invoice_line_ids.new() as line:
            line.product_id = self.product
        invoice = form.save()
        self.assertTrue(invoice.is_test)
        self.assertEqual(invoice.test_operator_id, self.operator)
        self.assertFalse(invoice.name)
        self.assertIn(f"TEST {invoice.id}", invoice.display_name)
        self.switch(False)
        self.assertFalse(invoice.copy().is_test)
        self.assertFalse(Form(moves.with_context(default_move_type="out_invoice")).is_test)

    def test_marks_are_not_given(self):
        """Row 2-62: operator and validation come from the system, whatever a client sends."""
        invoice = self.make_test_invoice(
            test_operator_id=self.manager.id,
            test_validated_on="2026-01-01 00:00:00",
            name="FA/2026/99999",
            auto_post="at_date",
        )
        self.assertEqual(invoice.test_operator_id, self.operator)
        self.assertFalse(invoice.test_validated_on)
        self.assertFalse(invoice.name)
        self.assertEqual(invoice.auto_post, "no")
        self.refusal("document_number", invoice.write, {"name": "FA/2026/99999"})
        self.refusal("document_number", invoice.write, {"auto_post": "at_date"})

    def test_mark_never_changes(self):
        """Row 2-62: TEST stays TEST and real stays real, drafts included."""
        invoice = self.make_test_invoice()
        real = self.make_invoice(post=False)
        posted = self.make_invoice()
        self.refusal("test_mark", invoice.write, {"is_test": False})
        for move, code in ((real, "test_mark"), (posted, "document_validated")):
            self.refusal(code, move.write, {"is_test": True})
            self.refusal(code, move.write, {"test_validated_on": "2026-01-01 00:00:00"})
        self.assertEqual((invoice | real | posted).mapped("is_test"), [True, False, False])

    def test_entry_is_real(self):
        """Row 2-62: only documents are TEST; a payment is refused while the mode is on."""
        self.switch(True)
        entry = self.env["account.move"].with_user(self.operator).create({"move_type": "entry"})
        self.assertFalse(entry.is_test)
        invoice = self.make_invoice()
        payments = self.env["account.payment"]
        values = {"partner_id": self.customer.id, "amount": 10, "journal_id": self.bank_journal.id}
        self.refusal("test_mode_on", self.rpc, self.operator, payments, "create", [values])
        self.refusal("test_mode_on", self.rpc, self.operator, invoice, "action_register_payment")

    # ------------------------------------------------------------------
    # Validation
    # ------------------------------------------------------------------
    def test_undated_keeps_its_rate(self):
        """Issue 12, line 7: dating a TEST invoice leaves a rate that was typed as it is."""
        dollar = self.env.ref("base.USD")
        dollar.active = True
        invoice = self.make_test_invoice(invoice_date=False, currency_id=dollar.id)
        invoice.invoice_currency_rate = 1.2345
        self.rpc(self.operator, invoice, "action_post")
        self.assertTrue(invoice.invoice_date)
        self.assertAlmostEqual(invoice.invoice_currency_rate, 1.2345)

    def test_validated_in_test(self):
        """Row 2-62: no number, nothing posted; sealed in the chain of TEST, operator named."""
        invoice = self.make_test_invoice(validate=True)
        self.assertEqual(invoice.state, "draft")
        self.assertTrue(invoice.test_validated_on)
        self.assertFalse(invoice.name)
        self.assertEqual(set(invoice.line_ids.mapped("parent_state")), {"draft"})
        self.assertTrue(invoice.is_protected)
        seal = self.get_events("validation", records=invoice, chain="test")
        self.assertEqual(len(seal), 1)
        self.assertEqual(seal.user_id, self.operator)
        self.assertIn("Camille Roche", seal.notes)
        self.assertIn('"amount_total":"240"', seal.content)
        self.assertFalse(self.get_events("validation", records=invoice))
        self.assertEqual(invoice.seal_id, seal)

    def test_chain_of_real_documents_is_apart(self):
        """Row 2-62: a TEST document leaves the main chain as it was."""
        self.make_invoice()
        before = self.get_events("validation")
        self.make_test_invoice(validate=True)
        self.assertEqual(self.get_events("validation"), before)

    def test_secured_like_real(self):
        """products.md L4: validated in TEST, it is neither altered, deleted nor taken back."""
        invoice = self.make_test_invoice(validate=True)
        with self.unchanged(invoice):
            self.refusal("document_validated", invoice.write, {"ref": "Other"})
            line = self.get_product_lines(invoice)
            self.refusal("document_validated", line.write, {"price_unit": 1})
            self.refusal("document_validated", line.unlink)
            self.refusal("document_delete", invoice.unlink)
            self.refusal("document_state", invoice.button_cancel)
            self.refusal("document_state", invoice.action_post)
            self.refusal("document_validated", invoice.write, {"test_validated_on": False})
            self.refusal("document_validated", invoice.write, {"test_operator_id": 1})
        invoice.write({"comment": "<p>Still editable</p>"})
        self.assertEqual(len(self.get_events("edition", records=invoice, chain="test")), 1)
        self.assertFalse(self.get_events("edition", records=invoice))

    def test_never_posted(self):
        """Row 2-62: no door of the host posts it."""
        invoice = self.make_test_invoice()
        self.refusal("test_document", invoice._post)
        self.refusal("test_document", invoice._post, soft=False)
        self.refusal("test_document", invoice.write, {"state": "posted"})
        bill = (
            self.env["account.move"]
            .with_user(self.operator)
            .create({"move_type": "in_invoice", "partner_id": self.customer.id})
        )
        self.assertTrue(bill.is_test)
        self.refusal("test_document", bill.write, {"state": "posted"})
        self.refusal("test_document", bill._post)
        wizard = self.env["validate.account.move"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        self.refusal("test_document", wizard.create({}).validate_move)
        real = self.make_invoice(post=False)
        wizard = wizard.with_context(active_ids=(invoice | real).ids).create({})
        self.switch(False)
        wizard.validate_move()
        self.assertEqual((real.state, invoice.state), ("posted", "draft"))

    def test_not_paid(self):
        """Row 2-62: a TEST invoice takes no payment, by no button."""
        invoice = self.make_test_invoice(validate=True)
        self.switch(False)
        for method in ("action_register_payment", "action_force_register_payment"):
            self.refusal("test_document", self.rpc, self.operator, invoice, method)
        self.refusal("test_document", self.pay, invoice)
        payment = self.pay(self.make_invoice())
        values = {"invoice_ids": [Command.link(invoice.id)]}
        self.refusal("document_validated", payment.write, values)
        draft = payment.copy()
        error = self.refusal("test_document", draft.write, values)
        self.assertIsInstance(error, ValidationError)
        lines = payment.move_id.line_ids | invoice.line_ids
        self.refusal(
            "test_document", lines.filtered(lambda line: line.account_id.reconcile).reconcile
        )

    def test_incomplete_invoice(self):
        """Row 2-62: without customer or line there is nothing to validate."""
        invoice = self.make_test_invoice(invoice_line_ids=[])
        self.refusal("document_not_confirmable", invoice.action_post)

    def test_real_documents_in_the_mode(self):
        """Row 2-62: who thinks to work in TEST validates, credits or pays nothing real."""
        draft, posted = self.make_invoice(post=False), self.make_invoice()
        self.switch(True)
        self.refusal("test_mode_on", self.rpc, self.operator, draft, "action_post")
        self.refusal("test_mode_on", self.rpc, self.operator, posted, "action_cancel_document")
        self.assertEqual(draft.state, "draft")
        self.assertFalse(posted.reversal_move_ids)
        self.switch(False)
        self.rpc(self.operator, draft, "action_post")
        self.assertEqual(draft.state, "posted")

    def test_without_guard(self):
        """Row 2-62: where the guard is off a marked document still reaches no ledger."""
        self.switch(True)
        self.set_guard(False)
        invoice = self.make_test_invoice_unguarded()
        invoice.action_post()
        self.assertEqual((invoice.state, invoice.name), ("draft", False))
        self.assertTrue(invoice.test_validated_on)

    def make_test_invoice_unguarded(self):
        [values] = self.make_invoice_values(is_test=True)
        return self.env["account.move"].with_user(self.operator).create(values)

    # ------------------------------------------------------------------
    # Numbers and totals
    # ------------------------------------------------------------------
    def test_real_numbers_stay_continuous(self):
        """Row 2-62: TEST documents between real ones make no gap."""
        first = self.make_invoice(invoice_date="2026-03-10")
        self.make_test_invoice(validate=True)
        self.make_test_invoice()
        self.switch(False)
        second = self.make_invoice(invoice_date="2026-03-10")
        self.assertEqual(second.sequence_prefix, first.sequence_prefix)
        self.assertEqual(second.sequence_number, first.sequence_number + 1)
        self.assertFalse((first | second).filtered("made_sequence_gap"))

    def get_totals(self):
        """Return what the host counts and adds up: reports, ledger, dashboard, customer, FEC."""
        self.env.flush_all()
        self.env.invalidate_all()
        report = self.env["account.invoice.report"]._read_group(
            [("company_id", "=", self.company.id)],
            ["state", "move_type"],
            ["__count", "price_subtotal:sum", "quantity:sum"],
        )
        ledger = self.env["account.move.line"]._read_group(
            [("company_id", "=", self.company.id), ("parent_state", "=", "posted")],
            ["journal_id", "account_id"],
            ["balance:sum", "__count"],
        )
        journals = self.env["account.journal"].search([("company_id", "=", self.company.id)])
        sales = journals.filtered(lambda journal: journal.type in ("sale", "purchase"))
        dashboard = sales._get_journal_dashboard_data_batched()
        drafts = {id_: (data["number_draft"], data["sum_draft"]) for id_, data in dashboard.items()}
        partner = self.customer
        return report, ledger, drafts, partner.total_invoiced, partner.credit, self.get_fec()

    def get_fec(self):
        wizard = self.env["l10n_fr.fec.export.wizard"].create(
            {"date_from": "2026-01-01", "date_to": "2026-12-31"}
        )
        return wizard.generate_fec()["file_content"]

    def test_in_no_total(self):
        """Row 2-62: reports, ledger, dashboard, customer and FEC are the same before and after."""
        self.make_invoice()
        self.make_invoice(post=False)
        before = self.get_totals()
        self.make_test_invoice(validate=True)
        self.make_test_invoice()
        self.assertEqual(self.get_totals(), before)
        self.switch(False)
        self.make_invoice(post=False)
        self.assertNotEqual(self.get_totals(), before)

    def test_lists_open_without_test(self):
        """Row 2-62: lists with totals hide TEST documents by a filter that is seen."""
        action = self.env.ref("account.action_move_out_invoice_type").with_user(self.operator)
        self.assertIn("'search_default_without_test': 1", action._get_action_dict()["context"])
        view = self.env["account.move"].get_view(
            self.env.ref("account.view_account_invoice_filter").id, "search"
        )
        self.assertIn('name="without_test"', view["arch"])
        self.switch(True)
        self.env.invalidate_all()
        self.assertNotIn("without_test", action._get_action_dict()["context"])
        self.switch(False)
        self.set_guard(False)
        self.assertNotIn("without_test", action._get_action_dict()["context"])

    def test_period_can_be_locked(self):
        """Checklist 11: a TEST invoice, a draft for ever, keeps no period open."""
        self.make_test_invoice(validate=True)
        moves = self.env["account.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "draft"), ("is_test", "=", False)]
        )
        with self.undone():
            moves.filtered(lambda move: not move._is_guarded()).date = "2026-11-01"
            self.company._validate_locks({"hard_lock_date": "2026-03-31"})
        self.make_invoice(post=False)
        with self.assertRaises(RedirectWarning):
            self.company._validate_locks({"hard_lock_date": "2026-03-31"})

    def test_credit_note_of_test(self):
        """Row 2-62: what is made of a TEST invoice is TEST, whatever the mode."""
        invoice = self.make_test_invoice(validate=True)
        self.switch(False)
        credit_note = invoice._reverse_moves()
        self.assertTrue(credit_note.is_test)
        self.assertEqual(credit_note.move_type, "out_refund")

    # ------------------------------------------------------------------
    # Electronic invoice
    # ------------------------------------------------------------------
    def test_no_electronic_invoice(self):
        """Row 2-62: no Factur-X, no UBL of a TEST invoice."""
        invoice = self.make_test_invoice(validate=True)
        for name in ("account.edi.xml.cii", "account.edi.xml.ubl_21", "account.edi.xml.ubl_bis3"):
            self.refusal("test_document", self.env[name]._export_invoice, invoice)
        self.assertFalse(invoice._need_ubl_cii_xml("facturx"))
        self.assertFalse(invoice._get_invoice_legal_documents("ubl", allow_fallback=True))


@tagged("post_install", "-at_install")
class TestTestChain(ChainCase):
    """products.md L4: the verification reads TEST documents as it reads real ones."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.real = cls.make_invoice()
        cls.test = cls.make_invoice(is_test=True)

    def test_holds(self):
        """Checklist 14: a real and a TEST invoice verify, each in its chain."""
        self.assertEqual(self.find(), [])
        self.assertEqual(len(self.get_events("validation", records=self.test, chain="test")), 1)

    def test_altered(self):
        """Checklist 14: amounts, marks and lines of a TEST invoice changed by SQL are found."""
        line = self.get_product_lines(self.test)[0]
        for query, record, field in (
            ("UPDATE account_move SET amount_total = 1 WHERE id = %s", self.test, "amount_total"),
            ("UPDATE account_move SET is_test = false WHERE id = %s", self.test, "is_test"),
            ("UPDATE account_move SET is_test = true WHERE id = %s", self.real, "is_test"),
            ("UPDATE account_move SET test_validated_on = NULL WHERE id = %s", self.test,
             "test_validated_on"),
            ("UPDATE account_move_line SET price_unit = 1 WHERE id = %s", line, "price_unit"),
        ):  # fmt: skip
            with self.subTest(query=query), self.attack():
                self.sql(query, record.id)
                self.assertIn(field, self.find_fields())

    def test_deleted(self):
        """Checklist 14: a TEST invoice deleted by SQL is missed."""
        with self.attack():
            self.sql("DELETE FROM account_move_line WHERE move_id = %s", self.test.id)
            self.sql("DELETE FROM account_move WHERE id = %s", self.test.id)
            self.assertTrue(self.find_codes())

    def test_unsealed(self):
        """Checklist 14: one that is marked validated in TEST by SQL has no seal."""
        draft = self.make_invoice(post=False, is_test=True)
        with self.attack():
            self.sql("UPDATE account_move SET test_validated_on = now() WHERE id = %s", draft.id)
            self.assertEqual(
                [(item.code, item.res_id) for item in self.find()],
                [("document_unsealed", draft.id)],
            )


@tagged("post_install", "-at_install")
class TestTestPaper(PaperMixin, InvoiceCase):
    picture_addon = "koban_invoice"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_paper()
        cls.customer.lang = "fr_FR"
        cls.operator = cls.make_user(
            "koban_paper_operator", "account.group_account_invoice", name="Zoé Łuczak"
        )

    def make_long_invoice(self, is_test, post=False):
        lines = [self.make_line(name=f"Ligne {number}") for number in range(70)]
        invoice = self.make_invoice(post=False, lines=lines, is_test=is_test)
        if is_test:
            invoice = invoice.with_user(self.operator)
        if post:
            invoice.action_post()
        return invoice.with_user(self.env.user)

    def check_stamped(self, pages):
        for page in pages:
            self.assertIn("TEST", page)
            self.assertIn("Document fictif sans valeur", page)
            self.assertIn("Zoé Łuczak", page)

    def test_every_page_is_stamped(self):
        """Row 2-62: the word, the notice and the operator on each page, with a model."""
        invoice = self.make_long_invoice(True, post=True)
        pages = self.read_pages(self.print_pdf("account.account_invoices", invoice))
        self.assertGreater(len(pages), 1)
        self.check_stamped(pages)
        self.assertIn(f"TEST {invoice.id}", pages[0])

    def test_host_report_is_stamped(self):
        """Row 2-62: the host's own page too."""
        self.env["koban.document.model"].search(
            [("company_id", "=", self.company.id)]
        ).active = False
        invoice = self.make_long_invoice(True, post=True)
        self.assertFalse(invoice._get_printed_model())
        pages = self.read_pages(self.print_pdf("account.account_invoices", invoice))
        self.assertGreater(len(pages), 1)
        self.check_stamped(pages)

    def test_conditions_are_stamped(self):
        """Row 2-62: pages that the model adds behind the document are stamped as well."""
        model = self.get_models("invoice")[0]
        model.write({"conditions": "annexed", "conditions_text": "<p>Nos conditions</p>"})
        invoice = self.make_long_invoice(True, post=True)
        pages = self.read_pages(self.print_pdf("account.account_invoices", invoice))
        self.assertTrue(any("Nos conditions" in page for page in pages))
        self.check_stamped(pages)

    def test_real_ones_are_not(self):
        """Row 2-62: printed together, only the TEST document is stamped."""
        real = self.make_long_invoice(False, post=True)
        test = self.make_long_invoice(True, post=True)
        pages = self.read_pages(self.print_pdf("account.account_invoices", real | test))
        stamped = [page for page in pages if "Document fictif" in page]
        self.assertEqual(len(stamped) * 2, len(pages))
        self.check_stamped(stamped)
        self.assertTrue(any(real.name in page for page in pages if page not in stamped))
