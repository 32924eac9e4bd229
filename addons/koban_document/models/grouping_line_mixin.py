from odoo import api, fields, models

from ..exceptions import DocumentError, speaking
from ..rows import RowSource

GROUP_TYPES = ("line_section", "line_subsection")


class GroupingLineMixin(models.AbstractModel):
    """A line of a document with groupings. The options are those of a section's line.

    ``collapse_prices`` and ``collapse_composition`` are the host's; a model that
    lacks them declares them.
    """

    _name = "koban.grouping.line.mixin"
    _description = "Line of a document with line groupings"

    # Many2one to the document, and names of the fields the page shows.
    _grouping_document_field = "order_id"
    _grouping_quantity_field = "product_uom_qty"

    hide_subtotal = fields.Boolean(
        copy=True, help="The subtotal of the group is shown on no document."
    )
    kit_quantity = fields.Float(
        string="Quantity Shown",
        digits="Product Unit",
        copy=True,
        help="The customer sees the group as one article, in this quantity. Its lines still move "
        "the stock.",
    )
    kit_uom_id = fields.Many2one(
        "uom.uom", string="Unit Shown", copy=True, ondelete="restrict", index="btree_not_null"
    )
    is_current = fields.Boolean(
        string="New Lines Go Here", copy=False, help="New lines are added to this group."
    )

    def _is_group(self) -> bool:
        """Whether the line is the title of a group."""
        return self.display_type in GROUP_TYPES

    # ------------------------------------------------------------------
    # Constraints
    # ------------------------------------------------------------------
    @api.constrains("collapse_prices", "collapse_composition", "hide_subtotal", "kit_quantity")
    def _check_grouping_options(self):
        for line in self.filtered(lambda line: line._is_group()):
            if line.collapse_composition and (line.collapse_prices or line.hide_subtotal):
                line._raise_grouping_options(
                    speaking(self.env)._(
                        "“%(group)s” shows its total only: neither its prices nor its subtotal "
                        "can be hidden as well. Choose one way to show it.",
                        group=line.name,
                    )
                )
            if line.kit_quantity and not line.collapse_composition:
                line._raise_grouping_options(
                    speaking(self.env)._(
                        "“%(group)s” can only be shown as one article, in a quantity, if its "
                        "composition is hidden.",
                        group=line.name,
                    )
                )
            if line.kit_quantity < 0:
                line._raise_grouping_options(
                    speaking(self.env)._(
                        "The quantity shown of “%(group)s” cannot be negative.", group=line.name
                    )
                )

    def _raise_grouping_options(self, message):
        raise DocumentError(message, "grouping_options", model=self._name, ids=self.ids)

    # ------------------------------------------------------------------
    # What is printed
    # ------------------------------------------------------------------
    def _prepare_row_source(self) -> RowSource:
        """Return what the line says, before its groups hide anything of it."""
        self.ensure_one()
        if self._is_group() or self.display_type == "line_note":
            return RowSource(
                line=self,
                kind=self.display_type.removeprefix("line_"),
                name=self.name or "",
                hide_prices=self.collapse_prices,
                hide_detail=self.collapse_composition,
                hide_subtotal=self.hide_subtotal,
                kit_quantity=self.kit_quantity,
                kit_unit=self.kit_uom_id.name or "",
            )
        return RowSource(**self._prepare_product_row())

    def _prepare_product_row(self) -> dict:
        """Return the values of the row of an article. Extend it to show more, or less."""
        return {
            "line": self,
            "kind": "product",
            "name": self.name or "",
            "quantity": self[self._grouping_quantity_field],
            "unit": self.product_uom_id.name or "",
            "price_unit": self.price_unit,
            "discount": self.discount,
            "taxes": tuple(tax.tax_label for tax in self.tax_ids if tax.tax_label),
            "tax_key": tuple(self.tax_ids.ids),
            "subtotal": self.price_subtotal,
            "total": self.price_total,
            "counted": True,
        }

    def _prepare_grouping_options(self) -> dict:
        """Return the options that the group keeps on the document made from this one."""
        self.ensure_one()
        return {
            "collapse_prices": self.collapse_prices,
            "collapse_composition": self.collapse_composition,
            "hide_subtotal": self.hide_subtotal,
            "kit_quantity": self.kit_quantity,
            "kit_uom_id": self.kit_uom_id.id,
        }
