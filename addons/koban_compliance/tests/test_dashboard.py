"""Issue 4, line 8: the dashboard tells the state of each part, and leads to what is to be done."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.koban_closing.tests.closings import ClosingCase
from odoo.addons.koban_invoice.tests.chain import ChainCase
from odoo.addons.koban_invoice.tests.mentions import MentionCase


@tagged("post_install", "-at_install", "koban_alone")
class TestChainCard(ChainCase):
    def test_card(self):
        """The dashboard tells the last verification, and leads to its findings."""
        invoice = self.make_invoice()
        Dashboard = self.env["koban.compliance.dashboard"].with_user(self.manager)
        with self.attack():
            self.sql("UPDATE account_move SET amount_total = 1 WHERE id = %s", invoice.id)
            answer = self.verify()
            card = next(card for card in Dashboard.get_cards() if card["key"] == "chain")
            self.assertEqual(card["state"], "bad")
            self.assertEqual(card["todo"][0]["action"]["res_id"], answer["verification_id"])
        with self.assertRaises(AccessError):
            Dashboard.with_user(self.billing_user).get_cards()


@tagged("post_install", "-at_install")
class TestReaders(ChainCase):
    def get_cards(self, user):
        cards = self.rpc(user, self.env["koban.compliance.dashboard"], "get_cards")
        return {card["key"]: card for card in cards}

    def test_readers(self):
        """DESIGN §7: whoever has the menu has the page, with the cards of what he may read."""
        accountant = self.make_user("only_accountant", "account.group_account_manager")
        auditor = self.make_user("only_auditor", "koban_seal.group_auditor")
        self.assertIn("chain", self.get_cards(accountant))
        self.assertLessEqual({"archive", "attestation"}, self.get_cards(auditor).keys())
        self.assertFalse({"archive", "attestation"} & self.get_cards(accountant).keys())

    def test_copy(self):
        """Issue 12, line 9: each is told of a copy; who may not read the list is not led there."""
        accountant = self.make_user("only_accountant", "account.group_account_manager")
        self.make_invoice()
        self.env.cr.flush()
        self.assertNotIn("database", self.get_cards(accountant))
        self.env["koban.database"].with_user(self.manager).declare_copy("Trial")
        self.env.cr.flush()
        told = self.get_cards(accountant)["database"]
        self.assertIn("Trial", [fact["value"] for fact in told["facts"]])
        self.assertFalse(told["action"])
        read = self.get_cards(self.manager)["database"]
        self.assertEqual(read["action"], "koban_seal.action_koban_database")
        self.assertEqual(read["facts"], told["facts"])


@tagged("post_install", "-at_install")
class TestMentionCard(MentionCase):
    def test_dashboard(self):
        """Issue 4, line 8: the page of compliance tells what the company lacks, and leads there."""
        dashboard = self.env["koban.compliance.dashboard"].with_user(self.manager)

        def get_card():
            cards = {card["key"]: card for card in dashboard.get_cards(self.company.id)}
            return cards["mentions"]

        self.assertEqual((get_card()["state"], get_card()["todo"]), ("good", []))
        self.company.rcs_city = False
        card = get_card()
        self.assertEqual(card["state"], "warning")
        self.assertIn("RCS", card["todo"][0]["text"])
        self.assertEqual(card["todo"][0]["action"]["res_id"], self.company.id)


@tagged("post_install", "-at_install")
class TestClosingCard(ClosingCase):
    def test_dashboard(self):
        """Issue 4: the dashboard tells the last and the next closing, and what is left to do."""
        self.invoice("2025-01-10")
        self.close()
        self.invoice("2025-02-10", post=False)
        cards = self.rpc(self.manager, self.env["koban.compliance.dashboard"], "get_cards")
        (card,) = (card for card in cards if card["key"] == "closing")
        facts = [fact["value"] for fact in card["facts"]]
        self.assertIn("February 2025", facts)
        self.assertEqual(card["state"], "warning")
        late, draft = card["todo"]
        self.assertIn("February 2025 should have closed by itself", late["text"])
        self.assertIn("Draft invoices", draft["text"])
