from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

CONTRACT_SEQUENCE_CODE = "koban.contract"


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model_create_multi
    @override
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._create_contract_sequence()
        return companies

    def _create_contract_sequence(self):
        """Create the sequence of contract numbers of each company."""
        # Set up with the company, by who creates it.
        Sequence = self.env["ir.sequence"].sudo().with_context(active_test=False)
        existing = Sequence.search(
            [("code", "=", CONTRACT_SEQUENCE_CODE), ("company_id", "in", self.ids)]
        ).company_id
        return Sequence.create(
            [company._prepare_contract_sequence() for company in self - existing]
        )

    def _prepare_contract_sequence(self) -> dict:
        self.ensure_one()
        env = self.with_context(lang=self.partner_id.lang or self.env.lang).env
        return {
            "name": env._("Contracts"),
            "code": CONTRACT_SEQUENCE_CODE,
            "company_id": self.id,
            "implementation": "no_gap",
            "prefix": "CTR-%(range_year)s-",
            "padding": 4,
            "use_date_range": True,
        }

    def _get_contract_sequence(self):
        """Return the sequence of the contract numbers of the company.

        :rtype: one ``ir.sequence``, as superuser
        """
        self.ensure_one()
        # Whoever validates a contract draws from it.
        Sequence = self.env["ir.sequence"].sudo()
        sequence = Sequence._find_numbering(CONTRACT_SEQUENCE_CODE, self)
        return sequence or self._create_contract_sequence()
