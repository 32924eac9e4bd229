from datetime import date, timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

from .koban_archive import REMINDER

ONE_DAY = timedelta(days=1)


class KobanArchive(models.Model):
    """An archive each year, and before any purge."""

    _name = "koban.archive"
    _inherit = ["koban.archive"]

    # ------------------------------------------------------------------
    # Once a year, and before any purge
    # ------------------------------------------------------------------
    @api.model
    def _get_covered_until(self, company) -> date | None:
        """Return the last day up to which the archives of a company hold everything.

        An archive counts once it was downloaded and conforms: a copy is outside.
        """
        first = self._get_first_date(company)
        if not first:
            return None
        kept = self.sudo().search(  # what exists decides, whoever asks
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "done")
            & Domain("verification", "=", "good")
            & Domain("download_count", ">", 0),
            order="date_from, id",
        )
        reached = first - ONE_DAY
        for archive in kept:
            if archive.date_from > reached + ONE_DAY:
                break
            if archive._is_complete():
                # The day it was made was not over.
                reached = max(reached, min(archive.date_to, archive.made_on.date() - ONE_DAY))
        return reached

    def _is_complete(self) -> bool:
        """Whether no document was validated in the period since the archive was made."""
        self.ensure_one()
        models_ = self._get_archived_models(self.company_id)
        return self.document_count == sum(self._count_documents(model) for model in models_)

    @api.model
    def _get_first_date(self, company) -> date | None:
        """Return the date of the first sealed document of a company."""
        dates = []
        for model in self._get_archived_models(company):
            self.env.cr.execute(model._get_first_date_query(company))
            dates += [row[0] for row in self.env.cr.fetchall() if row[0]]
        return min(dates, default=None)

    @api.model
    def _authorize_purge(self, company, date_to: date) -> None:
        """Refuse to purge data that no full archive holds (BOI-TVA-DECLA-30-10-30 §220-260).

        To be called by whatever deletes data of documents, before it does; the purge goes into
        the journal. Totals and closings are never purged.

        :param company: record of ``res.company``
        :param date_to: last day of what would be purged
        :raise DocumentError: code ``purge_before_archive``
        """
        reached = self._get_covered_until(company)
        if reached is None:
            return  # no document was ever validated
        if reached >= date_to:
            detail = {"until": date_to.isoformat(), "archived_until": reached.isoformat()}
            self.env["koban.event"]._record("purge", company=company, detail=detail)
            return
        env = speaking(self.env)
        raise DocumentError(
            env._(
                "The data of %(company)s up to %(date)s cannot be purged: archives that conform "
                "and were downloaded hold them without a gap up to %(reached)s only. Make the "
                "missing archives, download them to a safe medium, then purge.",
                company=company.name,
                date=format_date(env, date_to),
                reached=format_date(env, reached),
            ),
            "purge_before_archive",
            model=self._name,
            reached=reached.isoformat(),
        )

    @api.model
    def _cron_remind(self):
        """Plan the archive of each closed fiscal year that has none, and tell administrators."""
        Closing = self.env["koban.closing"].sudo()  # of all companies
        years = Closing.search([("kind", "=", "year")], order="date_from")
        archives = self.sudo().search([("company_id", "in", years.company_id.ids)])  # as well
        for year in years:
            if not archives.filtered(
                lambda archive, year=year: (
                    archive.company_id == year.company_id
                    and archive.date_from <= year.date_from
                    and archive.date_to >= year.date_to
                )
            ):
                self._plan(year.company_id, year.date_from, year.date_to)

    @api.model
    def _plan(self, company, first, last):
        archive = self.sudo().create(  # by the job, for the company
            {
                "company_id": company.id,
                "date_from": first,
                "date_to": last,
                "state": "to_make",
            }
        )
        for user in company._get_compliance_administrators():
            told = archive.with_context(lang=user.lang)
            told.activity_schedule(
                REMINDER,
                user_id=user.id,
                summary=told.env._("Archive of the closed fiscal year"),
                note=told.env._(
                    "The fiscal year is closed: make its archive, and keep a copy on a safe medium."
                ),
            )
        return archive
