from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.arguments import public


class KobanSample(models.Model):
    """The least that a document of a trade is: lines, a number, a validation."""

    _name = "koban.sample"
    _description = "Sample"
    _inherit = ["koban.sealed.mixin", "koban.document.mixin", "mail.thread"]

    _document_validated_states = ("done",)
    _sealed_fields = ("company_id", "name", "state", "partner_id", "total")
    _sealed_line_model = "koban.sample.line"
    _sealed_line_field = "sample_id"
    _sealed_line_fields = ("name", "price")

    name = fields.Char(copy=False)
    state = fields.Selection([("draft", "Draft"), ("done", "Done")], default="draft", required=True)
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", ondelete="set null")
    user_id = fields.Many2one("res.users", default=lambda self: self.env.user)
    is_held = fields.Boolean(help="Stands for an addon that stops a validation with a wizard.")
    line_ids = fields.One2many("koban.sample.line", "sample_id")
    total = fields.Float(compute="_compute_total", store=True)
    trail = fields.Char(help="The steps that a foreign addon saw.")

    @api.depends("line_ids.price")
    def _compute_total(self):
        for sample in self:
            sample.total = sum(sample.line_ids.mapped("price"))

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"user_id"}

    @api.model
    def _get_technical_fields(self):
        return super()._get_technical_fields() | {"trail"}

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"name"}

    @api.model
    def _get_validation_pass(self):
        return {"fields": {"name", "state"}}

    @api.model
    def _get_validated_condition(self):
        return SQL("d.state = 'done'")

    def _is_through(self, kind):
        return self.state == "done"

    @public
    def action_validate(self) -> bool:
        """Validate the samples that nothing holds."""
        self.check_access("write")
        self._validate_through(lambda samples: samples._write_validation())
        return True

    def _write_validation(self):
        for sample in self.filtered(lambda sample: not sample.is_held):
            sample.write({"name": f"S{sample.id}", "state": "done"})
