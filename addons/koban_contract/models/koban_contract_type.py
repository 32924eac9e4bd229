from dateutil.relativedelta import relativedelta
from odoo import fields, models

from ..periods import UNITS

UNIT_LABELS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]
KINDS = [("sale", "Customer"), ("purchase", "Supplier")]
TIMINGS = [("advance", "In Advance"), ("arrears", "In Arrears")]
PRORATIONS = [("days", "Real Days"), ("30_360", "30/360"), ("none", "None: Whole Periods")]
RENEWALS = [("tacit", "Tacit"), ("express", "Express"), ("none", "No Renewal")]
GROUPINGS = [("contract", "One per Contract"), ("customer", "One per Customer")]

assert [unit for unit, _label in UNIT_LABELS] == list(UNITS)


class KobanContractType(models.Model):
    """What contracts of a kind have in common: own fields, and the values they start with."""

    _name = "koban.contract.type"
    _description = "Contract Type"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, required=True, default="sale")
    company_id = fields.Many2one(
        "res.company", index=True, help="Leave empty to share the type between companies."
    )
    properties_definition = fields.PropertiesDefinition(
        string="Own Fields", help="Fields of the contracts of this type, such as a page price."
    )

    interval_count = fields.Integer(string="Billed Every", required=True, default=1)
    interval_unit = fields.Selection(UNIT_LABELS, required=True, default="month")
    is_aligned = fields.Boolean(
        string="Calendar Periods",
        help="Periods follow the calendar (months, quarters, years) and not the start date.",
    )
    timing = fields.Selection(TIMINGS, required=True, default="advance")
    proration = fields.Selection(PRORATIONS, required=True, default="days")
    grouping = fields.Selection(GROUPINGS, string="Invoices", required=True, default="contract")
    commitment_months = fields.Integer(string="Commitment (Months)", default=12)
    renewal = fields.Selection(RENEWALS, required=True, default="tacit")
    renewal_months = fields.Integer(string="Renewed for (Months)", default=12)
    notice_months = fields.Integer(string="Notice (Months)", default=3)
    journal_id = fields.Many2one("account.journal", check_company=True, ondelete="restrict")

    def _get_commitment_end(self, start):
        """Return the last day of a commitment that starts on a day, false for no end."""
        self.ensure_one()
        if not self.commitment_months:
            return False
        return start + relativedelta(months=self.commitment_months, days=-1)

    _interval_positive = models.Constraint(
        "CHECK(interval_count > 0)", "A contract is billed every period of at least one unit."
    )
    _months_positive = models.Constraint(
        "CHECK(commitment_months >= 0 AND renewal_months >= 0 AND notice_months >= 0)",
        "Durations in months cannot be negative.",
    )
