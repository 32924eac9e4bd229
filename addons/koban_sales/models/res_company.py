from odoo import api, fields, models

from odoo.addons.koban_guard.tools.overrides import override

from ..ready_models import READY_MODELS

ORDER_SEQUENCE_CODE = "koban.sale.order"


class ResCompany(models.Model):
    _inherit = "res.company"

    allow_edit_validated_orders = fields.Boolean(
        string="Allow Editing Validated Orders",
        tracking=True,
        groups="base.group_system",
        help="Validated orders can still be edited, except their number, company and status. Each "
        "change is recorded on the order. Not recommended. Never applies to invoices.",
    )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_order_sequence()
        return companies

    @api.model
    def _get_ready_models(self):
        return [*super()._get_ready_models(), *READY_MODELS]

    def _create_order_sequence(self):
        """Create the sequence of order numbers of each company: no gap, restarts every year."""
        # Set up with the company, by who creates it.
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        existing = Sequence.search(
            [("code", "=", ORDER_SEQUENCE_CODE), ("company_id", "in", self.ids)]
        ).company_id
        return Sequence.create([company._prepare_order_sequence() for company in self - existing])

    def _prepare_order_sequence(self) -> dict:
        self.ensure_one()
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env
        return {
            "name": env._("Validated orders"),
            "code": ORDER_SEQUENCE_CODE,
            "company_id": self.id,
            "implementation": "no_gap",
            "prefix": "CDE-%(range_year)s-",
            "padding": 5,
            "use_date_range": True,
        }

    def _get_order_sequence(self):
        """Return the sequence of the order numbers of the company.

        :rtype: one ``ir.sequence``, as superuser
        """
        self.ensure_one()
        # A salesperson draws from it.
        Sequence = self.env["ir.sequence"].sudo()
        sequence = Sequence._find_numbering(ORDER_SEQUENCE_CODE, self)
        return sequence or self._create_order_sequence()
