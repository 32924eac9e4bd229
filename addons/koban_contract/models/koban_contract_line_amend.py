from odoo import api, fields, models

# What an amendment may change of a line, and what it gives to a line that it adds.
CHANGED_FIELDS = ("name", "quantity", "price_unit", "discount", "tax_ids")
ADDED_FIELDS = (
    "product_id", "product_uom_id", "charge", "date_end", "analytic_distribution", "display_type",
)  # fmt: skip


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

    @api.model
    def _get_changed_fields(self) -> tuple[str, ...]:
        """Return the fields that an amendment may change, in the order in which it tells them."""
        return CHANGED_FIELDS

    @api.model
    def _get_added_fields(self) -> tuple[str, ...]:
        """Return the fields that an amendment may give to a line that it adds."""
        return (*self._get_changed_fields(), *ADDED_FIELDS)

    def _get_earlier_lines(self):
        """Return the line and those before it that amendments replaced, the last one first."""
        self.ensure_one()
        line = lines = self
        while line.replaces_id:
            line = line.replaces_id
            lines |= line
        return lines

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
            "price_date": day if "price_unit" in changed else False,
            **changed,
        }

    def _prepare_amend(self) -> dict:
        """Return the line as the amendment shows it at first."""
        self.ensure_one()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._get_changed_fields()
        }
        return {"line_id": self.id, **values}

    # ------------------------------------------------------------------
    # Prices from one line to the next; the records carry a pass
    # ------------------------------------------------------------------
    def _change_whole(self, changed):
        """Change a line none of whose days comes before the amendment."""
        self.ensure_one()
        if "price_unit" not in changed:
            changed = {**changed, "price_unit": self.price_unit}  # not the article's for a quantity
        else:
            own = self.contract_id._get_own_price_date(self._get_first_day(), changed)
            changed = {**changed, "price_date": own}
            # Amended already for later, those keep the price that they have.
            for line in self.replaced_by_ids.filtered(lambda line: not line.price_date):
                line.price_date = line._get_first_day()
        self.write(changed)

    def _leave_followers(self):
        """Give what took over from a line that goes to the one before it."""
        self.ensure_one()
        following = self.replaced_by_ids
        if self.price_date:
            following.filtered(lambda line: not line.price_date).price_date = self.price_date
        following.replaces_id = self.replaces_id

    def _take_over(self, day):
        """Go on with the price of the line that this one replaces, where it is not agreed anew.

        :param day: of the amendment
        """
        self.ensure_one()
        line = self.replaces_id
        if self.price_date:
            return
        # Those of a later amendment now follow this one.
        (line.replaced_by_ids - self).replaces_id = self
