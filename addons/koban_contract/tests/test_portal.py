"""Issue 5, item 6: the customer's portal."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import HttpCase, freeze_time, new_test_user, tagged

from odoo.addons.koban_guard.tools.passes import open_pass

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestContractPortal(HttpCase, ContractCase):
    """A customer, another customer, and who has the link."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.portal_user = cls.make_portal_user("claire_portal", cls.contact)
        cls.other_person = cls.env["res.partner"].create(
            {"name": "Luc Petit", "parent_id": cls.other_customer.id}
        )
        cls.other_user = cls.make_portal_user("luc_portal", cls.other_person)
        cls.contract = cls.make_contract(date_end="2026-12-31", title="Boiler maintenance")
        cls.draft = cls.make_contract(validate=False, title="Secret draft")

    @classmethod
    def make_portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            lang="fr_FR",
        )

    def get_page(self, contract, login=None, token="", suffix=""):
        """Return the page of a contract as the visitor gets it; empty where he is sent away."""
        self.authenticate(login, login)
        url = f"/my/koban/contracts/{contract.id}"
        query = f"?access_token={token}{suffix}" if token else f"?{suffix}"
        response = self.url_open(f"{url}{query}")
        self.assertLess(response.status_code, 500)
        return response if response.url.split("?")[0].endswith(url) else None

    def bill(self, contract, day="2026-01-01"):
        """Bill what is due, and return the drafts."""
        moves = contract._bill(self.env["koban.contract"]._fields["date_start"].to_date(day))
        self.env.flush_all()
        return moves

    def test_list(self):
        """Issue 5: the list has the customer's own contracts, no draft, nobody else's."""
        theirs = self.make_contract(partner_id=self.other_customer.id, title="Garage contract")
        bought = self.make_contract(kind="purchase", title="What we buy from them")
        self.authenticate("claire_portal", "claire_portal")
        html = self.url_open("/my/koban/contracts").text
        self.assertIn("Boiler maintenance", html)
        for title in (theirs.title, bought.title, "Secret draft"):
            self.assertNotIn(title, html)
        self.assertIn(theirs.title, self.as_other("/my/koban/contracts"))

    def as_other(self, url):
        self.authenticate("luc_portal", "luc_portal")
        return self.url_open(url).text

    def test_list_filter_and_sort(self):
        """Issue 5: the list is filtered by state and sorted; odd choices fall back."""
        ended = self.make_contract(title="Past contract")
        ended.action_close("2026-06-30")
        self.authenticate("claire_portal", "claire_portal")
        running = self.url_open("/my/koban/contracts?filterby=running&sortby=end").text
        self.assertIn("Boiler maintenance", running)
        self.assertNotIn("Past contract", running)
        closed = self.url_open("/my/koban/contracts?filterby=closed&sortby=invoice").text
        self.assertIn("Past contract", closed)
        self.assertNotIn("Boiler maintenance", closed)
        self.assertIn(
            "Past contract", self.url_open("/my/koban/contracts?filterby=x&sortby=y").text
        )

    def test_list_pages(self):
        """Issue 5: a long list has pages."""
        for number in range(81):
            self.make_contract(title=f"Many {number:03}")
        self.authenticate("claire_portal", "claire_portal")
        first = self.url_open("/my/koban/contracts").text
        second = self.url_open("/my/koban/contracts/page/2").text
        self.assertEqual(
            first.count("/my/koban/contracts/") - first.count("/my/koban/contracts/page"), 80
        )
        self.assertEqual(second.count("Many "), 1 + 1 - second.count("Boiler"))

    def test_counter(self):
        """Issue 5: the home page counts the contracts that the customer sees."""
        self.authenticate("claire_portal", "claire_portal")
        values = self.make_jsonrpc_request("/my/counters", {"counters": ["koban_contract_count"]})
        self.assertEqual(values["koban_contract_count"], 1)
        self.assertIn("/my/koban/contracts", self.url_open("/my/home").text)

    def test_page(self):
        """Issue 5: dates, lines, totals, own documents."""
        page = self.get_page(self.contract, "claire_portal").text
        for part in (
            "Boiler maintenance",
            self.contract.name,
            "31/12/2026",
            "30/09/2026",
            'name="next_invoice_date"',
            "01/01/2026",
            self.contract.with_context(lang="fr_FR")._get_billing_label(),
            "200,00",
            "240,00",
        ):
            self.assertIn(part, page)

    def test_token(self):
        """Issue 5: who has the link sees the contract, without account; a wrong one does not."""
        token = self.contract._portal_ensure_token()
        self.env.flush_all()
        self.assertIn("Boiler maintenance", self.get_page(self.contract, token=token).text)
        self.assertIsNone(self.get_page(self.contract, token="no-such-token"))
        self.assertIsNone(self.get_page(self.contract))

    def test_other_customer(self):
        """Issue 5: another customer is sent away, and the ORM refuses him."""
        self.assertIsNone(self.get_page(self.contract, "luc_portal"))
        with self.assertRaises(AccessError):
            self.contract.with_user(self.other_user).read(["title"])
        self.assertEqual(self.contract.with_user(self.portal_user).title, "Boiler maintenance")

    def test_drafts_and_suppliers(self):
        """Issue 5: neither a draft nor a supplier's contract is shown, link or not."""
        bought = self.make_contract(kind="purchase")
        for contract in (self.draft, bought):
            token = contract._portal_ensure_token()
            self.env.flush_all()
            self.assertIsNone(self.get_page(contract, "claire_portal"))
            self.assertIsNone(self.get_page(contract, token=token))
            with self.assertRaises(AccessError):
                contract.with_user(self.portal_user).read(["title"])

    def test_portal_rights(self):
        """Issue 5: over the API a customer reads no line, no period, and writes nothing."""
        self.bill(self.contract)
        for records in (self.contract.line_ids, self.contract.period_ids):
            with self.assertRaises(AccessError):
                records.with_user(self.portal_user).read(["id"])
        with self.assertRaises(UserError):  # the guard, or the rights: whichever comes first
            self.rpc(self.portal_user, self.contract, "write", {"title": "Mine"})
        with self.assertRaises(AccessError):
            self.rpc(self.portal_user, self.contract, "write", {"footer": "<p>Mine</p>"})
        with self.assertRaises(AccessError):
            self.rpc(self.portal_user, self.contract, "action_close")

    def test_hidden_prices(self):
        """Row 4-08: prices that a group hides are not in the page, nor those of its periods."""
        lines = [
            Command.create(
                {"display_type": "line_section", "name": "Pack", "collapse_prices": True}
            ),
            self.make_line(name="Visit", price_unit=73.37),
            self.make_line(name="Parts", price_unit=61.11),
            Command.create(
                {"display_type": "line_section", "name": "Kit", "collapse_composition": True}
            ),
            self.make_line(name="Hidden article", price_unit=17.19),
            self.make_line(name="Other hidden article", price_unit=19.03),
        ]
        contract = self.make_contract(lines=lines)
        self.bill(contract).action_post()
        self.env.flush_all()
        page = self.get_page(contract, "claire_portal").text
        self.assertIn("Visit", page)
        self.assertIn("268,96", page)
        self.assertIn("72,44", page)
        hidden = ("73,37", "146,74", "61,11", "122,22", "17,19", "34,38", "19,03", "38,06")
        dotted = [amount.replace(",", ".") for amount in hidden]
        for part in (*hidden, *dotted, "Hidden article", "Other hidden"):
            self.assertNotIn(part, page)

    def test_invoices(self):
        """Issue 5: validated invoices are listed with their period and a link; drafts are not."""
        first = self.bill(self.contract)
        first.action_post()
        second = self.bill(self.contract, "2026-02-01")
        self.assertEqual(len(second), 1)
        self.env.flush_all()
        page = self.get_page(self.contract, "claire_portal").text
        self.assertIn(first.name, page)
        self.assertIn("31/01/2026", page)
        self.assertNotIn("28/02/2026", page)
        self.authenticate(None, None)
        shown = self.url_open(first.get_portal_url())
        self.assertIn(f"/my/invoices/{first.id}", shown.url)
        second.action_post()
        self.env.flush_all()
        self.assertIn("28/02/2026", self.get_page(self.contract, "claire_portal").text)

    def test_invoice_of_another_payer(self):
        """Issue 5: an invoice that another customer pays is named, without link nor amount."""
        contract = self.make_contract(invoice_partner_id=self.other_customer.id)
        invoice = self.bill(contract)
        invoice.action_post()
        self.env.flush_all()
        page = self.get_page(contract, "claire_portal").text
        self.assertIn(invoice.name, page)
        self.assertNotIn(f"/my/invoices/{invoice.id}", page)

    def test_documents(self):
        """Issue 5: the files chosen for the customer, and no other, with their token."""
        shown, kept = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{name}.txt",
                    "raw": name.encode(),
                    "res_model": "koban.contract",
                    "res_id": self.contract.id,
                }
                for name in ("conditions", "internal")
            ]
        )
        # On a validated contract: these are no content of it.
        self.rpc(
            self.billing_user,
            self.contract,
            "write",
            {"customer_document_ids": [Command.link(shown.id)]},
        )
        page = self.get_page(self.contract, "claire_portal").text
        self.assertIn("conditions.txt", page)
        self.assertNotIn("internal.txt", page)
        self.authenticate(None, None)
        url = f"/web/content/{shown.id}?access_token={shown.access_token}"
        self.assertEqual(self.url_open(url).content, b"conditions")
        self.assertNotEqual(self.url_open(f"/web/content/{kept.id}").status_code, 200)

    def test_documents_of_others(self):
        """Issue 5: nobody shows the customer a file that he may not read himself."""
        secret = self.env["ir.attachment"].create(
            {"name": "salaries.txt", "raw": b"x", "res_model": "res.config.settings", "res_id": 0}
        )
        link = {"customer_document_ids": [Command.link(secret.id)]}
        with self.assertRaises(AccessError):
            self.rpc(self.billing_user, self.contract, "write", link)

    def test_pdf(self):
        """Issue 5: the customer downloads the contract."""
        self.authenticate("claire_portal", "claire_portal")
        url = f"/my/koban/contracts/{self.contract.id}?report_type=html"
        html = self.url_open(url).text
        self.assertIn(self.contract.name, html)
        self.assertIn("Boulangerie Martin", html)
        self.assertIsNone(self.get_page(self.contract, "luc_portal", suffix="report_type=html"))

    def test_message(self):
        """Issue 5: the customer writes in the thread of his contract."""
        self.authenticate("claire_portal", "claire_portal")
        self.make_jsonrpc_request(
            "/mail/message/post",
            {
                "thread_model": "koban.contract",
                "thread_id": self.contract.id,
                "post_data": {"body": "When do you come?", "message_type": "comment"},
            },
        )
        self.env.invalidate_all()
        message = self.contract.message_ids[0]
        self.assertIn("When do you come?", message.body)
        self.assertEqual(message.author_id, self.contact)

    def test_preview_button(self):
        """Issue 5: the salesperson looks at what the customer sees."""
        url = self.contract.action_preview_portal()["url"]
        self.assertIn(f"/my/koban/contracts/{self.contract.id}?access_token=", url)

    def test_notices(self):
        """Issue 5, item 6: the customer opens the letters of renewal that were sent to him."""
        contract = self.make_contract(date_end="2026-12-31")
        self.assertFalse(contract._get_portal_notices())
        with freeze_time("2026-09-15 10:00:00"):
            contract.action_send_notice()
        letter = contract.notice_ids.attachment_id
        page = self.get_page(contract, "claire_portal").text
        self.assertIn(letter.name, page)
        self.assertIn(f"access_token={letter.access_token}", page)
        self.assertNotIn(letter.name, self.get_page(self.contract, "claire_portal").text)
        # What waits to be posted was not sent.
        with open_pass(contract, line_fields={"sent_on"}):
            contract.notice_ids.sudo().sent_on = False
        self.assertNotIn(letter.name, self.get_page(contract, "claire_portal").text)
