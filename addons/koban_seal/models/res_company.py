from datetime import datetime, time

import pytz
from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.overrides import override

from ..tools import lock_dates
from ..tools.journal import record_event
from ..tools.takeover import find_late, record_lock_dates, seal_existing
from .koban_event import CHAIN_NAMES, SEAL_KINDS

# Existing documents are sealed by so many at a time.
BATCH = 1000


class ResCompany(models.Model):
    _inherit = "res.company"

    def _get_identity(self) -> dict:
        """Return who a company is today, for the seal of a document."""
        return {**self.partner_id._get_identity(), "id": self.id}

    def _get_event_company(self):
        return self

    def _get_compliance_parameters(self) -> set[str]:
        """Fields of the company whose change is an event of its journal."""
        return self._get_attested_parameters() | set(lock_dates.NAMES)

    def _get_attested_parameters(self) -> set[str]:
        """Those whose change asks for a new attestation too (law.md checklist 15).

        Not the lock dates, which move with each closing, nor what is only printed.
        """
        return {
            "name",
            "vat",
            "company_registry",
            "country_id",
            "account_fiscal_country_id",
            "currency_id",
            "document_guard",
            "fiscalyear_last_day",
            "fiscalyear_last_month",
        }

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        for company in companies.filtered("document_guard"):
            if any(company._get_lock_dates().values()):
                record_lock_dates(company)
        return companies

    @override
    def write(self, vals):
        names = [name for name in vals if name in self._get_compliance_parameters()]
        # A branch is protected as soon as its company is.
        family = self._get_with_branches()
        guarded = family.filtered("document_guard")
        before = {company: company._get_parameter_values(names) for company in self}
        locks = {company: company._get_lock_dates() for company in guarded}
        result = super().write(vals)
        protected = family.filtered("document_guard")
        for company in protected:
            after = company._get_parameter_values(names)
            earlier = before.get(company, after)  # a branch: nothing of it was written
            changes = {
                name: [earlier[name], after[name]] for name in names if earlier[name] != after[name]
            }
            if company not in guarded:
                changes["document_guard"] = ["", str(True)]
            if changes:
                detail = {"changes": changes}
                dates = company._get_lock_dates()
                if locks.get(company) != dates:  # or nobody watched them before
                    detail["locks"] = lock_dates.describe(locks.get(company), dates)
                record_event(self.env, "parameter", company, detail=detail)
        seal_existing(protected - guarded)
        return result

    def _get_with_branches(self):
        """Return these companies and their branches, archived ones too."""
        # Whoever may write a company switches its branches on with it, and their documents.
        companies = self.sudo().with_context(active_test=False)
        return companies.search([("id", "child_of", self.ids)])

    def _get_parameter_values(self, names) -> dict:
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_display_name(self[name], self) or ""
            for name in names
        }

    def _get_lock_dates(self) -> dict[str, str]:
        self.ensure_one()
        return {name: fields.Date.to_string(self[name]) or "" for name in lock_dates.NAMES}

    @api.model
    def _iter_findings(self, company):
        """Compare the lock dates with the journal, and tell late seals: see verification.py."""
        yield from lock_dates.find_moved(self.env.cr, company)
        yield from find_late(self.env.cr, company)

    def _get_zone_name(self) -> str:
        """Return the time zone that says on which day something of the company happened."""
        return self.partner_id.tz or "Europe/Paris"

    def _get_midnight(self, day) -> datetime:
        """Return when a day of the company begins, in UTC, as moments are stored."""
        midnight = pytz.timezone(self._get_zone_name()).localize(datetime.combine(day, time.min))
        return midnight.astimezone(pytz.utc).replace(tzinfo=None)

    def _has_seals(self) -> bool:
        """Whether a document or payment of the company was sealed, TEST aside."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "SELECT EXISTS (SELECT FROM koban_event WHERE company_id = %s "
                "AND chain = 'main' AND kind IN %s)",
                self.id,
                SEAL_KINDS,
            )
        )
        return self.env.cr.fetchone()[0]

    def _has_validated_documents(self):
        return super()._has_validated_documents() or self._has_seals()

    def _get_sealed_models(self) -> list:
        """Return the models whose validated documents have seals."""
        return [
            model.sudo()  # the documents of all users
            for model in self.env.values()
            if not model._abstract and hasattr(model, "_get_sealed_condition")
        ]

    def _iter_unsealed(self, model):
        """Yield the ids of validated documents without a seal, by batches."""
        last = 0
        while ids := self._find_unsealed(model, last, BATCH):
            yield ids
            last = ids[-1]

    def _find_unsealed(self, model, after, limit) -> list[int]:
        """Return ids of validated documents of these companies that have no seal.

        :param after: id that the search begins behind
        """
        if not self:
            return []
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "SELECT d.id FROM %s d WHERE d.id > %s AND d.company_id IN %s AND (%s) "
                "AND NOT EXISTS (SELECT FROM koban_event e WHERE e.res_model = %s "
                "AND e.res_id = d.id AND e.kind IN %s AND e.company_id = d.company_id "
                "AND e.chain IN %s) ORDER BY d.id LIMIT %s",
                SQL.identifier(model._table),
                after,
                tuple(self.ids),
                model._get_sealed_condition(),
                model._name,
                SEAL_KINDS,
                CHAIN_NAMES,
                limit,
            )
        )
        return [id_ for (id_,) in self.env.cr.fetchall()]
