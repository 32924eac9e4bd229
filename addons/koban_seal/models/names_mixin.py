import json

from odoo import models
from odoo.tools import SQL

from ..tools.noted import read_notes


class NamesMixin(models.AbstractModel):
    """Documents validated before names were kept show the parties that their seal notes."""

    _inherit = "koban.names.mixin"

    def _get_frozen_names(self):
        frozen = super()._get_frozen_names()
        if "seal_id" not in self._fields:
            return frozen
        others = self.filtered(lambda one: one.id and one.id not in frozen)
        older = others.sudo().filtered(lambda one: one._is_guarded())  # to be shown
        return {**frozen, **older._get_noted_names()}

    def _get_noted_names(self) -> dict[int, dict]:
        """Return the parties that the last validation of each document noted, by id."""
        if not self:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT DISTINCT ON (res_id) res_id, notes FROM koban_event WHERE res_model = %s "
                "AND res_id = ANY(%s) AND kind IN ('validation', 'takeover') "
                "ORDER BY res_id, number DESC",
                self._name,
                self.ids,
            )
        )
        notes = {id_: json.loads(text) for id_, text in self.env.cr.fetchall()}
        partners = {company.id: company.partner_id.id for company in self.company_id}
        countries = {country.code: country.id for country in self.env["res.country"].search([])}
        return {id_: read_notes(note, partners, countries) for id_, note in notes.items()}
