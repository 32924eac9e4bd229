from odoo import api, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..rows import PrintedRow, RowBuilder, get_price_digits


class GroupingMixin(models.AbstractModel):
    """A document whose lines are presented in groups (rows 4-01 to 4-10).

    A group is a section or a subsection of the host: its lines are the ones
    below it, until the next one. The lines before the first section make the
    unlabelled group.
    """

    _name = "koban.grouping.mixin"
    _description = "Document with line groupings"

    # One2many of the lines, of a ``koban.grouping.line.mixin`` model.
    _grouping_lines_field = "order_line"

    def _has_groupings(self) -> bool:
        """Whether the lines of the document can be put in groups."""
        return True

    # ------------------------------------------------------------------
    # What is printed
    # ------------------------------------------------------------------
    def _get_ordered_lines(self):
        """Return the lines in the order of the page."""
        self.ensure_one()
        return self[self._grouping_lines_field].sorted("sequence")

    def _get_lines_to_print(self):
        """Return the lines that the page may show, in order. Extend it to leave some out."""
        return self._as_page()._get_ordered_lines()

    def _as_page(self):
        """Return the document as its page reads it: with every line, whoever looks at it.

        Outside the company one reads the lines of which nothing is hidden
        (``is_shown_outside``), and the totals of groups need the others too.
        """
        self.ensure_one()
        if not self.env.user.share or not self.id:
            return self
        document = self.sudo()  # groups decide what is told of the lines
        # What was read before, with fewer rights, may lack some.
        document.invalidate_recordset([self._grouping_lines_field])
        return document

    def _get_shown_lines(self):
        """Return the lines that are rows of the page; none of those a group hides."""
        lines = self[self._grouping_lines_field].browse()
        return lines.union(*(row.line for row in self._get_printed_rows()))

    def _get_row_builder(self) -> RowBuilder:
        """Return what turns lines into rows, in the currency of the document."""
        self.ensure_one()
        company = self.company_id.sudo()  # how it gives its prices, whoever prints
        return RowBuilder(
            rounding=self.currency_id.round,
            price_digits=self.env["decimal.precision"].precision_get("Product Price"),
            tax_included=company.account_price_include == "tax_included",
        )

    @api.model
    def _get_price_options(self, price) -> dict:
        """Return the QWeb options that show a unit price with the decimals it needs."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return {"widget": "float", "precision": get_price_digits(price, digits)}

    def _get_printed_rows(self) -> list[PrintedRow]:
        """Return the rows that print, portal and mail show: the one rule of groupings."""
        sources = [line._prepare_row_source() for line in self._get_lines_to_print()]
        return self._get_row_builder().build(sources)

    def _uses_printed_rows(self) -> bool:
        """Whether the host's templates show these rows instead of their own.

        Where the guard is off and no option of ours is used, the page stays the host's.
        """
        self.ensure_one()
        if self.company_id.sudo().document_guard:  # its switch alone
            return True
        lines = self._as_page()[self._grouping_lines_field]
        return any(line.hide_subtotal or line.kit_quantity for line in lines)

    def _get_hiding_groups(self) -> dict:
        """Return the outermost group that hides something of each line: ``{line: group}``.

        What the page does not tell, an electronic document does not tell either: there,
        such a group is one line by set of taxes.
        """
        if not self._uses_printed_rows():
            return {}
        hiding = {}
        section = subsection = self[self._grouping_lines_field].browse()
        for line in self._as_page()._get_ordered_lines():
            if line.display_type == "line_section":
                section, subsection = line, line.browse()
            elif line.display_type == "line_subsection":
                subsection = line
            else:
                groups = (section | subsection).filtered(
                    lambda group: group.collapse_composition or group.collapse_prices
                )
                if groups:
                    hiding[line] = groups[:1]
        return hiding

    def _hides_discounts(self) -> bool:
        """Whether a group hides the discount of a line, which the sum of discounts would tell."""
        return any(line.discount for line in self._get_hiding_groups())

    # ------------------------------------------------------------------
    # Current group
    # ------------------------------------------------------------------
    def _get_current_section(self):
        """Return the group where new lines go; none for the host's behaviour."""
        return self._get_ordered_lines().filtered(
            lambda line: line.is_current and line._is_group()
        )[:1]

    @public(one=True)
    def set_current_section(self, section_id: int | None = None) -> bool:
        """Choose the group where new lines go (row 4-04).

        :param section_id: id of the line of the group; by default none
        :raise DocumentError: code ``grouping_section`` if it is no group of the document
        """
        section = self._get_section(section_id)
        lines = self[self._grouping_lines_field]
        (lines.filtered("is_current") - section).write({"is_current": False})
        if section and not section.is_current:
            section.write({"is_current": True})
        return True

    def _get_section(self, section_id):
        """Return the line of a group of this document; nothing for the unlabelled group.

        :raise DocumentError: code ``grouping_section``
        """
        lines = self[self._grouping_lines_field]
        section = lines.filtered(lambda line: line.id == section_id and line._is_group())
        if section_id and not section:
            raise DocumentError(
                speaking(self.env)._(
                    "%(document)s has no group with the id %(id)s. Choose one of its sections.",
                    document=self.display_name,
                    id=section_id,
                ),
                "grouping_section",
                model=self._name,
                ids=self.ids,
            )
        return section

    def _get_new_line_sequence(self, child_field, section_id):
        # Of the product catalogue, which knows sections only, and adds at their top.
        current = self._get_current_section()
        if section_id and section_id in (current.id, current.parent_id.id):
            return self._make_room_in_group(current)
        return super()._get_new_line_sequence(child_field, section_id)

    def _get_action_add_from_catalog_extra_context(self):
        current = self._get_current_section()
        return {
            **super()._get_action_add_from_catalog_extra_context(),
            # The catalogue opens on this section.
            "current_section_id": (current.parent_id or current).id,
        }

    @api.model
    def _get_group_end(self, lines, section) -> int:
        """Return where a line added to a group goes, as an index in the ordered lines.

        :param section: line of the group; none for the unlabelled group
        """
        ordered = list(lines)
        index = ordered.index(section) + 1 if section else 0
        while index < len(ordered) and not ordered[index]._is_group():
            index += 1
        return index

    def _get_end_sequence(self) -> int | None:
        """Return the sequence of a line added at the end, ``None`` to leave it to the host."""
        lines = self._get_ordered_lines()
        if not any(line._is_group() for line in lines) or not self._uses_printed_rows():
            return None
        return lines[-1].sequence

    def _make_room_in_group(self, section) -> int:
        """Return the sequence of lines added at the end of a group.

        The lines of the next groups give way: with equal sequences the newest line
        comes last.
        """
        lines = self._get_ordered_lines()
        end = self._get_group_end(lines, section)
        sequence = lines[end - 1].sequence
        if lines[end : end + 1].sequence == sequence:
            for line in lines[end:]:
                line.sequence += 1
        return sequence

    def _move_lines_to_group(self, moved, section):
        """Put lines at the end of a group, and number all lines anew.

        :param section: line of the group; none for the unlabelled group
        """
        lines = self._get_ordered_lines()
        kept = lines - moved
        end = self._get_group_end(kept, section)
        ordered = kept[:end] + (lines & moved) + kept[end:]
        for sequence, line in enumerate(ordered, start=1):
            if line.sequence != sequence:
                line.sequence = sequence
        # The host does not say what its parents depend on.
        lines.invalidate_recordset(["parent_id"])
