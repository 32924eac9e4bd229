from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.pipeline import insert_step
from odoo.addons.koban_seal.tools.journal import record_event

from ..tools import invoice_dates


class DatedMixin(models.AbstractModel):
    """A document whose dates follow the numbers of its series (issue 12, line 7)."""

    _name = "koban.dated.mixin"
    _inherit = ["koban.pipeline.mixin"]
    _description = "Document whose date follows its number"

    date_fault = fields.Selection(
        [
            (invoice_dates.ANTEDATED, "Before the Last Number"),
            (invoice_dates.POSTDATED, "After Today"),
        ],
        compute="_compute_date_fault",
        help="What is out of order with the date of the draft.",
    )
    right_date = fields.Date(
        string="First Right Date",
        compute="_compute_date_fault",
        help="The first date with which the draft keeps the order of its series.",
    )
    last_number = fields.Char(compute="_compute_date_fault")

    @api.model
    def _get_validation_steps(self):
        return insert_step(super()._get_validation_steps(), "dates", before="key")

    def _get_date_policy(self) -> str:
        """Return what the company wants of a date that is out of order."""
        self.ensure_one()
        numbered = self._is_guard_enabled() and not self.is_test
        return self.company_id.sudo().invoice_date_check if numbered else "allow"  # its setting

    def _get_document_day(self):
        """Return the date of the document, that of its validation if it has none."""
        self.ensure_one()
        day = self.invoice_date if self.move_type != "entry" else self.date
        return day or invoice_dates.get_today(self, self.company_id)

    @api.depends("state", "invoice_date", "date", "journal_id", "company_id", "move_type")
    def _compute_date_fault(self):
        drafts = self.filtered(
            lambda move: (
                move.state == "draft"
                and move.invoice_date
                and move.journal_id
                and move._get_date_policy() != "allow"
            )
        )
        faults = drafts._find_date_faults(invoice_dates.find_last_documents(drafts))
        for move in self:
            fault = faults.get(move)
            move.date_fault = fault and fault.code
            move.right_date = fault and fault.right
            move.last_number = fault and fault.last_name

    def _find_date_faults(self, last) -> dict:
        """Return what is wrong with the dates of documents.

        :param last: number and date of the document before each, by its id
        """
        found = {
            move: invoice_dates.find_fault(
                move._get_document_day(),
                invoice_dates.get_today(move, move.company_id),
                last.get(move.id),
            )
            for move in self
        }
        return {move: fault for move, fault in found.items() if fault}

    def _validate_dates(self, run):
        """Refuse the dates that the companies refuse.

        :raise DocumentError: codes ``invoice_antedated``, ``invoice_postdated``
        """
        moves = self.filtered(
            # A later date waits for its day, when the host is asked for that.
            lambda move: (
                move._get_date_policy() == "block"
                and not (run.options["soft"] and move.date > fields.Date.context_today(self))
            )
        )
        faults = moves._find_date_faults(invoice_dates.find_last_documents(moves))
        for move, fault in faults.items():
            raise move._refuse(move._describe_date_fault(fault), **fault.show())

    def _validated_dates(self, run):
        """Have the journal tell the dates that are out of order, and were only warned of."""
        moves = self.filtered(lambda move: move._get_date_policy() == "warn")
        faults = moves._find_date_faults(invoice_dates.find_previous_documents(moves))
        if faults:
            warned = self.browse([move.id for move in faults])
            detail = {move.id: fault.show() for move, fault in faults.items()}
            record_event(self.env, "warning", warned, detail=detail)

    def _describe_date_fault(self, fault) -> str:
        env = speaking(self.env)
        values = {
            "document": self.with_env(env).display_name,
            "date": format_date(env, fault.day),
            "right": format_date(env, fault.right),
        }
        if fault.code == invoice_dates.POSTDATED:
            return env._(
                "%(document)s cannot be validated with the date %(date)s, which is after today. "
                "First right date: %(right)s.",
                **values,
            )
        return env._(
            "%(document)s cannot be validated with the date %(date)s: the last number of its "
            "series, %(number)s, is dated %(last)s. First right date: %(right)s.",
            number=fault.last_name,
            last=format_date(env, fault.last_day),
            **values,
        )

    @public
    def action_use_right_date(self) -> bool:
        """Give drafts whose date is out of order the first right one."""
        self.check_access("write")
        for move in self.filtered("date_fault"):
            move.invoice_date = move.right_date
        return True
