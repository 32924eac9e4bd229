"""Indexes and contracts whose prices follow them."""

from datetime import date
from unittest.mock import patch

from .common import ContractCase


class RevisionCase(ContractCase):
    """A monthly index with the values of law.md's vector, and what is revised by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.index = cls.make_index({"2025-11-01": 280, "2026-11-01": 294.6})

    @classmethod
    def make_index(cls, values=None, code="TEST", **options):
        """Create an index; a value is published on the 20th of the next month."""
        index = cls.env["koban.index"].create({"name": code, "code": code, **options})
        for period, value in (values or {}).items():
            cls.add_value(index, period, value)
        return index

    @classmethod
    def add_value(cls, index, period, value, published_on=None):
        if published_on is None:
            day = date.fromisoformat(period)
            month = day.month % 12 + 1
            published_on = date(day.year + (month == 1), month, 20)
        return cls.env["koban.index.value"].create(
            {"index_id": index.id, "period": period, "value": value, "published_on": published_on}
        )

    @classmethod
    def make_indexed(cls, **values):
        """Create a contract at 1767 that follows the index from November 2025."""
        values = {
            "revision_kind": "index",
            "index_id": cls.index.id,
            "base_period": "2025-11-01",
            "base_value": 280,
            "lines": [cls.make_line(quantity=1, price_unit=1767)],
            **values,
        }
        return cls.make_contract(**values)

    def preview(self, contracts, day, **options):
        return contracts._preview_revision(date.fromisoformat(day), **options)

    def apply(self, contracts, day, previews=None):
        return contracts._apply_revision(date.fromisoformat(day), previews)

    def bill(self, contracts, day):
        return contracts._bill(date.fromisoformat(day))

    def run_cron(self):
        """Run the scheduled job in the test's own transaction."""
        with patch.object(self.registry["ir.cron"], "_commit_progress", lambda *a, **k: 1):
            self.env["koban.contract"]._cron_revise()
