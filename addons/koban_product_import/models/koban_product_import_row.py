from odoo import api, fields, models


class KobanProductImportRow(models.Model):
    """A row of a file of articles: kept until it is imported, which is done once."""

    _name = "koban.product.import.row"
    _description = "Row of an Import of Articles"
    _order = "number, id"
    _rec_name = "code"
    _log_access = False

    import_id = fields.Many2one(
        "koban.product.import", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Row Number", aggregator=None)
    code = fields.Char()
    name = fields.Char()
    texts = fields.Json(help="What stands in the cells, by column.")
    state = fields.Selection(
        [
            ("new", "New"),
            ("update", "Updated"),
            ("refused", "Refused"),
            ("done", "Imported"),
        ],
        required=True,
        index=True,
    )
    product_id = fields.Many2one(
        "product.product", string="Article", ondelete="set null", index="btree_not_null"
    )
    summary = fields.Char(string="Read as", compute="_compute_summary")
    fault_ids = fields.One2many("koban.product.import.fault", "row_id")
    reasons = fields.Text(compute="_compute_reasons")

    @api.depends("texts")
    def _compute_summary(self):
        for row in self:
            labels = row.import_id._get_labels()
            row.summary = " · ".join(
                f"{labels.get(name, name)}: {text}"
                for name, text in (row.texts or {}).items()
                if name not in ("default_code", "name")
            )

    @api.depends("fault_ids.reason")
    def _compute_reasons(self):
        for row in self:
            row.reasons = "\n".join(row.fault_ids.mapped("reason"))
