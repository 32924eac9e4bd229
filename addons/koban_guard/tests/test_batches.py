"""Many records: one that fails stops no other, and whole batches are committed (issue 11)."""

import time

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.modules.registry import Registry
from odoo.service.model import MAX_TRIES_ON_CONCURRENCY_FAILURE
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

from ..exceptions import DocumentError
from ..tools.batches import (
    isolate_failures,
    process_batches,
    process_domain,
    process_each,
    process_scheduled,
)
from .common import DocumentCase

LOG = "odoo.addons.koban_guard.tools.batches"


@tagged("post_install", "-at_install", "koban_alone")
class TestIsolateFailures(DocumentCase):
    """Failures are found, told and undone; the rest is done."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].create(
            [{"name": f"Customer {number}", "color": number % 4} for number in range(16)]
        )

    def make_work(self, *broken):
        """Return a work that writes on records and refuses the broken ones, and its calls."""
        calls = []

        def work(records):
            calls.append(records)
            records.ref = "Done"
            for record in records:
                if record in broken:
                    raise DocumentError(f"{record.name}: no price.", "contract_price")

        return work, calls

    def check_done(self, done):
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self.partners.filtered("ref"), done)

    def test_one_fails(self):
        """Fifteen of sixteen are done in few tries, and nothing of the other; its reason stays."""
        broken = self.partners[11]
        work, calls = self.make_work(broken)
        failures = isolate_failures(self.partners, work)
        self.assertEqual(list(failures), [broken])
        self.assertIn("Customer 11: no price.", failures[broken].reason)
        self.assertEqual(failures[broken].code, "contract_price")
        self.check_done(self.partners - broken)
        self.assertLessEqual(len(calls), 9)

    def test_several_fail(self):
        """Each that fails says its own reason, the last one too; of none, nothing is said."""
        broken = self.partners[0] | self.partners[7] | self.partners[15]
        failures = isolate_failures(self.partners, self.make_work(*broken)[0])
        self.assertEqual(set(failures), set(broken))
        for partner, failure in failures.items():
            self.assertIn(f"{partner.name}:", failure.reason)
        self.check_done(self.partners - broken)
        self.assertEqual(isolate_failures(self.partners.browse(), self.make_work()[0]), {})

    def test_refused_by_the_database(self):
        """What only the database refuses, at the end, is told of the record it comes from."""
        broken = self.partners[3]

        def work(records):
            for record in records:
                record.write({"ref": "Done", "name": record != broken and record.name})

        with mute_logger("odoo.sql_db"), self.assertLogs(LOG, "ERROR") as log:
            failures = isolate_failures(self.partners, work)
        self.assertEqual(list(failures), [broken])
        self.assertIn("check_name", failures[broken].reason)
        self.assertEqual(len(log.output), 1, "a fault of the program is logged once")
        self.check_done(self.partners - broken)

    def test_together(self):
        """What must stay together is in one call, without those that fail by themselves."""
        broken = self.partners[5]
        work, calls = self.make_work(broken)
        failures = isolate_failures(self.partners, work, lambda partner: partner.color)
        self.assertEqual(list(failures), [broken])
        self.check_done(self.partners - broken)
        group = self.partners.filtered(lambda partner: partner.color == 1)
        last = [records for records in calls if records & group][-1]
        self.assertEqual(last, group - broken)
        for records in calls:
            for color in range(4):
                whole = self.partners.filtered(lambda own, color=color: own.color == color)
                shared = records & whole
                self.assertIn(len(shared), (0, 1, len(whole) - (broken in whole), len(whole)))

    def test_together_refused(self):
        """Good one by one and refused together: told of each, and the others are done."""
        group = self.partners.filtered(lambda partner: partner.color == 2)

        def work(records):
            records.ref = "Done"
            if len(records & group) > 1:
                raise UserError(self.env._("Too much for one invoice."))

        failures = isolate_failures(self.partners, work, lambda partner: partner.color)
        self.assertEqual(set(failures), set(group))
        self.assertEqual({own.reason for own in failures.values()}, {"Too much for one invoice."})
        self.check_done(self.partners - group)

    def test_batches(self):
        """However many they are, so many are in memory at once, in their order."""
        seen = []
        domain = Domain("id", "in", self.partners.ids)
        self.assertTrue(process_domain(self.partners, domain, seen.append, size=7))
        self.assertEqual([len(records) for records in seen], [7, 7, 2])
        self.assertEqual(seen[0] + seen[1] + seen[2], self.partners.sorted("id"))


@tagged("post_install", "-at_install", "koban_commits")
class TestProcess(BaseCase):
    """Real transactions, committed, on partners that are removed afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            values = [{"name": f"Batch {number}"} for number in range(6)]
            self.ids = env["res.partner"].create(values).ids
        self.addCleanup(self.remove)
        self.cr = self.registry.cursor()
        self.addCleanup(self.cr.close)
        # Not ``env``: the host's assertRaises would put a savepoint around what is tested.
        self.own = api.Environment(self.cr, SUPERUSER_ID, {})
        self.partners = self.own["res.partner"].browse(self.ids)
        self.domain = Domain("id", "in", self.ids) & Domain("ref", "=", False)

    def remove(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(self.ids).unlink()

    def in_another(self, function):
        """Do something in another transaction, committed."""
        with self.registry.cursor() as cr:
            return function(api.Environment(cr, SUPERUSER_ID, {})["res.partner"].browse(self.ids))

    def read_done(self):
        """Return which partners are done, as others see them."""
        return self.in_another(
            lambda partners: [number for number, own in enumerate(partners) if own.ref]
        )

    def commit(self, _done):
        # That others see each batch is what is tested.
        self.cr.commit()  # pylint: disable=invalid-commit
        return True

    def process(self, work, commit):
        return process_domain(self.partners, self.domain, work, commit, size=2)

    def make_work(self, meet, times=1):
        """Return a work that meets another transaction at the second batch, and its calls."""
        calls = []

        def work(records):
            calls.append([self.ids.index(id_) for id_ in records.ids])
            if records.ids[0] == self.ids[2] and len(calls) < 2 + times:
                meet()
            records.ref = "Done"

        return work, calls

    def write_first(self):
        """Write on a record of the second batch, and commit, before the batch does."""
        # Not the record that is locked: what a batch changes beside its own records.
        self.in_another(lambda partners: partners[5].write({"comment": str(time.time())}))
        self.partners[5].comment = "Ours"
        self.own.flush_all()

    def test_lost_serialization(self):
        """Where another transaction was first, the batch is tried again: it is no failure."""
        failures = {}
        work, calls = self.make_work(self.write_first)

        def isolated(records):
            failures.update(isolate_failures(records, work))

        with mute_logger("odoo.sql_db"):
            self.assertTrue(self.process(isolated, self.commit))
        self.assertEqual(failures, {})
        self.assertEqual(calls, [[0, 1], [2, 3], [2, 3], [4, 5]])
        self.assertEqual(self.read_done(), [0, 1, 2, 3, 4, 5])

    def test_lost_each_time(self):
        """In the end it is told; what was committed before stays."""
        work, calls = self.make_work(self.write_first, times=99)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
            self.process(work, self.commit)
        self.assertEqual(calls, [[0, 1], *[[2, 3]] * MAX_TRIES_ON_CONCURRENCY_FAILURE])
        self.cr.rollback()
        self.assertEqual(self.read_done(), [0, 1])

    def test_lost_without_commit(self):
        """In the one transaction of a request nothing is tried again here: the host does it all."""
        work, calls = self.make_work(self.write_first)
        self.cr.execute("SELECT 1 FROM res_partner LIMIT 1")  # from here on, what others do is late
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.SerializationFailure):
            self.process(work, None)
        self.assertEqual(calls, [[0, 1], [2, 3]])
        self.cr.rollback()
        self.assertEqual(self.read_done(), [])

    def test_done_by_another(self):
        """What another transaction did meanwhile is not done again."""
        work, calls = self.make_work(lambda: None)

        def work_late(records):
            work(records)
            if len(calls) == 1:
                self.in_another(lambda partners: partners[2:4].write({"ref": "Theirs"}))

        self.assertTrue(self.process(work_late, self.commit))
        self.assertEqual(calls, [[0, 1], [4, 5]])

    def test_held_by_another(self):
        """Records that another worker holds are left to it."""
        other = self.registry.cursor()
        self.addCleanup(other.close)
        other.execute("SELECT id FROM res_partner WHERE id = %s FOR UPDATE", [self.ids[3]])
        work, calls = self.make_work(lambda: None)
        self.assertTrue(self.process(work, self.commit))
        self.assertEqual(calls, [[0, 1], [2], [4, 5]])

    def test_dying(self):
        """Its connection cut within a batch, as where a process dies: whole batches are left."""

        self.cr.execute("SELECT pg_backend_pid()")
        [process] = self.cr.fetchone()

        def die():
            self.partners[2].ref = "Half"
            self.own.flush_all()
            self.in_another(
                lambda partners: partners.env.cr.execute(
                    "SELECT pg_terminate_backend(%s)", [process]
                )
            )

        work, _calls = self.make_work(die)
        failures = {}

        def isolated(records):
            failures.update(isolate_failures(records, work))

        lost = (psycopg2.OperationalError, psycopg2.InterfaceError)
        with mute_logger("odoo.sql_db"), self.assertRaises(lost):
            self.process(isolated, self.commit)
        self.assertEqual(failures, {}, "it is the fault of no record")
        self.assertEqual(self.read_done(), [0, 1])

    def test_error(self):
        """An error that nobody isolates ends the work, and leaves what was committed."""
        work, _calls = self.make_work(lambda: self.fail("broken"))
        with self.assertRaises(AssertionError):
            self.process(work, self.commit)
        self.cr.rollback()
        self.assertEqual(self.read_done(), [0, 1])

    def make_job(self):
        """Return the partners in a run of a scheduled job, and its progress."""
        job = self.own["ir.cron"].search([], limit=1)
        job, progress = job.with_context(cron_id=job.id)._add_progress()
        self.commit(0)
        self.addCleanup(self.remove_progress, progress.id)
        return self.partners.with_env(job.env), progress

    def remove_progress(self, id_):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM ir_cron_progress WHERE id = %s", [id_])

    def test_scheduled(self):
        """A job commits each batch; out of time it says how many are left, and goes on later."""
        partners, progress = self.make_job()
        tasks = [(self.domain, lambda records: records.write({"ref": "Done"}))]
        late = partners.with_context(cron_end_time=time.monotonic() - 1)
        self.assertFalse(process_scheduled(late, tasks, size=2))
        self.cr.rollback()
        self.assertEqual(self.read_done(), [0, 1])
        self.assertEqual((progress.done, progress.remaining), (2, 4))
        early = partners.with_context(cron_end_time=time.monotonic() + 60)
        self.assertTrue(process_scheduled(early, tasks, size=2))
        self.cr.rollback()
        self.assertEqual(self.read_done(), [0, 1, 2, 3, 4, 5])
        self.assertEqual((progress.done, progress.remaining), (6, 0))

    def test_each(self):
        """One after the other, each committed; one that is lost is tried again, in its place."""
        names = ["a", "b", "a"]
        seen, progress = [], []

        def work(name):
            seen.append(name)
            if len(seen) == 2:
                raise psycopg2.errors.LockNotAvailable

        def commit(done):
            progress.append(done)
            return self.commit(done)

        self.assertTrue(process_each(self.own, names, work, commit))
        self.assertEqual(seen, ["a", "b", "b", "a"])
        self.assertEqual(progress, [1, 1, 1])
        self.assertFalse(process_each(self.own, names, seen.append, lambda done: False))
        self.assertEqual(seen[4:], ["a"])

    def test_taken_again(self):
        """A batch that is lost is taken anew, after the last one that was committed."""
        asked, lost = [], [psycopg2.errors.DeadlockDetected]

        def take(last):
            asked.append(last)
            return [last[0] + 1 if last else 1] if last != [3] else []

        def work(batch):
            if batch == [2] and lost:
                raise lost.pop()

        self.assertTrue(process_batches(self.own, take, work, self.commit))
        self.assertEqual(asked, [None, [1], [1], [2], [3]])
