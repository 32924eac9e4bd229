"""The tenth data of a set, added by two people at the same moment (row 4-38)."""

import psycopg2
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import DataCase


@tagged("post_install", "-at_install")
class TestTwoAtOnce(DataCase):
    def test_place(self):
        """Issue 13, bad input: PostgreSQL has ten places in a set, and each once."""
        self.env.flush_all()
        for place in (self.cpu.place, 11, -1):
            with (
                self.subTest(place=place),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(
                    "INSERT INTO koban_product_data (set_id, name, kind, active, place) "
                    "VALUES (%s, 'X', 'text', true, %s)",
                    [self.set.id, place],
                )

    def test_every_row_has_a_place(self):
        """Issue 13, bad input: none of the data that are shown is without."""
        rows = self.env["koban.product.data"].create(
            [{"set_id": self.set.id, "name": f"More {rank}"} for rank in range(5)]
        )
        self.assertEqual(sorted((self.set.data_ids | rows).mapped("place")), list(range(1, 11)))
        rows[0].active = False
        rows[0].active = True
        self.assertTrue(rows[0].place)
        rows[1].place = 3  # nobody's to write
        self.assertNotEqual(rows[1].place, 3)
