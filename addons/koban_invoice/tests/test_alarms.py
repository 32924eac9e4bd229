"""Issue 12, line 10: an alarm means something new, and a legitimate cause can be explained."""

import json
import tempfile
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.koban_seal.tools import heads
from odoo.addons.koban_seal.tools.files import ProofFileError
from odoo.addons.koban_seal.tools.head_check import HeadCheck
from odoo.addons.koban_seal.tools.journal import record_event
from odoo.addons.koban_seal.tools.verification import CompanyVerification

from .chain import ChainCase


@tagged("post_install", "-at_install")
class TestAlarms(ChainCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.patch(heads, "get_directory", lambda database: self.folder)
        self.patch(heads, "make_directory", lambda database: self.folder)
        (self.folder / heads.FILE_NAME).touch()
        self.first, self.second = (self.make_invoice() for _rank in range(2))
        self.env.cr.flush()

    def record_heads(self, *lost):
        """Write the heads of the chain as commits do, after those that a backup no longer has."""
        events = self.env["koban.event"].search([("company_id", "=", self.company.id)], order="id")
        for chain, number in lost:
            heads.append("x", [heads.Head(self.company.id, chain, number, "aa" * 32)])
        known = {line for line in heads.read("x") if isinstance(line, heads.Head)}
        for event in events:
            head = heads.Head(self.company.id, event.chain, event.number, event.hash)
            if head not in known:
                heads.append("x", [head])

    def find(self, company=None):
        self.env.cr.flush()
        self.record_heads()
        found = CompanyVerification(self.env(su=True), company or self.company).find()
        return [item for item in found if item.severity != "note"]

    def run_verification(self):
        self.env.cr.flush()
        self.record_heads()
        verification = self.env["koban.verification"].create({"company_id": self.company.id})
        verification._run()
        self.env.cr.flush()
        return verification

    def get_alarm(self):
        """Return the activity of the manager."""
        activities = self.env["mail.activity"].search(
            [("res_model", "=", "koban.verification"), ("user_id", "=", self.manager.id)]
        )
        self.assertLessEqual(len(activities), 1)
        return activities

    def test_same_findings(self):
        """The same alteration, found again the next night, is the same alarm."""
        self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.first.id)
        first = self.run_verification()
        alarm = self.get_alarm()
        self.assertEqual((first.state, alarm.res_id), ("broken", first.id))
        second = self.run_verification()
        self.assertEqual(second.fingerprint, first.fingerprint)
        self.assertEqual(self.get_alarm(), alarm)

    def test_other_findings(self):
        """Another alteration is another alarm, although the old one was never closed."""
        self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.first.id)
        self.run_verification()
        alarm = self.get_alarm()
        for query, id_ in (
            ("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.second.id),
            ("UPDATE account_move SET ref = 'other' WHERE id = %s", self.second.id),
            ("UPDATE account_move SET ref = NULL WHERE id = %s", self.second.id),
        ):
            self.sql(query, id_)
            verification = self.run_verification()
            self.assertFalse(alarm.exists())
            alarm = self.get_alarm()
            self.assertEqual(alarm.res_id, verification.id)
        self.sql("UPDATE account_move SET ref = NULL WHERE id = %s", self.first.id)
        self.assertEqual(self.run_verification().state, "holds")
        self.assertFalse(self.get_alarm())

    def test_warning(self):
        """What is to be reviewed is not called altered data."""
        self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", self.first.id)
        self.first._seal_again()
        self.assertEqual(self.run_verification().state, "warning")
        self.assertNotIn("Altered", self.get_alarm().summary)

    def restore(self):
        """Leave the file of heads as a backup that lost the last links of a chain finds it."""
        last = self.env["koban.event"].search(
            [("company_id", "=", self.company.id), ("chain", "=", "main")],
            order="number desc",
            limit=1,
        )
        self.record_heads(*(("main", last.number + rank) for rank in range(1, 6)))

    def explain(self, verification, reason="Backup of Monday restored: the disk broke"):
        answer = verification.with_user(self.manager).acknowledge(reason)
        self.env.cr.flush()
        return answer

    def test_restored(self):
        """A restore is told until a manager explains it; then all is green again."""
        self.restore()
        verification = self.run_verification()
        self.assertEqual(verification.state, "broken")
        self.assertTrue(self.get_alarm())
        self.assertEqual(self.explain(verification), {"links": [], "heads": 5})
        explained = self.run_verification()
        self.assertEqual((explained.state, explained.finding_count), ("holds", 0))
        [note] = explained.note_ids.filtered(lambda one: one.code == "heads_explained")
        self.assertEqual(note.reason, "Backup of Monday restored: the disk broke")
        self.assertEqual((note.operator, note.found), (self.manager.name, "5"))
        self.assertFalse(self.get_alarm())
        # The chain goes on over the numbers that were lost.
        for _rank in range(4):
            self.make_invoice()
        self.assertEqual(self.run_verification().state, "holds")

    def test_altered_after_explanation(self):
        """What is altered after the explanation, of before or of since, is a new alarm."""
        self.restore()
        self.explain(self.run_verification())
        later = self.make_invoice()
        self.assertEqual(self.find(), [])
        for invoice in (self.first, later):
            with self.subTest(invoice=invoice.name), self.undone():
                self.sql("UPDATE account_move SET ref = 'SQL' WHERE id = %s", invoice.id)
                self.assertEqual(self.run_verification().state, "broken")
                self.assertTrue(self.get_alarm())
        for event in (self.first.seal_id, later.seal_id):
            with self.subTest(link=event.number), self.undone():
                self.sql(
                    "UPDATE koban_event SET hash = %s WHERE id = %s",
                    f"{event.number:064}",
                    event.id,
                )
                found = CompanyVerification(self.env(su=True), self.company).find()
                self.assertIn("head_altered", {item.code for item in found})

    def test_restored_again(self):
        """A second restore asks for its own explanation."""
        self.restore()
        self.explain(self.run_verification())
        self.run_verification()
        self.restore()
        verification = self.run_verification()
        self.assertEqual(verification.state, "broken")
        self.assertEqual(self.explain(verification)["heads"], 5)
        self.assertEqual(self.run_verification().state, "holds")

    def test_file_gone(self):
        """The first link of a company makes no file of heads where others were recorded."""
        path = self.folder / heads.FILE_NAME
        path.unlink()
        begun = self.make_company("Later")
        begun.name = "Later still"
        self.env.cr.flush()
        first = self.env["koban.event"].search([("company_id", "=", begun.id)], order="id")[0]
        self.assertEqual(first.number, 1)
        self.assertFalse(path.exists())
        self.assertIn(
            "heads_missing",
            [one.code for one in CompanyVerification(self.env(su=True), self.company).find()],
        )
        with self.assertRaises(ProofFileError):
            heads.append("x", [heads.Head(begun.id, "main", 1, first.hash)])

    def find_lost(self, verification):
        told = verification.finding_ids.filtered(lambda one: one.code == "head_lost")
        return told.mapped("label")

    def test_lost_after_verification(self):
        """An explanation is of what its verification told: what was lost since is an alarm."""
        self.restore()
        monday = self.run_verification()
        self.record_heads(("main", 10**6), ("main", 10**6 + 1))
        self.assertEqual(self.explain(monday)["heads"], 5)
        self.assertEqual(self.find_lost(self.run_verification()), ["main 1000000", "main 1000001"])

    def test_other_file(self):
        """What was explained of one file explains nothing of another one, line by line."""
        self.restore()
        verification = self.run_verification()
        self.explain(verification)
        self.assertEqual(self.run_verification().state, "holds")
        path = self.folder / heads.FILE_NAME
        lines = path.read_text().splitlines()
        number = next(rank for rank, line in enumerate(lines) if "aaaa" in line)
        lines[number] = lines[number].replace("aaaa", "bbbb", 1)
        path.write_text("".join(f"{line}\n" for line in lines))
        # One of the numbers is that of the explanation by now: it is another link.
        codes = self.run_verification().finding_ids.mapped("code")
        self.assertEqual(sorted(codes), ["head_altered", *["head_lost"] * 4])

    def test_explained_before(self):
        """The explanations of earlier versions, which name lines alone, hold."""
        self.restore()
        verification = self.run_verification()
        lines = [lines[:2] for lines in json.loads(verification.lost_heads)]
        detail = {"heads": lines, "reason": "Restored"}
        record_event(self.env, "acknowledgement", company=self.company, detail=detail)
        explained = self.run_verification()
        self.assertEqual(explained.state, "holds")
        self.assertIn("Restored", explained.note_ids.mapped("reason"))
        # What they told themselves is not known: the next one tells it, and is explained.
        verification.lost_heads = False
        self.assertFalse(verification.is_explainable)

    def test_made_anew(self):
        """A database made anew under the same name finds the heads of the one before."""
        self.record_heads(*((chain, rank) for rank in range(1, 4) for chain in ("main", "test")))
        with (self.folder / heads.FILE_NAME).open("a") as file:
            file.write("half a line")
            file.write("\n")
        verification = self.run_verification()
        codes = set(verification.finding_ids.mapped("code"))
        self.assertEqual(codes, {"head_altered", "head_lost", "heads_damaged"})
        self.explain(verification)
        self.assertEqual(self.run_verification().state, "holds")

    def test_belgian(self):
        """A company whose guard is off is in no verification, once the old heads are explained."""
        Verification = self.env["koban.verification"]
        belgian = self.make_company("Brasserie", country="base.be")
        self.assertFalse(belgian.document_guard)
        self.customer.with_company(belgian).export_data(["name"])
        self.env.cr.flush()
        self.assertNotIn(belgian, Verification._get_verified_companies())
        self.assertIn(self.company, Verification._get_verified_companies())
        heads.append("x", [heads.Head(belgian.id, "main", 3, "aa")])
        self.assertIn(belgian, Verification._get_verified_companies())
        self.manager.company_ids |= belgian
        verification = Verification.create({"company_id": belgian.id})
        verification._run()
        self.assertEqual(verification.finding_ids.mapped("code"), ["head_lost"])
        self.explain(verification.with_context(allowed_company_ids=belgian.ids))
        self.assertNotIn(belgian, Verification._get_verified_companies())

    def test_guard_off_with_seals(self):
        """A guard switched off by SQL where something is sealed is verified, and told."""
        self.set_guard(False)
        Verification = self.env["koban.verification"]
        self.assertIn(self.company, Verification._get_verified_companies())
        self.assertIn("guard_off", [item.code for item in self.find()])
        self.assertEqual(self.run_verification().state, "broken")

    def test_lost_lines(self):
        """The lines to explain are told by sequences; those of other companies do not matter."""
        last = self.env["koban.event"].search_count([("company_id", "=", self.company.id)])
        other = self.make_company("Elsewhere")
        lost = [heads.Head(self.company.id, "main", 10**6 + rank, "aa") for rank in range(4)]
        theirs = heads.Head(other.id, "main", 1, "bb")
        self.record_heads()
        heads.append("x", [*lost[:2], theirs, *lost[2:]])
        self.assertTrue(last)
        check = HeadCheck(self.env(su=True), self.company, {})
        self.assertTrue(list(check.find()))
        [[first, end, _digest]] = check.lost
        self.assertEqual(end - first, 4)
