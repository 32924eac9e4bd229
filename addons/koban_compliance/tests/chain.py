"""An attacker with SQL access, for the tests of the chain."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from ..models import koban_event
from ..proof.coverage import UNNAMED, read_coverage
from ..proof.coverage_1 import COVERAGES
from ..verification import CompanyVerification
from .common import InvoiceCase


@contextmanager
def sealing_as_before(env):
    """Write links of algorithm 1, as version 19.0.1.2.0 did: they do not name what they cover."""

    def get_content(model, ids):
        coverage = read_coverage(model._name, COVERAGES[model._name])
        return model._read_sealed(coverage, ids) if ids else {}

    mixin = env.registry["koban.sealed.mixin"]
    with (
        patch.object(koban_event, "ALGORITHM", UNNAMED),
        patch.object(mixin, "_get_sealed_content", get_content),
    ):
        env.cr.flush()
        yield
        env.cr.flush()


class ChainCase(InvoiceCase):
    """Documents that are sealed, verified, and altered by SQL."""

    @contextmanager
    def attack(self):
        """Undo what is done inside, and with it what protects the tables from their owner."""
        self.env.cr.flush()
        savepoint = self.env.cr.savepoint()
        self.env.cr.execute(
            "SELECT c.conrelid::regclass::text, c.conname FROM pg_constraint c "
            "WHERE c.conrelid::regclass::text IN "
            "('account_move', 'account_move_line', 'account_payment') AND c.contype = 'c'"
        )
        for table, name in self.env.cr.fetchall():
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT %s", SQL.identifier(table), SQL.identifier(name)
                )
            )
        try:
            yield
        finally:
            savepoint.rollback()
            savepoint.close(rollback=False)
            self.env.invalidate_all()

    def sql(self, query, *args):
        """Run SQL as the owner of the tables, with the triggers of the journal off meanwhile."""
        self.env.cr.flush()
        self.env.cr.execute("ALTER TABLE koban_event DISABLE TRIGGER USER")
        self.env.cr.execute(SQL(query, *args))
        self.env.cr.execute("ALTER TABLE koban_event ENABLE TRIGGER USER")
        self.env.invalidate_all()

    def find(self, company=None):
        """Return what a verification of a company finds, the one of the test by default."""
        self.env.cr.flush()
        return [
            finding
            for finding in CompanyVerification(self.env(su=True), company or self.company).find()
            # A test never commits, and heads are recorded after the commit.
            if not finding.code.startswith("head")
        ]

    def find_codes(self, company=None):
        return sorted({finding.code for finding in self.find(company)})

    def find_fields(self):
        return sorted({finding.field for finding in self.find()})
