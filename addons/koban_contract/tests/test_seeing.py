"""Contracts on the customer's form, deadlines, lists, closings (rows 0-05, 2-65, 2-66, 2-60)."""

from freezegun import freeze_time
from lxml import etree
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestCustomer(ContractCase):
    """Row 0-05, 2-65: contracts on the customer's form."""

    def test_customer_form(self):
        """The company sees its contracts and its contacts', a contact his own."""
        own = self.make_contract(date_end="2026-12-31")
        of_contact = self.make_contract(
            partner_id=self.contact.id, validate=False, date_end="2026-06-30"
        )
        self.make_contract(partner_id=self.other_customer.id)
        cancelled = self.make_contract(validate=False)
        cancelled.action_cancel()
        self.assertEqual(self.customer.koban_contract_count, 2)
        self.assertEqual(self.contact.koban_contract_count, 1)
        self.assertEqual(self.other_contact.koban_contract_count, 0)
        self.assertEqual(self.customer.koban_contract_ids, own | of_contact | cancelled)
        self.assertEqual(self.customer.contract_yearly_amount, 2400)
        action = self.customer.action_open_contracts()
        self.assertEqual(self.env["koban.contract"].search(action["domain"]), own | of_contact)

    def test_new_contract(self):
        """Issue 5 §1: a contract in a few clicks, the customer and his terms given."""
        self.customer.property_payment_term_id = self.terms
        action = self.customer.action_new_contract()
        form = Form(self.env["koban.contract"].with_context(**action["context"]))
        form.title = "Maintenance"
        form.type_id = self.env.ref("koban_contract.type_maintenance")
        contract = form.save()
        self.assertEqual((contract.partner_id, contract.kind), (self.customer, "sale"))
        self.assertEqual(contract.payment_term_id, self.terms)
        self.assertTrue(contract.date_end)
        self.assertEqual(self.customer.koban_contract_ids, contract)

    def test_commitment_of_type(self):
        """A contract made by the API is committed for the time that its type says."""
        type_ = self.env.ref("koban_contract.type_maintenance")
        type_.commitment_months = 24
        values = {"type_id": type_.id, "date_start": "2026-01-31", "validate": False}
        self.assertEqual(str(self.make_contract(**values).date_end), "2028-01-30")
        self.assertFalse(self.make_contract(**values, date_end=False).date_end)

    def test_without_rights(self):
        """Users without rights on contracts see nothing of them, and no error."""
        self.make_contract()
        nobody = self.make_user("koban_nobody", "base.group_user")
        partner = self.customer.with_user(nobody)
        self.assertEqual(partner.koban_contract_count, 0)
        self.assertFalse(partner.koban_contract_ids)
        arch = partner.get_view(self.env.ref("base.view_partner_form").id)["arch"]
        self.assertNotIn("koban_contract_ids", arch)
        seller = self.make_user("koban_one", "sales_team.group_sale_salesman")
        self.assertEqual(self.customer.with_user(seller).koban_contract_count, 0)  # not his
        billing = self.customer.with_user(self.billing_user)
        self.assertEqual(billing.koban_contract_count, 1)
        arch = billing.get_view(self.env.ref("base.view_partner_form").id)["arch"]
        self.assertIn("koban_contract_ids", arch)
        Form(partner)

    def test_many_customers(self):
        """Contracts of many customers are counted together."""
        partners = self.env["res.partner"].create([{"name": f"P{rank}"} for rank in range(12)])
        for partner in partners:
            self.make_contract(partner_id=partner.id)
        counts = []
        for some in (partners[:2], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(sum(some.mapped("koban_contract_count")), len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestLists(ContractCase):
    """Row 2-66: late and soon due; the calendar; the closing."""

    @freeze_time("2026-03-10")
    def test_to_renew(self):
        """What is late or ends within sixty days is there by default, the rest is not."""
        day = {"date_start": "2025-04-01"}
        late = self.make_contract(date_end="2026-03-01", **day)
        soon = self.make_contract(date_end="2026-04-30", **day)
        far = self.make_contract(date_start="2026-03-10", date_end="2027-03-31")
        draft = self.make_contract(validate=False, date_end="2026-03-01", **day)
        for contract in soon:
            contract._bill(contract.date_end)
        action = self.env.ref("koban_contract.contract_renew_action")
        view = self.env.ref("koban_contract.contract_view_search")
        arch = self.env["koban.contract"].get_view(view.id, "search")["arch"]
        domains = []
        for name in ("late", "soon"):
            self.assertIn(f"search_default_{name}", action.context)
            [node] = etree.fromstring(arch).xpath(f"//filter[@name='{name}']")
            domains.append(node.get("domain"))
        found = self.env["koban.contract"]
        for domain in domains:
            found |= found.search(safe_eval(domain))
        found &= found.search(safe_eval(action.domain))
        self.assertEqual(found & (late | soon | far | draft), late | soon)

    @freeze_time("2026-03-10")
    def test_deadlines(self):
        """Next invoice, notice and end are three events of the calendar."""
        contract = self.make_contract(date_end="2026-12-31", notice_months=3)
        Deadline = self.env["koban.contract.deadline"]
        events = Deadline.search([("contract_id", "=", contract.id)])
        self.assertEqual(
            {(event.deadline, str(event.date)) for event in events},
            {("invoice", "2026-01-01"), ("notice", "2026-09-30"), ("end", "2026-12-31")},
        )
        self.assertIn("Boulangerie Martin", events[0].display_name)
        contract.action_close("2026-02-28")
        self.assertFalse(Deadline.search([("contract_id", "=", contract.id)]))
        seller = self.make_user("koban_one", "sales_team.group_sale_salesman")
        self.make_contract(user_id=self.billing_user.id, date_end="2026-12-31")
        domain = [("partner_id", "=", self.customer.id)]
        self.assertFalse(Deadline.with_user(seller).search(domain))
        self.assertTrue(Deadline.with_user(self.billing_user).search(domain))

    def test_views(self):
        """Every view of the menus opens."""
        for name in ("contract", "contract_renew", "contract_deadline", "contract_movement",
                     "contract_forecast"):  # fmt: skip
            action = self.env.ref(f"koban_contract.{name}_action")
            views = action.views
            result = self.env[action.res_model].get_views(
                [*views, (False, "search")], options={"load_filters": False}
            )
            self.assertEqual(set(result["views"]), {*(mode for _id, mode in views), "search"})

    def test_kanban_of_states(self):
        """The kanban's columns are the states, with the revenue of each."""
        contract = self.make_contract()
        groups = self.env["koban.contract"].formatted_read_group(
            [("id", "=", contract.id)], ["state"], ["monthly_amount_company:sum"]
        )
        self.assertEqual(groups[0]["monthly_amount_company:sum"], 200)

    def get_findings(self, month):
        findings = self.env["koban.closing"].get_findings(month, self.company.id)
        return [finding for finding in findings if finding["code"] == "contract_periods"]

    def test_closing_finding(self):
        """Row 2-60: periods of the month not billed are found, until they are."""
        contract = self.make_contract()
        supplier = self.make_contract(kind="purchase")
        later = self.make_contract(date_start="2026-03-01")
        [finding] = self.get_findings("2026-02-15")
        self.assertEqual(finding["model"], "koban.contract")
        self.assertTrue(finding["warning"])
        self.assertIn(contract.id, finding["ids"])
        self.assertNotIn(later.id, finding["ids"])
        self.assertNotIn(supplier.id, finding["ids"])
        contract._bill(contract.date_start.replace(month=2, day=28))
        left = [id_ for item in self.get_findings("2026-02-15") for id_ in item["ids"]]
        self.assertNotIn(contract.id, left)
