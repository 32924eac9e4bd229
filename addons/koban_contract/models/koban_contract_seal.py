from odoo import api, models
from odoo.tools import SQL

from odoo.addons.koban_guard.tools.pipeline import Run
from odoo.addons.koban_seal.models.koban_event import ACT_KINDS
from odoo.addons.koban_seal.tools.journal import seal
from odoo.addons.koban_seal.tools.one_query import read_in_one_query

AMENDMENT_FIELDS = (
    "number", "date", "reason", "description", "user_id", "state", "waiting_values",
)  # fmt: skip
REVISION_FIELDS = (
    "line_id", "date_from", "is_planned", "kind", "old_price", "new_price", "base_price",
    "yearly_effect", "formula", "hit", "index_id", "index_name", "base_index_id", "base_value",
    "base_period", "new_value", "new_period", "published_on", "is_provisional",
    "provisional_price", "state", "renewal_id",
)  # fmt: skip
RENEWAL_FIELDS = (
    "date", "user_id", "old_end", "old_anchor", "date_from", "new_end", "state", "undone_on",
    "old_yearly_amount", "new_yearly_amount",
)  # fmt: skip
NOTICE_FIELDS = (
    "partner_id", "email", "term_end", "deadline", "window_from", "window_to", "is_consumer",
    "channel", "made_on", "sent_on", "sent_by_id", "is_timely", "sha256", "figures",
)  # fmt: skip
EDITABLE = "stays editable; each change is an event of the journal"
DERIVED = "computed again from sealed values"
BILLING = "how far billing has come; what it bills is sealed with the invoice"


class KobanContract(models.Model):
    """What the seals of a contract cover: its terms, its lines, and the acts that changed them."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    _sealed_fields = (
        "company_id", "name", "title", "state", "kind", "type_id", "properties", "partner_id",
        "invoice_partner_id", "currency_id", "pricelist_id", "fiscal_position_id",
        "payment_term_id", "journal_id", "process_id", "legal_mentions", "validation_date",
        "date_start", "date_end", "notice_months", "notice_deadline", "renewal",
        "renewal_months", "renewal_anchor", "close_date", "close_reason", "stop_reason_id",
        "interval_count", "interval_unit", "is_aligned", "timing", "proration", "grouping",
        "reading_grace_days", "revision_kind", "revision_months", "first_revision_date",
        "revision_percent", "revision_amount", "index_id", "index_mode", "index_value_rule",
        "index_unpublished", "index_lag", "base_period", "base_value", "fixed_part", "has_floor",
        "revision_floor", "has_cap", "revision_cap", "revision_rounding",
    )  # fmt: skip
    _sealed_follow_up = {
        "header": EDITABLE,
        "footer": EDITABLE,
        "comment": EDITABLE,
        "contact_id": EDITABLE,
        "document_model_id": EDITABLE,
        "user_id": EDITABLE,
        "commercial_partner_id": "the firm that the customer belongs to today",
        "sale_order_id": "where it comes from; the order has a seal of its own",
        "next_renewal_date": DERIVED,
        "next_revision_date": DERIVED,
        "last_revision_date": DERIVED,
        "terminable_any_time": "brought up to date each day from sealed dates and letters",
        "monthly_amount": "brought up to date each day from sealed prices and dates",
        "yearly_amount": "as the monthly amount",
        "monthly_amount_company": "as the monthly amount",
        "next_invoice_date": BILLING,
        "has_open_periods": BILLING,
        "reading_due_date": "as the meter readings come in",
        "is_revision_waiting": "whether a value is published; the revision itself is sealed",
        "renewal_error": "why a job failed",
        "alarm_end": "for which term someone was reminded",
        "early_alarm_end": "for which term someone was reminded",
        "customer_document_ids": "files on the portal; each change is an event of the journal",
        "access_token": "opens the customer's page",
    }
    _sealed_line_model = "koban.contract.line"
    _sealed_line_field = "contract_id"
    _sealed_line_fields = (
        "sequence", "display_type", "charge", "product_id", "name", "quantity", "product_uom_id",
        "price_unit", "discount", "price_subtotal", "price_total", "date_start", "date_end",
        "price_date", "replaces_id", "amendment_id", "never_revise", "included_volume",
        "tier_level", "analytic_distribution", "collapse_prices", "collapse_composition",
        "hide_subtotal", "kit_quantity", "kit_uom_id",
    )  # fmt: skip
    _sealed_tax_field = "tax_ids"
    _sealed_parts = {
        "tier_ids": ("koban.contract.tier", "contract_id", ("line_id", "start", "price")),
        "suspension_ids": (
            "koban.contract.suspension", "contract_id", ("date_from", "date_to", "reason"),
        ),
        "amendment_ids": ("koban.contract.amendment", "contract_id", AMENDMENT_FIELDS),
        "revision_ids": ("koban.price.revision", "contract_id", REVISION_FIELDS),
        "renewal_ids": ("koban.contract.renewal", "contract_id", RENEWAL_FIELDS),
        "notice_ids": ("koban.contract.notice", "contract_id", NOTICE_FIELDS),
    }  # fmt: skip
    # What they make of the contract is agreed on; all else is a correction, and asks for a reason.
    _state_kinds = ACT_KINDS
    _correction_severity = "warning"
    _archive_dates = ("validation_date", "date_start")

    @api.model
    def _get_validated_condition(self):
        return SQL(
            "d.state IN ('running', 'closed') "
            "OR (d.state = 'cancel' AND d.validation_date IS NOT NULL)"
        )

    @api.model
    def _read_sealed(self, coverage, ids):
        # Eight kinds of rows, most of them none: one query costs less than eight.
        return read_in_one_query(self.env, coverage, ids)

    def _get_seal_notes(self):
        return {
            **super()._get_seal_notes(),
            "company": self.company_id._get_identity(),
            "partner": self.partner_id._get_identity(),
            "billed": self.invoice_partner_id._get_identity(),
            "currency": self.currency_id.name,
            "payment_term": self.payment_term_id.name or "",
            "salesperson": self.user_id.name or "",
            "process": self.process_id.name or "",
        }

    def _cancelled_seal(self, run):
        # A draft that was never validated is no matter of the journal.
        validated = self.filtered(lambda contract: contract._is_validated())
        super(KobanContract, validated)._cancelled_seal(run)
        if isinstance(run, Run):  # which no code typed in a client has
            seal(validated, "end")

    @api.model
    def _get_line_fields(self):
        """Acts are guarded as lines are, and are none: they come by their own methods."""
        return (self._grouping_lines_field,)

    # ------------------------------------------------------------------
    # Archives
    # ------------------------------------------------------------------
    @api.model
    def _get_archive_name(self):
        return "contrats"

    @api.model
    def _get_archive_title(self):
        return "Contrats validés de la période, tels que leurs avenants les ont changés."


class KobanContractLine(models.Model):
    _name = "koban.contract.line"
    _inherit = ["koban.contract.line"]

    _sealed_follow_up = {
        "company_id": "that of the contract",
        "billed_to": BILLING,
        "sale_line_id": "where it comes from; the order has a seal of its own",
        "is_current": "where new lines go on a draft",
    }
