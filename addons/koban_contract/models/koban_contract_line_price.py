from datetime import date

from odoo import api, fields, models


class KobanContractLine(models.Model):
    """The price of a line: what holds it, on which day, and from which line to the next.

    What revises prices, or has lines priced by something else, extends these methods.
    """

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    price_date = fields.Date(
        string="Price of",
        readonly=True,
        copy=False,
        help="First day of a price agreed on in an amendment: it stands for the value of the "
        "index on that day, and not for the base value of the contract.",
    )

    # ------------------------------------------------------------------
    # Which price
    # ------------------------------------------------------------------
    @api.model
    def _get_price_fields(self) -> frozenset[str]:
        """Return all the fields that may hold the price of a line."""
        return frozenset({"price_unit"})

    def _get_price_field(self) -> str:
        """Return the field that holds the price of the line."""
        self.ensure_one()
        return "price_unit"

    def _has_unit_price(self) -> bool:
        """Whether the unit price of the line is what it bills."""
        return self._get_price_field() == "price_unit"

    def _get_price(self) -> float:
        """Return the price of the line as it is written: the last one agreed on."""
        self.ensure_one()
        return self[self._get_price_field()]

    def _set_price(self, price):
        """Write the price of the lines; the records carry a pass."""
        for line in self:
            line[line._get_price_field()] = price

    def _get_price_label(self, env) -> str:
        """Return what the price is the price of.

        :param env: environment of the language to say it in
        """
        return self._get_line_label()

    # ------------------------------------------------------------------
    # When
    # ------------------------------------------------------------------
    def _get_price_on(self, day: date) -> float:
        """Return the price in force on a day: the one that is written, unless prices change."""
        return self._get_price()

    def _get_subtotal_on(self, day: date) -> float:
        """Return what a whole period amounts to at the price of a day, excluding tax.

        A price agreed on for later is written already.
        """
        price = self._get_price_on(day)
        if price == self._get_price():
            return self.price_subtotal
        return self._get_amounts(price)["total_excluded"]

    def _is_revised_on(self, day: date, kind: str) -> bool:
        """Whether a change of prices on that day touches the line.

        A one-off fee has no next period. The end of the commitment does not count: it may be
        renewed.

        :param kind: of the change: ``percent``, ``amount`` or ``index``
        """
        self.ensure_one()
        if self.display_type or self.charge == "once":
            return False
        if self.price_date and self.price_date >= day:
            return False  # agreed on for that day
        last = min(filter(None, [self.date_end, self.contract_id.close_date]), default=None)
        return self._get_first_day() <= day and (not last or day <= last)

    # ------------------------------------------------------------------
    # From one line to the next
    # ------------------------------------------------------------------
    def _get_price_lines(self):
        """Return the line, and those before it whose price it took over, the last one first."""
        self.ensure_one()
        line = lines = self
        while line.replaces_id and not line.price_date:
            line = line.replaces_id
            lines |= line
        return lines

    def _get_price_date(self) -> date:
        """Return the day that the price is of; false for that of the contract's base value."""
        return self._get_price_lines()[-1:].price_date

    def _get_followers(self):
        """Return the lines that took the price of this one over: what changes it changes theirs."""
        found = self.browse()
        following = self.replaced_by_ids.filtered(lambda line: not line.price_date)
        while following:
            found |= following
            following = following.replaced_by_ids.filtered(lambda line: not line.price_date)
        return found
