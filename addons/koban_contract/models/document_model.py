from odoo import api, fields, models
from odoo.fields import Command, Domain

from .koban_contract_page import REPORT


class KobanDocumentModel(models.Model):
    _inherit = "koban.document.model"

    kind = fields.Selection(
        selection_add=[("contract", "Contract")],
        ondelete={"contract": lambda models_: models_._retire_contract_models()},
    )

    def _retire_contract_models(self):
        """Archive the models of contracts when the addon goes: prints still refer to them."""
        self.with_context(active_test=False).write(
            {"active": False, "is_default": False, "kind": "invoice"}
        )

    @api.model
    def _get_kind_reports(self):
        return {**super()._get_kind_reports(), "contract": REPORT}

    def _get_preview_domain(self):
        if self.kind != "contract":
            return super()._get_preview_domain()
        return Domain(
            [
                ("kind", "=", "sale"),
                ("state", "=", "running"),
                ("company_id", "=", self.company_id.id),
            ]
        )

    def _create_preview_sample(self):
        if self.kind != "contract":
            return super()._create_preview_sample()
        return self.env["koban.contract"].create(
            {
                "title": self.env._("Example"),
                "company_id": self.company_id.id,
                "partner_id": self._create_sample_customer().id,
                "line_ids": [
                    Command.create({"name": name, "quantity": quantity, "price_unit": price})
                    for name, quantity, price in self._get_sample_lines()
                ],
            }
        )
