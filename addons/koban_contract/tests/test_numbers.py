"""Numbers of contracts: without gap, given by the write that validates."""

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_contract.models.koban_contract import KobanContract

from .common import ContractCase


@tagged("post_install", "-at_install")
class TestContractNumbers(ContractCase):
    def number(self, contract):
        return int(contract.name.rsplit("-", 1)[-1])

    def test_given_back(self):
        """A validation that is undone gives its numbers back; a batch is numbered in order."""
        first = self.make_contract()
        savepoint = self.env.cr.savepoint()
        self.make_contract()
        savepoint.rollback()
        drafts = self.make_contract(validate=False) + self.make_contract(validate=False)
        drafts.action_validate()
        self.assertEqual(
            [self.number(contract) for contract in drafts],
            [self.number(first) + 1, self.number(first) + 2],
        )

    def test_counted_before(self):
        """A company whose sequence counted as the host's do goes on with the next number."""
        company = self.make_company("Company of the last release")
        self.env.user.company_ids |= company
        sequence = self.env["ir.sequence"].search(
            [("code", "=", "koban.contract"), ("company_id", "=", company.id)]
        )
        sequence.implementation = "standard"
        drawn = [sequence.next_by_id() for _number in range(2)]
        contract = self.env["koban.contract"].with_company(company).create(
            {
                "title": "Maintenance",
                "partner_id": self.customer.id,
                "line_ids": [self.make_line(tax_ids=False)],
            }
        )  # fmt: skip
        contract.action_validate()
        self.assertEqual(contract.company_id, company)
        self.assertEqual(self.number(contract), len(drawn) + 1)

    def test_stopped(self):
        """An addon that stops a validation, or lets some through, leaves no trace of the others."""
        first = self.make_contract()
        wizard = {"type": "ir.actions.act_window", "res_model": "res.partner"}
        stoppers = {
            "wizard": lambda _contracts, _validate: wizard,
            "some only": lambda contracts, validate: validate(contracts[1:]),
        }
        places = {"below": KobanContract, "above": self.env.registry["koban.contract"]}
        previous = first
        for name, stopper in stoppers.items():
            for place, owner in places.items():
                with self.subTest(stopper=name, place=place):
                    drafts = self.make_late() + self.make_late()
                    validate = owner.action_validate
                    with patch.object(
                        owner, "action_validate",
                        lambda contracts, stop=stopper, go=validate: stop(contracts, go),
                    ):  # fmt: skip
                        drafts.action_validate()
                    self.env.flush_all()
                    left = drafts[:1] if name == "some only" else drafts
                    for contract in left:
                        self.assertEqual(contract.state, "draft")
                        self.assertFalse(contract.name or contract.validation_date)
                        self.assertFalse(contract.movement_ids or contract.terminable_any_time)
                        contract.title = "Still open"
                    if left != drafts:
                        self.assertTrue(drafts[1].terminable_any_time)
                    (drafts - drafts.filtered("name")).action_validate()
                    numbers = sorted(self.number(contract) for contract in drafts)
                    start = self.number(previous)
                    self.assertEqual(numbers, [start + 1, start + 2])
                    previous = max(drafts, key=self.number)

    def make_late(self):
        """Make the draft of a consumer whose letter of renewal is due since long."""
        return self.make_contract(
            validate=False,
            partner_id=self.consumer.id,
            date_start="2024-01-01",
            date_end="2024-12-31",
            renewal="tacit",
            renewal_months=12,
            notice_months=3,
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consumer = cls.env["res.partner"].create(
            {"name": "Camille Martin", "customer_type": "consumer", "city": "Lyon"}
        )
