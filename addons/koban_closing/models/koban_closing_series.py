from odoo import fields, models
from odoo.fields import Command


class KobanClosingSeries(models.Model):
    """First and last numbers of a series in the period of a closing."""

    _name = "koban.closing.series"
    _inherit = ["koban.closing.part", "koban.trigger.mixin"]
    _description = "Numbers of a closing per series"
    _order = "closing_id, journal, prefix, id"
    _rec_name = "prefix"

    closing_id = fields.Many2one("koban.closing", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="closing_id.company_id")
    journal = fields.Char(required=True)
    prefix = fields.Char(string="Series")
    first_rank = fields.Integer()
    last_rank = fields.Integer()
    first_number = fields.Char()
    last_number = fields.Char()
    count = fields.Integer(string="Documents")

    def _prepare_spans(self) -> list:
        """Return the commands that join these lines, one per series."""
        spans = {}
        for line in self:
            key = (line.journal, line.prefix)
            first, last, count = spans.get(key, (line, line, 0))
            spans[key] = (
                line if line.first_rank < first.first_rank else first,
                line if line.last_rank > last.last_rank else last,
                count + line.count,
            )
        return [
            Command.create(
                {
                    "journal": journal,
                    "prefix": prefix,
                    "first_rank": first.first_rank,
                    "first_number": first.first_number,
                    "last_rank": last.last_rank,
                    "last_number": last.last_number,
                    "count": count,
                }
            )
            for (journal, prefix), (first, last, count) in spans.items()
        ]
