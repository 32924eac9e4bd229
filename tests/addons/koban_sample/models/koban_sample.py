from odoo import api, fields, models

from odoo.addons.koban_guard.tools import pipeline
from odoo.addons.koban_guard.tools.arguments import public


class KobanSample(models.Model):
    """The least that a document of a trade is: lines, a number, a validation, a cancellation."""

    _name = "koban.sample"
    _description = "Sample"
    _inherit = ["koban.document.mixin", "mail.thread"]

    _document_validated_states = ("done", "cancel")

    name = fields.Char(string="Number", copy=False)
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Done"), ("cancel", "Cancelled")],
        default="draft",
        required=True,
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="set null")
    former_id = fields.Many2one("koban.sample", help="The one that this one stands for.")
    user_id = fields.Many2one(
        "res.users", string="Follow-up by", default=lambda self: self.env.user
    )
    city = fields.Char(compute="_compute_city", store=True, readonly=False)
    drawing = fields.Binary(attachment=True)
    is_held = fields.Boolean(help="Stands for an addon that stops the host with a wizard.")
    line_ids = fields.One2many("koban.sample.line", "sample_id", string="Works")
    total = fields.Float(compute="_compute_total", store=True)
    trail = fields.Char(help="The steps that a foreign addon saw.")

    @api.depends("partner_id.city")
    def _compute_city(self):
        for sample in self:
            sample.city = sample.partner_id.city

    @api.depends("line_ids.price")
    def _compute_total(self):
        for sample in self:
            sample.total = sum(sample.line_ids.mapped("price"))

    @api.model
    def _get_editable_fields(self):
        return super()._get_editable_fields() | {"user_id"}

    @api.model
    def _get_technical_fields(self):
        return super()._get_technical_fields() | {"trail", "is_held"}

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"name"}

    def _get_correction_advice(self):
        return "Cancel it, and make another one."

    @api.model
    def _get_validation_pass(self):
        return {"fields": {"name", "state"}}

    def _cancel_open(self, run):
        run.open(self, fields={"state"})

    def _is_through(self, kind):
        return self.state == ("done" if kind == "validation" else "cancel")

    @public
    def action_validate(self) -> bool:
        """Validate the samples that nothing holds."""
        self.check_access("write")
        pipeline.validate(self, lambda samples: samples._write_validation())
        return True

    def _write_validation(self):
        for sample in self.filtered(lambda sample: not sample.is_held):
            # Another number each time, as a sequence gives.
            sample.write({"name": f"{sample.name or 'S'}{sample.id}", "state": "done"})

    @public
    def action_cancel(self) -> bool:
        """Cancel the samples that nothing holds."""
        self.check_access("write")
        pipeline.cancel(self, lambda samples: samples._write_cancellation())
        return True

    def _write_cancellation(self):
        self.filtered(lambda sample: not sample.is_held).write({"state": "cancel"})
