import json

from odoo import api, fields, models


class KobanEvent(models.Model):
    _name = "koban.event"
    _description = "stub, replaced by the core"

    company_id = fields.Many2one("res.company")
    kind = fields.Char()
    res_model = fields.Char()
    res_id = fields.Integer()
    content = fields.Text()

    @api.model
    def _record(self, kind, records=None, company=None, detail=None, chain="main"):
        for record in records or [None]:
            self.sudo().create(
                {
                    "kind": kind,
                    "company_id": (company or record.company_id).id,
                    "res_model": record and record._name,
                    "res_id": record and record.id,
                    "content": json.dumps(detail),
                }
            )
