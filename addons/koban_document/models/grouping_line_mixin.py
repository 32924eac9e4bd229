from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.overrides import override

from ..rows import RowSource, split_amount
from ..tools.outside import GROUP_TYPES, shown_outside

PLACED_TYPES = (None, False, "product", "line_note")
# The option of a new group, by what the document model says.
OPTIONS = {"hide_prices": "collapse_prices", "hide_detail": "collapse_composition"}


class GroupingLineMixin(models.AbstractModel):
    """A line of a document with groupings. The options are those of a section's line.

    ``collapse_prices`` and ``collapse_composition`` are the host's; a model that
    lacks them inherits ``koban.grouping.options.mixin`` too.
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
    is_shown_outside = fields.Boolean(
        string="Shown to the Partner",
        compute="_compute_is_shown_outside",
        search="_search_is_shown_outside",
        compute_sudo=True,
        help="Whether the customer or the vendor may read the line: no group hides anything of it.",
    )

    @api.model
    def default_get(self, fields):
        """Display a new group as the document model says."""
        defaults = super().default_get(fields)
        kind = self.env.context.get("default_display_type")
        if kind in GROUP_TYPES:
            option = OPTIONS.get(self._get_default_model().grouping_display)
            if option in fields:
                defaults[option] = True
        return defaults

    @api.model
    def _get_default_model(self):
        """Return the model of the document the line is added to, or that a new one will take."""
        field = self._fields[self._grouping_document_field]
        document = self.env[field.comodel_name].browse(
            self.env.context.get(f"default_{field.name}") or []
        )
        if isinstance(document.id, int) and document.exists():
            return document._get_printed_model()
        kind = self.env.context.get("default_move_type") or self.env.context.get("move_type")
        draft = document.new(
            {"company_id": self.env.company.id, **({"move_type": kind} if kind else {})}
        )
        return draft._get_printed_model()

    # ---- Who is outside the company ----
    def _compute_is_shown_outside(self):
        """Ask the search, so that there is one rule; lines not saved yet are shown."""
        saved = self.browse(self._origin.ids).with_context(active_test=False)
        hidden = saved.search([("id", "in", saved.ids), ("is_shown_outside", "=", False)])
        for line in self:
            line.is_shown_outside = line._origin not in hidden

    @api.model
    def _search_is_shown_outside(self, operator, value):
        if operator != "in":
            return NotImplemented
        companies = self.env["res.company"].sudo()  # their switch alone
        drawn = companies.with_context(active_test=False).search([("document_guard", "=", True)])
        line = self.sudo().browse()  # its columns, whoever searches
        document, types = self._grouping_document_field, self._get_outside_types()
        shown = Domain.custom(
            to_sql=lambda _model, alias, _query: shown_outside(
                line, document, alias, tuple(drawn.ids), types
            )
        )
        wanted = {bool(item) for item in value}
        if len(wanted) != 1:
            return Domain(bool(wanted))
        return shown if True in wanted else ~shown

    @api.model
    def _get_outside_types(self) -> tuple[str, ...]:
        """Return the types of lines that stand in no group and that the partner may read."""
        return ()

    @api.depends_context("uid")
    def _compute_display_name(self):
        """Name a hidden line after its group: what names its line asks for no right to it."""
        super()._compute_display_name()
        if not self.env.user.share:
            return
        hidden = self.filtered(lambda line: not line.is_shown_outside)
        documents = hidden[self._grouping_document_field].sudo()  # names and groups alone
        groups = {document: document._get_hiding_groups() for document in documents}
        for line in hidden:
            document = line[line._grouping_document_field].sudo()  # as above
            group = groups[document].get(line.sudo())
            names = [document.display_name, group._get_group_title() if group else ""]
            line.display_name = " - ".join(filter(None, names))

    def _is_group(self) -> bool:
        """Whether the line is the title of a group."""
        return self.display_type in GROUP_TYPES

    def _get_grouping_documents(self):
        return self[self._grouping_document_field]

    # ---- Current group ----
    @api.model_create_multi
    @override
    def create(self, vals_list):
        self._place_in_current_group(vals_list)
        lines = super().create(vals_list)
        lines._keep_one_current()
        return lines

    @override
    def write(self, vals):
        result = super().write(vals)
        if vals.get("is_current"):
            self._keep_one_current()
        return result

    @api.model
    def _place_in_current_group(self, vals_list):
        """Give new lines without a place the end of the current group (row 4-04).

        Titles of groups, and all lines where no group is chosen, come last.
        """
        waiting = defaultdict(list)
        for vals in vals_list:
            document_id = vals.get(self._grouping_document_field)
            # Not those of taxes and payments, which an invoice adds by itself.
            shown = vals.get("display_type") in (*PLACED_TYPES, *GROUP_TYPES)
            if document_id and shown and "sequence" not in vals:
                waiting[document_id].append(vals)
        documents = self.env[self._fields[self._grouping_document_field].comodel_name]
        for document in documents.browse(waiting).filtered(lambda doc: doc._has_groupings()):
            section = document._get_current_section()
            lines = [
                vals for vals in waiting[document.id] if vals.get("display_type") in PLACED_TYPES
            ]
            if section and lines:
                sequence = document._make_room_in_group(section)
                for vals in lines:
                    vals["sequence"] = sequence
            last = document._get_end_sequence()
            for vals in waiting[document.id]:
                if last is not None:
                    vals.setdefault("sequence", last)

    def _keep_one_current(self):
        """A document has one current group: the last one chosen."""
        chosen = self.filtered("is_current")
        for document, lines in chosen.grouped(self._grouping_document_field).items():
            others = document[document._grouping_lines_field].filtered("is_current") - lines[-1:]
            if others:
                others.write({"is_current": False})

    # ---- Assignment ----
    @public
    def action_assign_section(self, section_id: int | None = None) -> bool:
        """Move lines to the end of a group of their document (row 4-03).

        They keep their order. The amounts of the document do not change.

        :param section_id: id of the line of the group; by default the unlabelled group
        :raise DocumentError: codes ``grouping_section`` (no group of the document),
            ``grouping_line`` (groups cannot be assigned, nor lines of several documents),
            ``document_validated``
        """
        self.check_access("write")
        document = self._get_grouping_documents()
        if not self:
            return True
        if len(document) != 1 or any(line._is_group() for line in self):
            raise DocumentError(
                speaking(self.env)._(
                    "Only lines of one document, and not its groups, can be moved to a group."
                ),
                "grouping_line",
                model=self._name,
                ids=self.ids,
            )
        document._move_lines_to_group(self._get_moved_lines(), document._get_section(section_id))
        return True

    def _get_moved_lines(self):
        """Return the lines that go to a group with these ones. Extend it for tied lines."""
        return self

    # ---- Constraints ----
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
        raise ConstraintError(message, "grouping_options", model=self._name, ids=self.ids)

    # ---- What is printed ----
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

    def _is_price_included(self) -> bool:
        """Whether the tax is in the unit price of the line, which then says so."""
        return any(tax.price_include for tax in self.tax_ids)

    # ---- A group as one article ----
    def _get_group_title(self) -> str:
        """Return the name of the group on one line."""
        self.ensure_one()
        return (self.name or "").strip().split("\n")[0]

    def _get_group_unit(self):
        """Return the unit of the article that the group stands for, if any."""
        self.ensure_one()
        is_kit = self.collapse_composition and self.kit_quantity
        return self.kit_uom_id if is_kit else self.kit_uom_id.browse()

    def _split_group_amount(self, amount) -> tuple[float, float]:
        """Return the quantity and the unit price of the article that the group stands for."""
        self.ensure_one()
        document = self._get_grouping_documents()
        quantity = self.kit_quantity if self.collapse_composition else 0.0
        digits = document._get_row_builder().price_digits
        return split_amount(amount, quantity or 1.0, digits, document.currency_id.round)

    # ---- Transfer ----
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
