from odoo import fields, models


class KobanProductImportFault(models.Model):
    """Why a row of a file is refused: where, what stands there, the reason."""

    _name = "koban.product.import.fault"
    _description = "Reason of a Refused Row"
    _order = "number, id"
    _rec_name = "reason"
    _log_access = False

    import_id = fields.Many2one(
        "koban.product.import", required=True, index=True, ondelete="cascade"
    )
    row_id = fields.Many2one(
        "koban.product.import.row", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(string="Row Number", aggregator=None)
    column = fields.Char()
    value = fields.Char()
    code = fields.Char()
    reason = fields.Char()
