from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.batches import isolate_failures
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from .koban_contract_amend import BILLING_FIELDS


class KobanContract(models.Model):
    """Conditions that an amendment changes on a day to come, and prices of that day."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _get_own_price_date(self, day, values):
        """Return the day that the price of a line is of; false for the one of the contract."""
        return day if day > self.date_start and not values.get("display_type") else False

    # ------------------------------------------------------------------
    # Conditions of a day to come
    # ------------------------------------------------------------------
    def _get_later_values(self, day, values) -> dict:
        """Return the conditions that wait for the day of the amendment."""
        if day <= fields.Date.context_today(self):
            return {}
        return {name: value for name, value in values.items() if name in BILLING_FIELDS}

    def _get_waiting_names(self) -> set:
        waiting = self.amendment_ids.filtered(lambda one: one.state == "waiting")
        return set().union(*(one.waiting_values or {} for one in waiting))

    def _bill(self, day):
        """Bill with the conditions of the day."""
        self._apply_waiting_conditions(day)
        return super()._bill(day)

    def _apply_waiting_conditions(self, day):
        """Write the conditions whose day has come, in order."""
        amendments = self.env["koban.contract.amendment"].sudo()  # written by amendments alone
        waiting = amendments.search(
            [("contract_id", "in", self.ids), ("state", "=", "waiting"), ("date", "<=", day)],
            order="date, number",
        )
        if not waiting:
            return
        with sealed_act(waiting.contract_id.with_env(self.env), "amendment"):
            for amendment in waiting:
                contract = amendment.contract_id.with_env(self.env)
                values = amendment.waiting_values
                with open_pass(contract, fields=set(values), line_fields={"state"}):
                    contract.write(values)
                    amendment.state = "done"
        env = speaking(self.env)
        self.browse(waiting.contract_id.ids)._message_log_batch(
            {
                contract.id: env._(
                    "The conditions of amendment %s are in force.",
                    ", ".join(str(one.number) for one in own),
                )
                for contract, own in waiting.grouped("contract_id").items()
            }
        )

    @api.model
    def _get_conditions_domain(self, day) -> fields.Domain:
        """Return which contracts have conditions whose day has come, in all companies."""
        due = [("state", "=", "waiting"), ("date", "<=", day)]
        return fields.Domain("state", "=", "running") & fields.Domain("amendment_ids", "any", due)

    def _apply_conditions_apart(self, day):
        # What fails is told by the billing, which tries it again.
        isolate_failures(self, lambda contracts: contracts._apply_waiting_conditions(day))


class KobanContractAmendment(models.Model):
    _inherit = "koban.contract.amendment"

    state = fields.Selection(
        [
            ("done", "In Force"),
            ("waiting", "Conditions Waiting"),
            ("cancel", "Conditions Cancelled"),
        ],
        required=True,
        readonly=True,
        default="done",
        index=True,
        help="Who is invoiced and how changes on the day of the amendment, not before.",
    )
    waiting_values = fields.Json(readonly=True)

    @public
    def action_cancel(self) -> bool:
        """Cancel the conditions that wait for their day; changed lines and terms stay.

        :raise DocumentError: code ``contract_amendment_state``
        """
        self.contract_id.check_access("write")
        self.contract_id._claim()
        for amendment in self:
            if amendment.state != "waiting":
                raise DocumentError(
                    speaking(self.env)._("%s has no conditions that wait.", amendment.display_name),
                    "contract_amendment_state",
                    model=self._name,
                    ids=amendment.ids,
                )
        contracts = self.contract_id
        with sealed_act(contracts, "amendment"), open_pass(contracts, line_fields={"state"}):
            self.sudo().state = "cancel"  # written by amendments alone
        env = speaking(self.env)
        for amendment in self:
            amendment.contract_id.message_post(
                body=env._(
                    "The conditions of amendment %(number)s, for %(date)s, are cancelled.",
                    number=amendment.number,
                    date=format_date(env, amendment.date),
                ),
                subtype_xmlid="mail.mt_note",
            )
        return True
