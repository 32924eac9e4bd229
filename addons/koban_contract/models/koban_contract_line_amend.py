from odoo import fields, models

from .koban_contract_amend import CHANGED_FIELDS


class KobanContractLine(models.Model):
    """Where a line comes from, when an amendment made it."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    replaces_id = fields.Many2one(
        "koban.contract.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The line whose days end where the days of this one start.",
    )
    replaced_by_ids = fields.One2many("koban.contract.line", "replaces_id", copy=False)
    amendment_id = fields.Many2one(
        "koban.contract.amendment",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The amendment that added the line.",
    )

    def _prepare_successor(self, day, changed, amendment) -> dict:
        """Return the values of the line that takes over from a day on.

        :param changed: what becomes different
        """
        self.ensure_one()
        return {
            **self.copy_data()[0],
            "contract_id": self.contract_id.id,
            "date_start": day,
            "replaces_id": self.id,
            "amendment_id": amendment.id,
            **changed,
        }

    def _prepare_amend(self) -> dict:
        """Return the line as the amendment shows it at first."""
        self.ensure_one()
        return {"line_id": self.id, **{name: self[name] for name in CHANGED_FIELDS}}
