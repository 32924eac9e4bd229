from datetime import date, timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_seal.tools.acts import sealed_act

# What decides which days are billed.
DAY_FIELDS = {"contract_id", "date_from", "date_to"}


class KobanContractSuspension(models.Model):
    """Days in which a contract is not billed: a closed site, a payment awaited.

    Also of a running contract, but for the days that were billed.
    """

    _name = "koban.contract.suspension"
    _description = "Suspension of a Contract"
    _inherit = ["koban.contract.part.mixin"]
    _order = "date_from, id"
    _rec_name = "date_from"

    contract_id = fields.Many2one("koban.contract", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="contract_id.company_id")
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True, help="Last day suspended.")
    reason = fields.Char()

    _dates_ordered = models.Constraint(
        "CHECK(date_to >= date_from)", "The end of the suspension is before its start."
    )

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------
    @api.constrains("contract_id", "date_from", "date_to")
    def _check_overlap(self):
        for contract in self.contract_id:
            ordered = contract.suspension_ids.sorted("date_from")
            for one, other in pairwise(ordered):
                if other.date_from <= one.date_to:
                    raise ConstraintError(
                        speaking(self.env)._(
                            "%(contract)s: the suspension %(days)s overlaps the one %(others)s. "
                            "Change one of them.",
                            contract=contract.display_name,
                            days=other._describe_days(),
                            others=one._describe_days(),
                        ),
                        "contract_suspension_overlap",
                        model=self._name,
                        ids=other.ids,
                    )

    def _check_unbilled(self):
        """Refuse to suspend billed days, or to bring suspended ones back once passed over.

        :raise DocumentError: code ``contract_suspension_billed``
        """
        contracts = self.contract_id
        opened = contracts._get_open_periods()
        for suspension in self:
            contract = suspension.contract_id
            if contract.state == "draft":
                continue
            contract._check_not_cancelled()
            billed = max(
                filter(
                    None,
                    (
                        suspension._get_last_billed(line, opened.get(contract, ()))
                        for line in contract._get_repeated_lines()
                    ),
                ),
                default=None,
            )
            if billed:
                suspension._raise_billed(billed)

    def _get_last_billed(self, line, opened) -> date | None:
        """Return the last of these days that is billed for a line; not those to bill again."""
        if not line.billed_to:
            return None
        first = max(self.date_from, line._get_first_day())
        day = min(self.date_to, line.billed_to)
        rows = [row for row in opened if row.line_id == line]
        while day >= first:
            row = next((row for row in rows if row.date_from <= day <= row.date_to), None)
            if not row:
                return day
            day = row.date_from - timedelta(days=1)
        return None

    def _raise_billed(self, billed):
        env = speaking(self.env)
        possible = billed + timedelta(days=1)
        self._raise(
            env._(
                "%(contract)s: the suspension %(days)s cannot be entered, changed or removed: it "
                "was billed up to %(billed)s. The first possible day is %(possible)s. For an "
                "earlier one, cancel the invoice and reopen its periods first.",
                contract=self.contract_id.display_name,
                days=self._describe_days(),
                billed=format_date(env, billed),
                possible=format_date(env, possible),
            ),
            "contract_suspension_billed",
            date=fields.Date.to_string(possible),
        )

    def _raise(self, message, code, **details):
        raise DocumentError(message, code, model=self._name, ids=self.ids, **details)

    def _describe_days(self) -> str:
        env = speaking(self.env)
        return env._(
            "from %(first)s to %(last)s",
            first=format_date(env, self.date_from),
            last=format_date(env, self.date_to),
        )

    # ------------------------------------------------------------------
    # Create, write, unlink
    # ------------------------------------------------------------------
    @api.model_create_multi
    @override
    def create(self, vals_list):
        with sealed_act(self._get_announced_contracts(vals_list), "suspension"):
            suspensions = super().create(vals_list)
            suspensions.contract_id._claim()  # no run bills them
            suspensions._check_unbilled()
            suspensions._tell(speaking(self.env)._("Suspended"))
        return suspensions

    @api.model
    def _get_announced_contracts(self, vals_list):
        default = self.default_get(["contract_id"]).get("contract_id")
        ids = {vals.get("contract_id", default) for vals in vals_list}
        # Only whether they are validated: the ORM checks the rights next.
        return self.env["koban.contract"].sudo().browse(filter(None, ids)).exists()

    @override
    def write(self, vals):
        self.check_access("write")
        contracts = self.contract_id
        contracts._check_not_cancelled()
        with sealed_act(contracts, "suspension"):
            if DAY_FIELDS.isdisjoint(vals):
                return super().write(vals)
            contracts._claim()
            self._check_unbilled()
            result = super().write(vals)
            self._check_unbilled()
            self._tell(speaking(self.env)._("Suspension changed"))
            return result

    @override
    def unlink(self):
        with sealed_act(self.contract_id, "suspension"):
            return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_unbilled(self):
        self.contract_id._claim()
        self._check_unbilled()
        self._tell(speaking(self.env)._("Suspension removed"))

    def _tell(self, event):
        """Note in the history of running contracts."""
        for suspension in self:
            if suspension.contract_id.state != "draft":
                reason = f" ({suspension.reason})" if suspension.reason else ""
                body = f"{event}: {suspension._describe_days()}{reason}"
                suspension.contract_id.message_post(body=body, subtype_xmlid="mail.mt_note")
