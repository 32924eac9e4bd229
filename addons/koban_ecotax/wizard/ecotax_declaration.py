from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import date_utils

from odoo.addons.koban_guard.tools.arguments import public


class EcotaxDeclaration(models.TransientModel):
    """« Déclaration éco-taxe »: of a period, as a list and as a file."""

    _name = "koban.ecotax.declaration"
    _description = "Eco-tax Declaration"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: self._get_last_quarter()[0]
    )
    date_to = fields.Date(
        string="To", required=True, default=lambda self: self._get_last_quarter()[1]
    )
    organisation_id = fields.Many2one(
        "koban.ecotax.organisation", string="Eco-organisation", help="Empty: all of them."
    )
    file_format = fields.Selection(
        [("csv", "CSV"), ("xlsx", "Excel")], string="Format", required=True, default="xlsx"
    )
    file_name = fields.Char(readonly=True)
    file = fields.Binary(readonly=True, attachment=False)

    @api.model
    def _get_last_quarter(self):
        """Return the first and the last day of the quarter that ended last."""
        today = fields.Date.context_today(self)
        end = date_utils.start_of(today, "quarter") - timedelta(days=1)
        return date_utils.start_of(end, "quarter"), end

    def _get_period(self) -> dict:
        """Return the arguments of the methods of the report."""
        return {
            "date_from": fields.Date.to_string(self.date_from),
            "date_to": fields.Date.to_string(self.date_to),
            "organisation_id": self.organisation_id.id or None,
            "company_id": self.company_id.id,
        }

    @public(one=True)
    def action_show(self) -> dict:
        """Open the lines of invoices of the period, by category.

        :raise DocumentError: code ``ecotax_period``
        """
        report = self.env["koban.ecotax.report"]
        domain = report._get_declaration_domain(**self._get_period())
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "koban_ecotax.koban_ecotax_report_action"
        )
        return {**action, "domain": list(domain), "context": {"search_default_by_ecotax": 1}}

    @public(one=True)
    def action_make_file(self) -> dict:
        """Make the file of the period, and offer it to be saved.

        :raise DocumentError: code ``ecotax_period``
        """
        report = self.env["koban.ecotax.report"]
        made = report.export_declaration(**self._get_period(), file_format=self.file_format)
        self.write({"file": made["content"], "file_name": made["name"]})
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/file/{self.file_name}?download=true",
            "target": "download",
        }
