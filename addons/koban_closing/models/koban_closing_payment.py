from odoo import fields, models


class KobanClosingPayment(models.Model):
    """Payments of customers in the period of a closing, per journal and payment method."""

    _name = "koban.closing.payment"
    _inherit = ["koban.closing.part", "koban.trigger.mixin"]
    _description = "Payments of a closing per payment method"
    _order = "closing_id, journal, method, id"
    _rec_name = "journal"

    closing_id = fields.Many2one("koban.closing", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="closing_id.company_id")
    currency_id = fields.Many2one(related="closing_id.currency_id")
    # Texts: the journal may be renamed afterwards.
    journal = fields.Char(required=True)
    method = fields.Char(string="Payment Method")
    count = fields.Integer(string="Payments")
    amount = fields.Monetary(help="Received, minus what was paid back.")
