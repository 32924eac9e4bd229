from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public

# So many fiscal years are offered.
YEARS = 5


class KobanArchiveCreate(models.TransientModel):
    """“New Archive”: a fiscal year by one click, or any period (row 2-55)."""

    _name = "koban.archive.create"
    _description = "New Archive"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    year = fields.Selection(selection="_get_years", string="Fiscal Year")
    date_from = fields.Date(
        string="From",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    date_to = fields.Date(
        string="To",
        required=True,
        compute="_compute_dates",
        store=True,
        readonly=False,
        precompute=True,
    )
    warning = fields.Boolean(compute="_compute_warning")

    @api.model
    def _get_years(self) -> list[tuple[str, str]]:
        """Return the last fiscal years of the company, the present one first."""
        company, day = self.env.company, fields.Date.context_today(self)
        years = []
        for _rank in range(YEARS):
            dates = company.compute_fiscalyear_dates(day)
            first, last = dates["date_from"], dates["date_to"]
            name = f"{last:%Y}" if first.year == last.year else f"{first:%Y}-{last:%Y}"
            years.append((f"{first}/{last}", name))
            day = fields.Date.subtract(first, days=1)
        return years

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        years = self._get_years()
        if "year" in fields_list and not values.get("year"):
            values["year"] = years[1][0]  # the last one that is over
        return values

    @api.depends("year")
    def _compute_dates(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            if wizard.year:
                first, last = map(fields.Date.to_date, wizard.year.split("/"))
                wizard.date_from, wizard.date_to = first, min(last, today)

    @api.depends("date_to")
    def _compute_warning(self):
        today = fields.Date.context_today(self)
        for wizard in self:
            wizard.warning = bool(wizard.date_to) and wizard.date_to >= today

    @public(one=True)
    def action_create_archive(self) -> dict:
        """Ask for the archive and show it."""
        made = self.env["koban.archive"].create_archive(
            fields.Date.to_string(self.date_from),
            fields.Date.to_string(self.date_to),
            self.company_id.id,
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.archive",
            "res_id": made["id"],
            "views": [(False, "form")],
        }
