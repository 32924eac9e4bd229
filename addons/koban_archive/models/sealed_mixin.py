from datetime import date, timedelta

from odoo import api, models
from odoo.tools import SQL


class SealedMixin(models.AbstractModel):
    """How sealed documents go into archives."""

    _inherit = "koban.sealed.mixin"

    # Whether the archives have files of these documents.
    _archived = True
    # Sealed fields that date a document, the first that is not empty.
    _archive_dates = ("create_date",)
    # Sealed amounts that the manifest of an archive adds up.
    _archive_totals = ()
    # Sealed field of their currency, if it is not the company's: each has a total of its own.
    _archive_currency = None

    @api.model
    def _get_archive_date(self) -> SQL:
        """Return the SQL of the date or moment of a document, on alias ``d``."""
        columns = [SQL.identifier("d", name) for name in self._archive_dates]
        return SQL("coalesce(%s)", SQL(", ").join(columns))

    @api.model
    def _get_archive_span(self, company, first, last) -> tuple[date, date]:
        """Return the first date or moment of a period, and the first one after it.

        :param first: day of the company, whose midnight moments are compared with
        :param last: day of the company
        """
        after = last + timedelta(days=1)
        if self._fields[self._archive_dates[0]].type == "date":
            return first, after
        return company._get_midnight(first), company._get_midnight(after)

    @api.model
    def _get_archive_condition(self) -> SQL:
        """Return the SQL condition of the documents that are archived, on alias ``d``.

        TEST documents are in no export; the journal keeps them in a chain of their own.
        """
        condition = self._get_sealed_condition()
        if "is_test" in self._fields:
            return SQL("(%s) AND d.is_test IS NOT TRUE", condition)
        return condition

    @api.model
    def _get_first_date_query(self, company) -> SQL:
        """Return the query of the date of the first document of a company."""
        day = self._get_archive_date()
        if self._fields[self._archive_dates[0]].type == "datetime":
            day = SQL("%s AT TIME ZONE 'UTC' AT TIME ZONE %s", day, company._get_zone_name())
        return SQL(
            "SELECT (min(%s))::date FROM %s d WHERE d.company_id = %s AND (%s)",
            day,
            SQL.identifier(self._table),
            company.id,
            self._get_archive_condition(),
        )

    @api.model
    def _get_archive_name(self) -> str:
        """Return the name of the files of these documents in an archive, in French."""
        return self._name.replace(".", "_")

    @api.model
    def _get_archive_title(self) -> str:
        """Return what these files hold, in French."""
        return "Documents validés de la période."
