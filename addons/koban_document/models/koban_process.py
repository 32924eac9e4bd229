from odoo import fields, models


class KobanProcess(models.Model):
    """How a sale is handled: row 3-05, « Processus »."""

    _name = "koban.process"
    _description = "Process"
    _order = "sequence, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Leave empty to share the process between companies.",
    )
    description = fields.Text(translate=True, help="For the team; never printed.")
