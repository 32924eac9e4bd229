"""Numbers without gap, drawn by several transactions at once."""

from datetime import date
from threading import Barrier, Thread

import psycopg2
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged

from odoo.addons.koban_document.tools.numbering import draw_numbers

DAY = date(2026, 5, 4)
WAIT = 10  # seconds


class Session:
    """A transaction in a thread of its own."""

    def __init__(self, case, count=1, day=DAY):
        self.case, self.count, self.day = case, count, day
        self.names, self.error = [], None
        self.cr = case.registry.cursor()
        case.addCleanup(self.cr.close)
        # What others commit from now on, it does not see.
        self.cr.execute("SELECT 1 FROM ir_sequence LIMIT 1")
        self.thread = Thread(target=self._run)

    def draw(self):
        env = api.Environment(self.cr, SUPERUSER_ID, {})
        sequence = env["ir.sequence"].browse(self.case.sequence_id)
        self.names = draw_numbers(sequence, self.day, self.count)
        return self.names

    def _run(self):
        try:
            self.draw()
        except psycopg2.Error as error:
            self.error = error

    def start(self):
        """Draw, and return once it waits for another one."""
        self.thread.start()
        self.thread.join(0.3)
        self.case.assertTrue(self.thread.is_alive(), "it does not wait")

    def end(self, commit=True):
        if self.thread.ident:
            self.thread.join(WAIT)
            self.case.assertFalse(self.thread.is_alive())
        self.case.assertIsNone(self.error)
        # Another transaction must see it: that is what is tested.
        (self.cr.commit if commit else self.cr.rollback)()  # pylint: disable=invalid-commit


@tagged("post_install", "-at_install")
class TestNumbersDrawn(BaseCase):
    """Real transactions, committed, on a sequence that is removed afterwards."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.make_sequence()
        # A wait is no error: PostgreSQL's refusals stay out of the log.
        log = self.assertNoLogs("odoo.sql_db", "ERROR")
        log.__enter__()
        self.addCleanup(log.__exit__, None, None, None)

    def make_sequence(self, **values):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            sequence = env["ir.sequence"].create(
                {
                    "name": "Drawn at once",
                    "implementation": "no_gap",
                    "prefix": "N%(range_year)s-",
                    "padding": 4,
                    "use_date_range": True,
                    **values,
                }
            )
            self.sequence_id = sequence.id
        self.addCleanup(self.remove, sequence.id)

    def remove(self, sequence_id):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["ir.sequence"].browse(sequence_id).unlink()

    def looked_up(self, function):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return function(env["ir.sequence"].browse(self.sequence_id))

    def test_first_two_of_a_year(self):
        """The second waits, and follows; the year is there once."""
        first, second = Session(self), Session(self)
        self.assertEqual(first.draw(), ["N2026-0001"])
        second.start()
        first.end()
        second.end()
        self.assertEqual(second.names, ["N2026-0002"])
        periods = self.looked_up(lambda sequence: sequence.date_range_ids.mapped("date_from"))
        self.assertEqual(periods, [date(2026, 1, 1)])

    def test_given_back(self):
        """The first number of a year that is rolled back goes to the one who waits."""
        first, second = Session(self), Session(self)
        first.draw()
        second.start()
        first.end(commit=False)
        second.end()
        self.assertEqual(second.names, ["N2026-0001"])
        self.assertEqual(len(self.looked_up(lambda sequence: sequence.date_range_ids)), 1)

    def test_beside_a_long_batch(self):
        """Who waits for 500 numbers, that it cannot see, finds the next in few queries."""
        batch, single, late = Session(self, count=500), Session(self), Session(self, count=3)
        batch.draw()
        single.start()
        batch.end()
        queries = single.cr.sql_log_count
        single.end()
        self.assertEqual(single.names, ["N2026-0501"])
        self.assertLess(single.cr.sql_log_count - queries, 150)
        self.assertEqual(late.draw(), ["N2026-0502", "N2026-0503", "N2026-0504"])
        late.end()

    def test_every_distance(self):
        """Whatever was drawn meanwhile, the next number is the first free one."""
        expected = 1
        for count in range(1, 18):
            batch, single = Session(self, count=count), Session(self)
            batch.draw()
            batch.end()
            expected += count
            self.assertEqual(single.draw(), [f"N2026-{expected:04}"])
            single.end()
            expected += 1

    def test_ten_at_once(self):
        """Ten at the same moment: ten numbers, none twice, none left out, no error."""
        sessions = [Session(self) for _number in range(10)]
        barrier = Barrier(len(sessions))

        def work(session):
            barrier.wait()
            session._run()
            session.cr.commit()  # pylint: disable=invalid-commit

        threads = [Thread(target=work, args=(session,)) for session in sessions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT)
        self.assertEqual([session.error for session in sessions], [None] * 10)
        names = sorted(name for session in sessions for name in session.names)
        self.assertEqual(names, [f"N2026-{number:04}" for number in range(1, 11)])

    def test_rolled_back_savepoint(self):
        """What a savepoint undoes is drawn again by the same transaction."""
        session = Session(self)
        session.draw()
        savepoint = session.cr.savepoint()
        self.assertEqual(session.draw(), ["N2026-0002"])
        savepoint.rollback()
        self.assertEqual(session.draw(), ["N2026-0002"])
        session.end()

    def test_next_number_of_the_administrator(self):
        """The first number, the step and the next one shown are those of the sequence."""
        self.looked_up(
            lambda sequence: sequence._create_date_range_seq(DAY).write({"number_next": 70})
        )
        self.looked_up(lambda sequence: sequence.write({"number_increment": 5}))
        first, second = Session(self, count=2), Session(self)
        self.assertEqual(first.draw(), ["N2026-0070", "N2026-0075"])
        first.end()
        self.assertEqual(second.draw(), ["N2026-0080"])
        second.end()
        shown = self.looked_up(lambda sequence: sequence.date_range_ids.number_next_actual)
        self.assertEqual(shown, 85)

    def test_without_years(self):
        """A sequence that never restarts counts on over the years."""
        self.make_sequence(use_date_range=False, prefix="S", number_next=7)
        first = Session(self)
        self.assertEqual(first.draw(), ["S0007"])
        first.day = date(2027, 1, 1)
        self.assertEqual(first.draw(), ["S0008"])
        first.end()
        self.assertEqual(self.looked_up(lambda sequence: sequence.number_next_actual), 9)

    def test_counted_by_the_host(self):
        """A sequence of the other kind goes on where the host stopped."""
        self.make_sequence(implementation="standard", prefix="H")
        for _number in range(3):
            self.looked_up(lambda sequence: sequence.next_by_id(sequence_date=DAY))
        first, second = Session(self), Session(self)
        self.assertEqual(first.draw(), ["H0004"])
        first.end()
        self.assertEqual(second.draw(), ["H0005"])
        second.end()

    def test_period_of_the_administrator(self):
        """As in the host, a year begins after a period that was cut out of it."""
        self.looked_up(
            lambda sequence: sequence.env["ir.sequence.date_range"].create(
                {
                    "sequence_id": sequence.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-03-31",
                }
            )
        )
        session = Session(self)
        self.assertEqual(session.draw(), ["N2026-0001"])
        session.day = date(2026, 2, 1)
        self.assertEqual(session.draw(), ["N2026-0001"])
        session.end()
        periods = self.looked_up(
            lambda sequence: sequence.date_range_ids.sorted("date_from").mapped("date_from")
        )
        self.assertEqual(periods, [date(2026, 1, 1), date(2026, 4, 1)])
