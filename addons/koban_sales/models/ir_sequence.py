from odoo import api, models

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import get_passes, open_pass

from .res_company import ORDER_SEQUENCE_CODE

# Values that would leave out, repeat or re-date a number.
COUNTER_FIELDS = {
    "active",
    "code",
    "company_id",
    "implementation",
    "number_increment",
    "number_next",
    "number_next_actual",
    "use_date_range",
}


class IrSequence(models.Model):
    _inherit = "ir.sequence"

    _order_sequence_unique = models.UniqueIndex(
        "(company_id) WHERE code = 'koban.sale.order'",
        "The company already has its sequence of order numbers.",
    )

    def _next(self, sequence_date=None):
        # Drawing a number without validating an order would leave a gap.
        if self.sudo().code == ORDER_SEQUENCE_CODE:  # whoever draws: its code alone is read
            raise DocumentError(
                speaking(self.env)._("Order numbers are given by the validation of an order only."),
                "document_number",
                model=self._name,
                ids=self.ids,
            )
        return super()._next(sequence_date)

    def _is_year_begun(self) -> bool:
        """Whether the caller gives the first order of a year its number."""
        return any(item.model == "ir.sequence" for item in get_passes())

    def _create_date_range_seq(self, date):
        if self.code != ORDER_SEQUENCE_CODE:
            return super()._create_date_range_seq(date)
        with open_pass(self):
            return super()._create_date_range_seq(date)

    def _check_order_counter(self):
        used = self.sudo().filtered(  # whatever its reader, a used counter stays
            lambda sequence: (
                sequence.code == ORDER_SEQUENCE_CODE
                and self.env["sale.order"]
                .sudo()
                .search_count(
                    [
                        ("company_id", "=", sequence.company_id.id),
                        ("validation_date", "!=", False),
                    ],
                    limit=1,
                )
            )
        )
        if used:
            raise DocumentError(
                speaking(self.env)._(
                    "The counter of %(sequence)s cannot be changed or deleted: orders were "
                    "numbered with it. Only its prefix, suffix and size can.",
                    sequence=used[0].name,
                ),
                "document_number",
                model=self._name,
                ids=used.ids,
            )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("code") == ORDER_SEQUENCE_CODE:
                self._check_only_counter(vals.get("company_id"))
        return super().create(vals_list)

    @api.model
    def _check_only_counter(self, company_id):
        """Refuse a second counter of order numbers in a company.

        :raise DocumentError: code ``document_number``
        """
        existing = self.sudo().with_context(active_test=False)  # whoever may read it
        if existing.search_count(
            [("code", "=", ORDER_SEQUENCE_CODE), ("company_id", "=", company_id)], limit=1
        ):
            raise ConstraintError(
                speaking(self.env)._("The company already has its sequence of order numbers."),
                "document_number",
                model=self._name,
                ids=self.ids,
            )

    @override
    def write(self, vals):
        if vals.get("code") == ORDER_SEQUENCE_CODE:
            for sequence in self.filtered(lambda item: item.code != ORDER_SEQUENCE_CODE):
                self._check_only_counter(vals.get("company_id", sequence.company_id.id))
        if COUNTER_FIELDS & vals.keys():
            self._check_order_counter()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_order_counter()
