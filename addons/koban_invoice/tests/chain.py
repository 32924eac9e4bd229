"""An attacker with SQL access, for the tests of the chain."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo.tools import SQL

from odoo.addons.koban_seal.tests.attacker import Attacker
from odoo.addons.koban_seal.tools import journal
from odoo.addons.koban_seal.tools.coverage import UNNAMED, read_coverage
from odoo.addons.koban_seal.tools.coverage_1 import COVERAGES

from .common import InvoiceCase


@contextmanager
def sealing_as_before(env):
    """Write links of algorithm 1, as version 19.0.1.2.0 did: they do not name what they cover."""

    def get_content(model, ids):
        coverage = read_coverage(model._name, COVERAGES[model._name])
        return model._read_sealed(coverage, ids) if ids else {}

    mixin = env.registry["koban.sealed.mixin"]
    with (
        patch.object(journal, "ALGORITHM", UNNAMED),
        patch.object(mixin, "_get_sealed_content", get_content),
    ):
        env.cr.flush()
        yield
        env.cr.flush()


class ChainCase(Attacker, InvoiceCase):
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

    def verify(self, user=None):
        self.env.cr.flush()
        Verification = self.env["koban.verification"].with_user(user or self.env.user)
        (answer,) = Verification.verify(self.company.ids)
        # A test never commits, so no head was recorded outside the database.
        answer["findings"] = [
            finding for finding in answer["findings"] if not finding["code"].startswith("head")
        ]
        return answer
