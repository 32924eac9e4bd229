"""Issue 12, line 4: contracts in the archives, with the acts that changed them."""

import json

from odoo.tests import tagged

from odoo.addons.koban_archive.tests.archives import ArchiveMixin, read_rows, verify

from .common import ContractCase

FILE = "donnees/contrats.jsonl"


@tagged("post_install", "-at_install")
class TestContractArchive(ArchiveMixin, ContractCase):
    def make_contract_on(self, moment, **values):
        """Return a contract validated at a moment, in UTC, then amended and renewed."""
        contract = self.make_contract(date_end="2026-12-31", renewal="tacit", **values)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE koban_contract SET validation_date = %s WHERE id = %s", [moment, contract.id]
        )
        self.env.invalidate_all()
        self.env.cr.flush()  # sealed now
        contract.amend("2026-02-01", {"contract": {"notice_months": 2}}, "Shorter")
        self.env.cr.flush()
        contract.action_renew()
        self.env.cr.flush()
        return contract

    def test_archive(self):
        """Issue 12, line 4: the verifier compares contracts with the link of their last act."""
        contract = self.make_contract_on("2026-05-10 10:00:00")
        path = self.get_copy(self.make_archive("2026-05-01", "2026-05-31"))
        status, text = verify(path, "--signatures")
        self.assertEqual(status, 0, text)
        [row] = [row for row in read_rows(path, FILE) if row["id"] == contract.id]
        self.assertEqual(row["number"], contract.name)
        self.assertEqual(row["seal"], contract.seal_id.number)
        self.assertLess(row["first_seal"], row["seal"])
        document = row["content"]["document"]
        [amendment] = document["amendment_ids"]
        self.assertEqual(amendment["reason"], "Shorter")
        self.assertEqual(document["date_end"], str(contract.date_end))
        kinds = {
            event["kind"]
            for event in read_rows(path, "donnees/evenements.jsonl")
            if (event["model"], event["record"]) == ("koban.contract", contract.id)
        }
        self.assertEqual(kinds, {"validation", "amendment", "renewal"})
        [line] = row["content"]["lines"]
        self.assertEqual(line["price_unit"], "100")

    def test_altered(self):
        """Issue 12, line 4: a contract left out or altered in an archive is blamed by number."""
        contract = self.make_contract_on("2026-05-10 10:00:00")
        path = self.get_copy(self.make_archive("2026-05-01", "2026-05-31"))
        signed = self.sign_again(path, {FILE: b""})
        self.assertIn(f"scellé par l'événement {contract.seal_id.number}", verify(signed)[1])
        rows = read_rows(path, FILE)
        self.assertIn("2027-12-31", str(rows))
        text = "\n".join(json.dumps(row) for row in rows).replace("2027-12-31", "2029-12-31")
        signed = self.sign_again(path, {FILE: text.encode() + b"\n"})
        status, told = verify(signed)
        self.assertEqual(status, 1)
        self.assertIn(f"{contract.name} : contenu différent de celui scellé", told)

    def test_out_of_period(self):
        """Issue 12, line 4: the archive of another month leaves it out, and conforms."""
        contract = self.make_contract_on("2026-05-10 10:00:00")
        path = self.get_copy(self.make_archive("2026-04-01", "2026-04-30"))
        self.assertNotIn(contract.id, [row["id"] for row in read_rows(path, FILE)])
        status, text = verify(path)
        self.assertEqual(status, 0, text)
