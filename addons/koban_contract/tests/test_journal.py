"""DESIGN §3: what the event journal tells about contracts."""

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.koban_seal.models import guard_mixin

from .common import ContractCase


@tagged("post_install", "-at_install", "koban_alone")
class TestContractJournal(ContractCase):
    def get_told(self, kind, contract):
        return self.get_events(kind, records=contract)

    def test_refusal(self):
        """DESIGN §3: a refused edit of a contract or of its line is told, though rolled back."""
        contract = self.make_contract()
        recorded = []

        def record_apart(env, kind, records, *args, **kwargs):
            recorded.append((kind, records, kwargs.get("chain"), kwargs["detail"]["code"]))

        self.patch(guard_mixin, "record_event_apart", record_apart)
        seller = self.make_user("koban_seller", "koban_sales.group_sales")
        line = contract.line_ids
        for records, values in ((contract, {"title": "X"}), (line, {"price_unit": 1.0})):
            self.refusal("document_validated", self.rpc, seller, records, "write", values)
        self.refusal(
            "document_validated",
            self.rpc, seller, contract, "write", {"line_ids": [Command.delete(line.id)]},
        )  # fmt: skip
        self.assertEqual(recorded, [("refusal", contract, "main", "document_validated")] * 3)

    def test_edition(self):
        """DESIGN §3: a text edited on a validated contract is told, before and after."""
        contract = self.make_contract(footer="<p>Old foot</p>")
        contract.footer = "<p>New foot</p>"
        event = self.get_told("edition", contract)
        self.assertEqual(len(event), 1)
        self.assertEqual(event.company_id, self.company)
        self.assertIn("New foot", event.content)

    def test_draft_is_not_told(self):
        """DESIGN §3: a draft is edited freely, and the journal says nothing."""
        contract = self.make_contract(validate=False)
        contract.write({"footer": "<p>New foot</p>", "title": "New"})
        self.assertFalse(self.get_told("edition", contract))

    def test_export(self):
        """DESIGN §3: an export of contracts or of their lines is told, with its fields."""
        contract = self.make_contract()
        before = self.get_events("export")
        contract.export_data(["name", "title"])
        contract.line_ids.export_data(["name", "price_unit"])
        events = self.get_events("export") - before
        self.assertEqual(events.company_id, self.company)
        told = " ".join(events.mapped("content"))
        for part in ('"koban.contract"', '"koban.contract.line"', "title", "price_unit"):
            self.assertIn(part, told)
