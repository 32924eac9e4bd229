from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..tools import closing_calendar


class KobanClosingRun(models.TransientModel):
    """Close the next month, after a look at what is left to do in it (row 2-60)."""

    _name = "koban.closing.run"
    _description = "Close a Month"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, default=lambda self: self.env.company
    )
    month = fields.Date(compute="_compute_month")
    month_name = fields.Char(string="Month to Close", compute="_compute_month")
    is_closable = fields.Boolean(compute="_compute_month")
    is_year_end = fields.Boolean(compute="_compute_month")
    open_date = fields.Date(string="First Open Date Afterwards", compute="_compute_month")
    automatic_date = fields.Date(string="Closes by Itself On", compute="_compute_month")
    finding_ids = fields.One2many("koban.closing.finding", "run_id", readonly=True)

    @api.depends("company_id")
    def _compute_month(self):
        Closing = self.env["koban.closing"]
        for run in self:
            company = run.company_id
            month = Closing._get_next_month(company)
            run.month = month
            run.month_name = month and Closing._get_month_name(month)
            run.is_closable = bool(Closing._get_closable_month(company))
            run.is_year_end = bool(month) and Closing._is_last_of_year(company, month)
            run.open_date = month and closing_calendar.next_month(month)
            run.automatic_date = month and closing_calendar.due_date(month, company.closing_day)

    @api.model_create_multi
    @override
    def create(self, vals_list):
        runs = super().create(vals_list)
        runs._find()
        return runs

    def _find(self):
        for run in self.filtered("month"):
            findings = self.env["koban.closing"].get_findings(
                fields.Date.to_string(run.month), run.company_id.id
            )
            run.finding_ids = [
                fields.Command.clear(),
                *(fields.Command.create(run._prepare_line(finding)) for finding in findings),
            ]

    def _prepare_line(self, finding) -> dict:
        return {
            "message": finding["message"],
            "count": finding["count"],
            "res_model": finding["model"],
            "res_ids": finding["ids"],
            "is_warning": finding["warning"],
        }

    @api.model
    @public
    def action_open(self) -> dict:
        """Open the wizard with the findings of the next month to close."""
        return self.create({})._get_action()

    def _get_action(self) -> dict:
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Close a Month"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @public(one=True)
    def action_close(self) -> dict:
        """Close the month and open its closing."""
        self.check_access("write")
        Closing = self.env["koban.closing"]
        if Closing._get_closable_month(self.company_id) != self.month:
            Closing._raise_nothing_to_close(self.company_id)
        result = Closing.close_month(self.company_id.id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "koban.closing",
            "res_id": result["year_closing_id"] or result["closing_id"],
            "view_mode": "form",
            "views": [(False, "form")],
        }


class KobanClosingFinding(models.TransientModel):
    """Something to look at before closing, with the button that leads to it."""

    _name = "koban.closing.finding"
    _description = "Finding before a Closing"
    _order = "is_warning desc, id"

    run_id = fields.Many2one("koban.closing.run", required=True, ondelete="cascade")
    message = fields.Char(required=True)
    count = fields.Integer()
    res_model = fields.Char()
    res_ids = fields.Json()
    is_warning = fields.Boolean()

    @public(one=True)
    def action_open(self) -> dict:
        """Open the documents of the finding."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env["ir.model"]._get(self.res_model).name,
            "res_model": self.res_model,
        }
        ids = self.res_ids or []
        if len(ids) == 1:
            return {**action, "view_mode": "form", "res_id": ids[0]}
        return {**action, "view_mode": "list,form", "domain": [("id", "in", ids)]}
