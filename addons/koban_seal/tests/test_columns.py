"""Issue 12, line 8: what seals cover, and why they leave out the rest, column by column."""

from odoo.tests import TransactionCase, tagged
from odoo.tools import SQL

from ..tools import lock_dates
from ..tools.coverage import get_follow_up


@tagged("post_install", "-at_install")
class TestColumns(TransactionCase):
    def get_stored(self, model) -> set[str]:
        """Return the columns that the database has, and the relations of the software."""
        self.env.cr.execute(
            SQL(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass "
                "AND attnum > 0 AND NOT attisdropped",
                model._table,
            )
        )
        columns = {name for (name,) in self.env.cr.fetchall()}
        return columns | {
            name
            for name, field in model._fields.items()
            if field.type == "many2many" and field.store
        }

    def get_tables(self) -> dict[str, set[str]]:
        """Return what seals cover of each model that has a table, whichever documents they are."""
        tables = {}
        for model in self.env["res.company"]._get_sealed_models():
            coverage = model._get_coverage()
            for part in (coverage.document, coverage.lines, *coverage.parts.values()):
                if part:
                    own = {"id", *filter(None, (part.parent, part.taxes)), *part.fields}
                    tables.setdefault(part.model, set()).update(own)
        return tables

    def test_each_column_has_a_word(self):
        """Each stored column of a covered table is covered, or it is said why not."""
        for name, covered in self.get_tables().items():
            with self.subTest(table=name):
                words = get_follow_up(self.env[name])
                stored = self.get_stored(self.env[name])
                self.assertEqual(sorted(stored - covered - words.keys()), [], "without a word")
                self.assertEqual(sorted(covered & words.keys()), [], "covered and followed up")

    def test_each_word_is_a_reason(self):
        """A word is a sentence that tells why, not a placeholder."""
        for name in self.get_tables():
            for field, reason in get_follow_up(self.env[name]).items():
                with self.subTest(table=name, field=field):
                    self.assertGreater(len(reason.split()), 2, reason)

    def test_lock_dates(self):
        """Each lock date that a company stores is watched."""
        stored = self.get_stored(self.env["res.company"])
        locks = {name for name in stored if name.endswith("lock_date")}
        self.assertEqual(locks, set(lock_dates.NAMES))
