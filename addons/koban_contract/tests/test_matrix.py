"""Row 3-12 of DESIGN §2, column “contract”: every stored field of a validated contract."""

from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.koban_guard.tests.matrix import COMMUNICATION, GuardMatrix

from .common import ContractCase

# DESIGN §2, table, column “purchase order, contract”.
CONTRACT_WHITELIST = {
    "header", "footer", "comment", "contact_id", "document_model_id",
    "user_id",
    "customer_document_ids",  # files shown on the portal: no content of the contract
}  # fmt: skip
LINE_WHITELIST = set()


@tagged("post_install", "-at_install")
class TestContractMatrix(GuardMatrix, ContractCase):
    """Every stored field of contracts and their lines, as each profile."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.allowed = CONTRACT_WHITELIST | COMMUNICATION
        cls.seller = cls.make_user("koban_seller", "koban_sales.group_sales")
        cls.host_user = cls.make_user(
            "koban_host_user", "sales_team.group_sale_manager,account.group_account_manager"
        )
        cls.company._create_ready_models()
        cls.other_model = cls.env["koban.document.model"].create(
            {"name": "Other", "kind": "contract", "company_id": cls.company.id}
        )
        cls.file = cls.env["ir.attachment"].create(
            {"name": "a.txt", "raw": b"a", "public": True, "res_model": "koban.contract"}
        )
        cls.type = cls.env["koban.contract.type"].create(
            {
                "name": "Site",
                "properties_definition": [{"name": "site", "type": "char", "string": "Site"}],
            }
        )
        cls.env["koban.contract.type"].create({"name": "Another"})
        lines = [
            Command.create({"display_type": "line_section", "name": "Works"}),
            cls.make_line(),
            Command.create({"display_type": "line_note", "name": "Thank you"}),
        ]
        values = {
            "lines": lines,
            "type_id": cls.type.id,
            "properties": {"site": "Lyon"},
            "date_end": "2027-12-31",
            "user_id": cls.seller.id,
            "contact_id": cls.contact.id,
            "process_id": cls.process.id,
            "payment_term_id": cls.terms.id,
        }
        cls.contract = cls.make_contract(**values)
        cls.contract._bill(cls.contract.date_start)
        cls.line = cls.contract.line_ids[1]
        cls.other_draft = cls.make_contract(validate=False)

    def test_header_seller(self):
        """DESIGN §2: “Orders and Invoices” alters no frozen field of a contract."""
        self.check_refused(self.seller, self.contract, self.allowed)

    def test_header_manager(self):
        """DESIGN §2: nor does the administrator of commercial management."""
        self.check_refused(self.manager, self.contract, self.allowed)

    def test_header_host_user(self):
        """DESIGN §2: nor does a sales manager who administers billing."""
        self.check_refused(self.host_user, self.contract, self.allowed)

    def test_header_superuser(self):
        """DESIGN §2: nor does the superuser."""
        self.check_refused(None, self.contract, self.allowed)

    def test_lines(self):
        """DESIGN §2: no field of a line, whoever writes; titles and notes are lines too."""
        for user in (self.seller, self.host_user, None):
            self.check_refused(user, self.line, LINE_WHITELIST)
        self.check_refused(self.manager, self.contract.line_ids[0], LINE_WHITELIST)
        self.check_refused(self.manager, self.contract.line_ids[2], LINE_WHITELIST)

    def test_ended_contract(self):
        """DESIGN §2: a contract that has ended stays as frozen."""
        self.contract.action_close("2026-12-31", "Site closed")
        self.check_refused(self.manager, self.contract, self.allowed)
        self.check_refused(self.manager, self.line, LINE_WHITELIST)

    def test_cancelled_contract(self):
        """Issue 12, line 4: a cancelled contract stays as frozen, and so do its lines."""
        cancelled = self.make_contract(type_id=self.type.id, properties={"site": "Lyon"})
        cancelled.action_cancel()
        for user in (self.seller, self.manager, None):
            self.check_refused(user, cancelled, self.allowed)
        self.check_refused(self.manager, cancelled.line_ids, LINE_WHITELIST)
        self.refusal("document_delete", self.rpc, self.manager, cancelled, "unlink")

    def test_whitelist(self):
        """DESIGN §2: salesperson, texts, contact and document model are written."""
        values = {
            "header": "<p>New head</p>",
            "footer": "<p>New foot</p>",
            "comment": "<p>New comment</p>",
            "contact_id": self.other_contact.id,
            "document_model_id": self.other_model.id,
            "user_id": self.manager.id,
        }
        self.assertEqual(set(values), CONTRACT_WHITELIST - {"customer_document_ids"})
        for user in (self.seller, self.manager, self.host_user, None):
            self.check_written(user, self.contract, values)
        files = {"customer_document_ids": [Command.link(self.file.id)]}
        self.rpc(self.seller, self.contract, "write", files)
        self.assertEqual(self.contract.customer_document_ids, self.file)

    def test_same_values(self):
        """A value equal to the stored one is no change, whatever the field."""
        self.check_same_values(self.manager, self.contract)
        self.check_same_values(self.manager, self.line)

    def test_line_commands(self):
        """DESIGN §2: no line comes, goes or moves, by the contract or directly."""
        line, contract = self.line, self.contract
        commands = {
            "create": [self.make_line()],
            "update": [Command.update(line.id, {"price_unit": 1.0})],
            "delete": [Command.delete(line.id)],
            "unlink": [Command.unlink(line.id)],
            "clear": [Command.clear()],
            "set": [Command.set([])],
            "steal": [Command.link(self.other_draft.line_ids.id)],
        }
        before = self.photo(contract)
        for name, command in commands.items():
            with self.subTest(name):
                self.refusal(
                    "document_validated",
                    self.rpc, self.seller, contract, "write", {"line_ids": command},
                )  # fmt: skip
        Line = self.env["koban.contract.line"]
        values = {"contract_id": contract.id, "name": "New", "price_unit": 1.0}
        self.refusal("document_validated", self.rpc, self.seller, Line, "create", [values])
        self.refusal("document_validated", self.rpc, self.seller, line, "unlink")
        moved = {"contract_id": contract.id}
        draft_line = self.other_draft.line_ids
        self.refusal("document_validated", self.rpc, self.seller, draft_line, "write", moved)
        self.assert_same_rows(self.photo(contract), before)

    def test_deletion(self):
        """DESIGN §2: a validated contract is not deleted, a draft is."""
        self.refusal("document_delete", self.rpc, self.manager, self.contract, "unlink")
        self.assertTrue(self.contract.exists())
        self.rpc(self.manager, self.other_draft, "unlink")
        self.assertFalse(self.other_draft.exists())

    def test_state_and_number(self):
        """DESIGN §2: a draft takes its state and number from the validation alone."""
        draft = self.other_draft
        self.refusal("document_state", self.rpc, self.seller, draft, "write", {"state": "running"})
        self.refusal("document_number", self.rpc, self.seller, draft, "write", {"name": "C-1"})
        values = {"title": "T", "partner_id": self.customer.id, "state": "running"}
        Contract = self.env["koban.contract"]
        self.refusal("document_state", self.rpc, self.seller, Contract, "create", [values])

    def test_form(self):
        """DESIGN §2: the form shows as read-only what is frozen, and saves what is not."""
        with Form(self.contract.with_user(self.seller)) as form:
            for name in ("title", "date_start", "partner_id", "interval_count"):
                with self.assertRaises(AssertionError):
                    form[name] = form[name]
            form.footer = "<p>By hand</p>"
        self.assertIn("By hand", self.contract.footer)

    def test_draft_is_free(self):
        """Before the validation the same fields can be written."""
        draft = self.other_draft
        values = {"partner_id": self.other_customer.id, "date_start": "2026-02-01", "title": "T"}
        self.rpc(self.seller, draft, "write", values)
        self.rpc(self.seller, draft.line_ids, "write", {"price_unit": 55.0, "quantity": 3})
        self.assertEqual(draft.amount_untaxed, 165.0)

    def test_guard_off(self):
        """DESIGN §2: a company that is not protected edits its validated contracts."""
        self.set_guard(False)
        self.assertFalse(self.contract.is_protected)
        self.rpc(self.seller, self.contract, "write", {"title": "New title"})
        self.rpc(self.seller, self.line, "write", {"price_unit": 12.0})
        self.rpc(self.seller, self.contract, "write", {"line_ids": [self.make_line()]})
        self.assertEqual(self.contract.title, "New title")
        self.assertEqual(len(self.contract.line_ids), 4)

    def test_belgian_company(self):
        """DESIGN §2: the guard is off in Belgium from the start."""
        company = self.make_company("Bruxelles SRL", "base.be")
        partner = self.env["res.partner"].create({"name": "Client"})
        contract = (
            self.env["koban.contract"]
            .with_company(company)
            .create(
                {
                    "title": "Belgian",
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "line_ids": [Command.create({"name": "Visit", "price_unit": 10.0})],
                }
            )
        )
        contract.action_validate()
        self.assertEqual(contract.state, "running")
        contract.write({"title": "Changed"})
        contract.line_ids.price_unit = 11.0
        self.assertEqual((contract.title, contract.amount_untaxed), ("Changed", 11.0))
        self.assertFalse(contract.legal_mentions)

    def test_own_field_definitions(self):
        """DESIGN §2: the own fields that a validated contract fills in are not redefined."""
        [site] = self.type.read(["properties_definition"])[0]["properties_definition"]
        renamed, retyped = {**site, "string": "Town"}, {**site, "type": "integer"}
        more = {"name": "floor", "type": "integer", "string": "Floor"}
        for definitions in ([renamed], [retyped], [more], []):
            values = {"properties_definition": definitions}
            with self.undone(), self.assert_refused("contract_own_field"):
                self.type.with_user(self.manager).write(values)
        # One more is no change of what is there; nor is what nobody uses.
        self.type.with_user(self.manager).write({"properties_definition": [site, more]})
        self.type.with_user(self.manager).write({"properties_definition": [site]})
        self.assertEqual(dict(self.contract.properties)["site"], "Lyon")

    def test_references(self):
        """DESIGN §2: what a frozen link of a validated contract points to is not deleted."""
        released = {"sale_order_id", "user_id", "contact_id", "create_uid", "write_uid"}
        released |= COMMUNICATION | CONTRACT_WHITELIST
        self.check_references(self.contract, released)
        self.check_references(self.line, {"create_uid", "write_uid"})
