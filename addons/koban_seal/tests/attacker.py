"""An attacker with SQL access, and what a verification finds of them."""

from odoo.tools import SQL

from ..tools.verification import CompanyVerification


class Attacker:
    """Of tests whose company has a journal."""

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
