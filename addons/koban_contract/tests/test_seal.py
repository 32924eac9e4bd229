"""Issue 12, line 4: contracts are sealed, with each act that changes them."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.koban_contract.hooks import post_init_hook
from odoo.addons.koban_guard.exceptions import DocumentError
from odoo.addons.koban_guard.tools.batches import isolate_failures
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.models import sealed_mixin
from odoo.addons.koban_seal.tools import acts, journal, signing

from .sealed import SealedContractCase


@tagged("post_install", "-at_install")
class TestContractSeal(SealedContractCase):
    def read_content(self, link):
        return json.loads(link.content)

    def test_validation(self):
        """Issue 12, line 4: the validation appends a link with terms, lines and parties."""
        contract = self.make_contract(title="Boilers", date_end="2026-12-31")
        [link] = self.get_links(contract)
        self.assertEqual((link.kind, link.chain), ("validation", "main"))
        self.assertEqual(contract.seal_id, link)
        content = self.read_content(link)
        self.assertEqual(content["document"]["title"], "Boilers")
        self.assertEqual(content["document"]["name"], contract.name)
        [line] = content["lines"]
        self.assertEqual((line["price_unit"], line["quantity"]), ("100", "2"))
        self.assertEqual(line["tax_ids"], [[self.tax.id, "percent", "20"]])
        notes = json.loads(link.notes)
        self.assertEqual(notes["partner"]["name"], self.customer.name)
        self.assertEqual(notes["company"]["id"], self.company.id)
        self.assertEqual(self.find(), [])

    def test_draft(self):
        """Issue 12, line 4: neither a draft nor what is done to it is told."""
        contract = self.make_contract(validate=False)
        self.env["koban.contract.suspension"].create(
            {"contract_id": contract.id, "date_from": "2026-03-01", "date_to": "2026-03-02"}
        )
        contract.line_ids.price_unit = 90.0
        contract.action_cancel()
        self.assertFalse(self.get_links(contract))
        self.assertFalse(contract.is_protected)

    def test_acts(self):
        """Issue 12, line 4: each act appends its own link, and none of them is a correction."""
        contract = self.make_full_contract()
        self.assertEqual(
            self.get_kinds(contract),
            ["validation", "amendment", "suspension", "revision", "notice", "renewal"],
        )
        contents = [self.read_content(link) for link in self.get_links(contract)]
        counts = [
            [len(content["document"][name]) for content in contents]
            for name in ("amendment_ids", "suspension_ids", "revision_ids", "notice_ids",
                         "renewal_ids")
        ]  # fmt: skip
        self.assertEqual(
            [[count > 0 for count in row] for row in counts],
            [
                [False, True, True, True, True, True],
                [False, False, True, True, True, True],
                [False, False, False, True, True, True],
                [False, False, False, False, True, True],
                [False, False, False, False, False, True],
            ],
        )
        [amendment] = contents[-1]["document"]["amendment_ids"]
        self.assertEqual(amendment["reason"], "One machine more")
        self.assertEqual(len(contents[0]["lines"]), 3)
        self.assertEqual(len(contents[1]["lines"]), 4)
        self.assertEqual(self.find(), [])

    def test_undone(self):
        """Issue 12, line 4: what is taken back is told too: renewal, revision, suspension, end."""
        contract = self.make_full_contract()
        before = len(self.get_links(contract))
        contract.action_undo_renewal()
        self.env.cr.flush()
        contract.revision_ids.filtered(lambda one: one.state == "done").action_undo()
        self.env.cr.flush()
        contract.suspension_ids.date_to = "2026-08-20"
        self.env.cr.flush()
        contract.suspension_ids.unlink()
        self.env.cr.flush()
        contract.action_close("2026-11-30", "Moved")
        self.env.cr.flush()
        contract.action_undo_end()
        self.assertEqual(
            self.get_kinds(contract)[before:],
            ["renewal", "revision", "suspension", "suspension", "end", "end"],
        )
        self.assertEqual(self.find(), [])

    def test_waiting_conditions(self):
        """Issue 12, line 4: conditions of a day to come are told when agreed and when in force."""
        contract = self.make_contract(date_start="2030-01-01")
        self.env.cr.flush()
        contract.amend("2031-01-01", {"contract": {"grouping": "customer"}})
        self.env.cr.flush()
        contract._apply_waiting_conditions(contract.amendment_ids.date)
        self.env.cr.flush()
        contract.amend("2032-01-01", {"contract": {"grouping": "contract"}})
        self.env.cr.flush()
        contract.amendment_ids.filtered(lambda one: one.state == "waiting").action_cancel()
        self.assertEqual(self.get_kinds(contract), ["validation", *["amendment"] * 4])
        self.assertEqual(self.find(), [])

    def test_billing(self):
        """Issue 12, line 4: billing changes nothing that a contract says, and adds no link."""
        contract = self.make_contract()
        contract._bill(contract.date_start)
        contract._refresh_amounts()
        contract._update_terminable()
        self.assertEqual(self.get_kinds(contract), ["validation"])
        self.assertEqual(self.find(), [])

    def test_ended_by_job(self):
        """Issue 12, line 4: the last day that goes by is told, by whoever runs the job."""
        contract = self.make_contract(date_start="2020-01-01")
        contract._close_ended()
        self.assertEqual(contract.state, "closed")
        self.assertEqual(self.get_kinds(contract), ["validation", "end"])
        self.assertEqual(self.find(), [])

    def test_one_transaction(self):
        """Issue 12, line 4: acts of one transaction have a link each, and no correction beside."""
        contract = self.make_contract(date_end="2026-12-31")
        contract.amend("2026-02-01", {"contract": {"notice_months": 2}})
        contract.action_renew()
        self.assertEqual(self.get_kinds(contract), ["validation", "amendment", "renewal"])
        self.assertEqual(self.find(), [])

    def test_cancelled(self):
        """Issue 12, line 4: a cancelled contract stays frozen and sealed, and keeps its number."""
        contract = self.make_contract(footer="<p>Foot</p>")
        number = contract.name
        contract.action_cancel()
        contract.action_cancel()  # it is
        self.assertEqual(self.get_kinds(contract), ["validation", "cancellation", "end"])
        self.assertEqual((contract.state, contract.name), ("cancel", number))
        self.assertTrue(contract.is_protected)
        self.assertEqual(self.find(), [])
        with self.attack():
            self.sql("UPDATE koban_contract SET state = 'draft' WHERE id = %s", contract.id)
            self.assertEqual(self.find_fields(), ["state"])
        copy = contract.copy()
        self.assertEqual((copy.state, copy.name, copy.validation_date), ("draft", False, False))
        copy.action_validate()
        self.assertNotEqual(copy.name, number)

    def test_correction_in_sight(self):
        """Issue 12, line 4: a write by right that is no act is told as a correction."""
        contract = self.make_full_contract()
        before = len(self.get_links(contract))
        with open_pass(contract, fields={"title"}, line_fields=None, lines=True):
            contract.title = "Another"
            contract.amendment_ids.sudo().reason = "Another"
        self.assertEqual(self.get_kinds(contract)[before:], ["correction"])

    def test_altered_before_act(self):
        """Issue 12, line 3: an act covers up nothing that was changed past the application."""
        contract, other = self.make_contract(date_end="2026-12-31"), self.make_contract()
        self.env.cr.flush()
        self.sql(
            "UPDATE koban_contract_line SET price_unit = 7 WHERE contract_id = %s", contract.id
        )
        contract.action_renew()
        other.amend("2026-02-01", {"contract": {"notice_months": 2}})
        self.assertEqual(self.get_kinds(contract), ["validation", "correction", "renewal"])
        self.assertEqual(self.get_kinds(other), ["validation", "amendment"])
        first, altered, last = map(self.read_content, self.get_links(contract))
        prices = [content["lines"][0]["price_unit"] for content in (first, altered, last)]
        self.assertEqual(prices, ["100", "7", "7"])
        self.assertEqual(altered["document"]["date_end"], "2026-12-31")

    def test_failed_act(self):
        """Issue 12, faults: an act that is rolled back among others leaves no link."""
        contracts = self.env["koban.contract"].union(
            *(self.make_contract(date_end="2026-12-31") for _number in range(3))
        )
        broken = contracts[1]

        def renew(some):
            some.action_renew()
            if broken in some:
                raise DocumentError("No.", "contract_not_renewable")

        self.assertEqual(list(isolate_failures(contracts, renew)), [broken])
        kinds = [self.get_kinds(contract) for contract in contracts]
        self.assertEqual(kinds, [["validation", "renewal"], ["validation"],
                                 ["validation", "renewal"]])  # fmt: skip
        self.assertEqual(self.find(), [])

    def test_typed_code(self):
        """Issue 12, line 2: code typed in the client calls nothing an act."""
        contract = self.make_contract()
        self.env.cr.flush()
        for call in ("seal", "_seal", "_seal_act", "sealed_act", "_record"):
            self.assertFalse(hasattr(contract, call))
        for code in ("record._cancelled_seal(None)", "record._validated_seal(None)"):
            action = self.env["ir.actions.server"].create(
                {
                    "name": "Seal",
                    "model_id": self.env.ref("koban_contract.model_koban_contract").id,
                    "state": "code",
                    "code": code,
                }
            )
            context = {"active_model": contract._name, "active_id": contract.id}
            action.with_context(**context, active_ids=contract.ids).run()
        self.assertNotIn("end", self.get_kinds(contract))
        self.assertNotIn("cancellation", self.get_kinds(contract))
        self.assertEqual(self.get_kinds(contract).count("validation"), 1)
        start = contract.date_start
        contract._take_alarms("date_start")
        self.assertEqual(contract.date_start, start)

    def test_takeover(self):
        """Issue 12, line 4: contracts validated before are sealed by the installation, once."""
        self.set_guard(False)
        contract = self.make_contract()
        draft = self.make_contract(validate=False)
        cancelled, dropped = self.make_contract(), self.make_contract(validate=False)
        (cancelled | dropped).action_cancel()
        self.set_guard(True)
        self.assertIn("document_unsealed", self.find_codes())
        post_init_hook(self.env)
        self.run_migration("koban_contract", "19.0.1.2.0/post-seals", "19.0.1.1.0")
        self.assertEqual(self.get_kinds(contract), ["takeover"])
        self.assertEqual(self.get_kinds(cancelled), ["takeover"])
        self.assertFalse(self.get_links(draft | dropped))
        self.assertEqual(self.find(), [])

    def test_guard_off(self):
        """DESIGN §2: where the guard is off nothing is sealed."""
        self.set_guard(False)
        contract = self.make_contract(date_end="2026-12-31")
        contract.action_renew()
        contract.action_close("2027-01-31", "Moved")
        self.assertFalse(self.get_links(contract))

    def test_in_test_mode(self):
        """Issue 12, line 4: a contract is real whoever enters it: the chain TEST has none."""
        user = self.make_user("koban_contracts", "koban_contract.group_contracts")
        user.test_mode = True
        contract = self.make_contract(validate=False).with_user(user)
        contract.action_validate()
        self.assertEqual(self.get_links(contract).mapped("chain"), ["main"])

    def test_key_missing(self):
        """Issue 12, faults: without its key nothing is validated, nor agreed on."""
        contract = self.make_contract(date_end="2026-12-31")
        draft = self.make_contract(validate=False)
        self.env.cr.flush()
        error = DocumentError("The file of the signing key is missing.", "signing_key")
        with (
            patch.object(sealed_mixin, "get_signer", side_effect=error),
            patch.object(acts, "get_signer", side_effect=error),
        ):
            for call in (
                draft.action_validate,
                contract.action_renew,
                contract.action_close,
                lambda: contract.suspend("2026-03-01", "2026-03-02"),
                lambda: contract.amend("2026-02-01", {"contract": {"notice_months": 2}}),
                lambda: contract.revise_prices("2026-06-01", "percent", 2.0),
            ):
                with self.undone(), self.assert_refused("signing_key"):
                    call()

    def test_details(self):
        """Issue 12, line 4: the screen of a link shows terms, lines and acts in words."""
        contract = self.make_full_contract()
        details = str(self.get_links(contract)[-1].details)
        for text in ("Maintenance", "One machine more", "Holidays", self.customer.name):
            self.assertIn(text, details)
        self.assertNotIn("int4", details)
        self.assertNotIn("&#39;id&#39;", details)

    def count_validating(self, size, lines=3):
        """Return how many queries a validation and the end of its transaction cost."""
        contracts = self.env["koban.contract"].union(
            *(
                self.make_contract(
                    validate=False,
                    lines=[self.make_line(name=f"Line {number}") for number in range(lines)],
                )
                for _number in range(size)
            )
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        contracts.action_validate()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def test_queries(self):
        """Issue 12, speed: content, head of the chain, link: however many contracts and lines.

        The validation as a whole costs two queries more than before there were seals: it spares
        the one for the revisions of a contract that is new.
        """
        # Declared by this transaction, the key is looked up each time; later it is known.
        signer = signing.get_signer(self.env)
        known = patch.object(journal, "get_signer", lambda _env: signer)
        own = patch.object(sealed_mixin, "get_signer", lambda _env: signer)
        unsealed = patch.object(
            self.registry["koban.contract"], "_is_sealable", lambda _self: False
        )
        self.count_validating(1)  # caches of the registry
        for size, lines in ((1, 3), (1, 30), (8, 3)):
            with self.subTest(size=size, lines=lines), known, own:
                sealed = self.count_validating(size, lines)
                with unsealed:
                    plain = self.count_validating(size, lines)
                self.assertEqual(sealed - plain, 3)

    def test_spared_query(self):
        """Issue 12, speed: a validation looks for no revisions."""
        contract = self.make_contract(validate=False)
        self.env.cr.flush()
        self.env.invalidate_all()
        asked = []
        execute = type(self.env.cr).execute

        def note(cr, query, *args, **kwargs):
            asked.append(str(query))
            return execute(cr, query, *args, **kwargs)

        with patch.object(type(self.env.cr), "execute", note):
            contract.action_validate()
        self.assertTrue(asked)
        self.assertFalse([query for query in asked if 'FROM "koban_price_revision"' in query])
