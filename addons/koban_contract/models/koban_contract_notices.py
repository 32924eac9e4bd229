from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.batches import process_domain, process_scheduled
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from ..periods import Period
from ..terms import get_deadline, get_refusal_window

LETTER_DAYS = 30
# Contracts are held as long as the letters of a batch are made.
LETTERS = 20


class KobanContract(models.Model):
    """Who is to be told of a renewal, and when (products.md koban_contract 7, L215-1)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    notice_ids = fields.One2many(
        "koban.contract.notice", "contract_id", string="Renewal Letters", readonly=True, copy=False
    )
    terminable_any_time = fields.Boolean(
        string="Terminable at Any Time",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The consumer was not told in time that he could refuse the renewal: once renewed, he "
        "may end the contract at any time, free of charge (article L215-1 of the consumer code).",
    )

    @api.model
    def _get_business_fields(self):
        return super()._get_business_fields() | {"terminable_any_time"}

    # ------------------------------------------------------------------
    # Which terms
    # ------------------------------------------------------------------
    def _is_consumer_contract(self) -> bool:
        """Whether article L215-1 protects the customer: consumer or non-professional."""
        return self.kind == "sale" and not self.partner_id.is_professional

    def _is_tacit(self) -> bool:
        return self._is_renewable() and self.renewal == "tacit" and self.renewal_months > 0

    def _get_notice_window(self, end) -> Period | None:
        """Return the days in which to tell of the renewal of a term, ``None`` for never.

        :param end: last day of the term
        """
        deadline = get_deadline(end, self.notice_months)
        if self._is_consumer_contract():
            return get_refusal_window(deadline)
        days = self.type_id.letter_days if self.type_id else LETTER_DAYS
        return Period(deadline - timedelta(days=days), deadline) if days else None

    def _find_due_ends(self, day) -> list:
        """Return the ends of the terms of which the customer is to be told by now, in order.

        Later terms count too: the notice of a monthly contract is given before its month.
        """
        self.ensure_one()
        if not self._is_tacit() or self.kind != "sale":
            return []
        due, end = [], self.date_end
        told = set(self.notice_ids.mapped("term_end"))
        signed = max(self.date_start, (self.validation_date or self.create_date).date())
        while (window := self._get_notice_window(end)) and window.date_from <= day:
            # Nobody could refuse before the contract, nor after the term.
            refusable = get_deadline(end, self.notice_months) >= signed
            if end not in told and refusable and end >= day:
                due.append(end)
            end = self._get_next_end(end)
        return due

    # ------------------------------------------------------------------
    # Letters
    # ------------------------------------------------------------------
    @api.model
    def _cron_notices(self):
        """Send the letters that are due and not yet sent."""
        process_scheduled(self, self._get_letter_work(fields.Date.context_today(self)), LETTERS)

    @api.model
    def _do_notices(self, day):
        """Send what is due by a day, and mark the contracts of which it is too late."""
        for domain, work in self._get_letter_work(day):
            process_domain(self, domain, work)

    @api.model
    def _get_letter_work(self, day) -> list:
        """Return what is done each day: ``[(domain, method)]``, in order."""
        tacit = fields.Domain(
            [("state", "=", "running"), ("kind", "=", "sale"), ("renewal", "=", "tacit")]
        )
        days = max(93, *self._get_type_days("letter_days", LETTER_DAYS))
        soon = tacit & fields.Domain("notice_deadline", "<=", day + timedelta(days=days))
        marked = fields.Domain("terminable_any_time", "=", True)
        return [
            (soon, lambda self: self._send_due_notices(day)),
            (soon | marked, lambda self: self._update_terminable(day)),
        ]

    def _send_due_notices(self, day):
        for contract in self:
            for end in contract._find_due_ends(day):
                contract._do_noted(lambda one, end=end: one._send_notice(end, day))

    def _send_notice(self, end, day=None, figures=None):
        """Make the letter of one term and send it.

        :param end: last day of the term
        :param figures: what it announces, if it is known
        :return: record of ``koban.contract.notice``
        """
        self.ensure_one()
        day = day or fields.Date.context_today(self)
        if not figures:
            figures = self._preview_renewals({self: end})[self]
        Notice = self.env["koban.contract.notice"].sudo()  # written by its methods alone
        names = {"attachment_id", "sha256", "mail_message_id", "sent_on", "sent_by_id"}
        with sealed_act(self, "notice"), open_pass(self, line_fields=names, lines=True):
            notice = Notice.create([self._prepare_notice(end, day, figures)])
            notice._make_letter()
            notice._send(day)
        if self.renewal_error:
            with open_pass(self, fields={"renewal_error"}):
                self.renewal_error = False
        return notice

    def _prepare_notice(self, end, day, figures) -> dict:
        deadline = get_deadline(end, self.notice_months)
        window = self._get_notice_window(end) or Period(deadline, deadline)
        partner = self._get_notice_partner()
        return {
            "contract_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": partner.id,
            "email": partner.email_normalized,
            "term_end": end,
            "deadline": deadline,
            "window_from": window.date_from,
            "window_to": window.date_to,
            "is_consumer": self._is_consumer_contract(),
            "made_on": day,
            "channel": "email" if partner.email_normalized else "post",
            "figures": figures,
        }

    def _get_notice_partner(self):
        """Return to whom the letter goes: who is invoiced, or the first with an address.

        Someone else who pays is not who may refuse.
        """
        partners = self.invoice_partner_id | self.partner_id | self.commercial_partner_id
        partners = partners.filtered(
            lambda partner: partner.commercial_partner_id == self.commercial_partner_id
        )
        return partners.filtered("email_normalized")[:1] or partners[:1]

    @public
    def action_send_notice(self) -> bool:
        """Send the letter of the next renewal now.

        :raise DocumentError: codes ``contract_not_renewable``, ``contract_notice_sent``,
            ``contract_notice_early``
        """
        self.check_access("write")
        self._check_renewable()
        for contract in self:
            contract._check_notice(contract.date_end)
            contract._send_notice(contract.date_end)
        self._update_terminable()
        return True

    def _check_notice(self, end):
        """Refuse a second letter for a term, and one to a consumer before its days."""
        if self.kind != "sale":
            raise DocumentError(
                speaking(self.env)._(
                    "%s is a supplier's contract: no letter is sent.", self.display_name
                ),
                "contract_notice_supplier",
                model=self._name,
                ids=self.ids,
            )
        notice = self.notice_ids.filtered(lambda one: one.term_end == end)
        if notice:
            raise DocumentError(
                notice._describe_sent(), "contract_notice_sent", model=self._name, ids=self.ids
            )
        window = self._get_notice_window(end)
        today = fields.Date.context_today(self)
        if self._is_tacit() and self._is_consumer_contract() and today < window.date_from:
            raise DocumentError(
                speaking(self.env)._(
                    "The letter of %(contract)s is sent from %(day)s on: earlier, it does not "
                    "count (article L215-1 of the consumer code).",
                    contract=self.display_name,
                    day=format_date(speaking(self.env), window.date_from),
                ),
                "contract_notice_early",
                model=self._name,
                ids=self.ids,
            )

    def _get_portal_notices(self):
        """Return the letters of renewal sent to the customer."""
        sent = self.sudo().notice_ids.filtered("sent_on")  # they were sent to him
        letters = sent.attachment_id
        letters.generate_access_token()
        return super()._get_portal_notices() | letters

    # ------------------------------------------------------------------
    # Too late
    # ------------------------------------------------------------------
    def _update_terminable(self, day=None):
        """Mark the contracts that may be left at any time, and those that may no more."""
        day = day or fields.Date.context_today(self)
        changed = self.filtered(
            lambda contract: contract.terminable_any_time != contract._is_terminable(day)
        )
        with open_pass(changed, fields={"terminable_any_time"}):
            for contract in changed:
                contract.terminable_any_time = not contract.terminable_any_time

    def _is_terminable(self, day) -> bool:
        """Whether the customer was told too late, of this term or of the renewal that made it."""
        if not self._is_tacit() or not self._is_consumer_contract():
            return False
        ends = {self.date_end, *self._get_last_renewal().mapped("old_end")}
        told = set(self.notice_ids.filtered("is_timely").mapped("term_end"))
        return any(self._get_notice_window(end).date_to < day for end in ends - told)

    def _on_terms_changed(self):
        super()._on_terms_changed()
        self._update_terminable()

    def _validated_follow(self, run):
        super()._validated_follow(run)
        self._update_terminable()
