import hashlib
import re

from markupsafe import Markup
from odoo import api, fields, models
from odoo.tools import format_date, get_lang

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Day, public
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

CHANNELS = [("email", "E-Mail"), ("post", "Post")]
REPORT = "koban_contract.action_report_contract_notice"
# In the formulas, which are kept in plain digits.
NUMBER_POINT = re.compile(r"(?<=\d)\.(?=\d)")


class KobanContractNotice(models.Model):
    """The letter that tells of a renewal, with the proof that it was sent (L215-1)."""

    _name = "koban.contract.notice"
    _description = "Renewal Letter"
    _inherit = ["koban.contract.act.mixin"]
    _order = "term_end desc, id desc"
    _rec_name = "term_end"

    _sealed_follow_up = {
        "company_id": "that of the contract",
        "mail_message_id": "the mail in the discussion; day, address and letter are sealed",
        "attachment_id": "where the letter is kept; its SHA-256 is sealed",
    }

    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Sent to", required=True, readonly=True, ondelete="restrict"
    )
    email = fields.Char(readonly=True)
    term_end = fields.Date(string="Term Ends on", required=True, readonly=True)
    deadline = fields.Date(
        string="Last Day to Refuse", required=True, readonly=True, help="Boxed in the letter."
    )
    window_from = fields.Date(string="To Send from", required=True, readonly=True)
    window_to = fields.Date(string="To Send by", required=True, readonly=True)
    is_consumer = fields.Boolean(
        string="Consumer", readonly=True, help="Or non-professional: article L215-1 applies."
    )
    channel = fields.Selection(CHANNELS, required=True, readonly=True)
    made_on = fields.Date(required=True, readonly=True, help="Date of the letter.")
    sent_on = fields.Date(readonly=True, index=True, help="Empty: the letter is still to post.")
    sent_by_id = fields.Many2one("res.users", string="Sent by", readonly=True)
    is_timely = fields.Boolean(
        string="In Time", compute="_compute_is_timely", store=True, help="Sent within its days."
    )
    mail_message_id = fields.Many2one(
        "mail.message", string="E-Mail Sent", readonly=True, index=True, ondelete="restrict"
    )
    has_error = fields.Boolean(string="Not Delivered", compute="_compute_has_error")
    attachment_id = fields.Many2one(
        "ir.attachment", string="Letter", readonly=True, ondelete="restrict"
    )
    sha256 = fields.Char(string="SHA-256", readonly=True, help="Of the letter as it was sent.")
    figures = fields.Json(readonly=True, help="Dates and prices that the letter announces.")

    # Sent once for a term, whatever runs twice.
    _term_unique = models.Constraint(
        "UNIQUE (contract_id, term_end)", "The letter of this term exists already."
    )

    @api.depends("sent_on", "window_from", "window_to")
    def _compute_is_timely(self):
        for notice in self:
            notice.is_timely = bool(
                notice.sent_on and notice.window_from <= notice.sent_on <= notice.window_to
            )

    @api.depends("mail_message_id")
    def _compute_has_error(self):
        for notice in self:
            message = notice.mail_message_id.sudo()  # of a letter that the user may read
            notice.has_error = message.has_error

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise DocumentError(
            speaking(self.env)._("A renewal letter is kept: it proves what was sent."),
            "contract_notice",
            model=self._name,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # The letter
    # ------------------------------------------------------------------
    def _get_file_name(self) -> str:
        """Return the name of the PDF, in the customer's language."""
        env = self._get_customer_env()
        number = self.contract_id.name or ""
        return env._("Renewal %(number)s %(date)s", number=number, date=self.term_end) + ".pdf"

    def _get_customer_env(self):
        lang = self.partner_id.lang or self.company_id.partner_id.lang
        return self.with_context(lang=lang or self.env.lang).env

    def _make_letter(self):
        """Print the letter, and keep it."""
        self.ensure_one()
        # Whoever sends it: what it shows is in the notice.
        Report = self.env["ir.actions.report"].sudo()
        pdf, kind = Report._render_qweb_pdf(REPORT, self.ids)
        self.attachment_id = (
            self.env["ir.attachment"]
            .sudo()
            .create(  # kept for whoever reads it
                {
                    "name": self._get_file_name(),
                    "raw": pdf,
                    "mimetype": "application/pdf" if kind == "pdf" else "text/html",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
        )
        self.sha256 = hashlib.sha256(pdf).hexdigest()

    def _get_letter(self) -> dict:
        """Return what the letter shows."""
        contract, figures = self.contract_id, self.figures
        point = get_lang(self._get_customer_env()).decimal_point
        to_date = fields.Date.to_date
        return {
            "old_end": to_date(figures["old_end"]),
            "date_from": to_date(figures["date_from"]),
            "new_end": to_date(figures["new_end"]),
            "begun_on": to_date(figures.get("begun_on")) or contract.date_start,
            "lines": [
                {**line, "formula": NUMBER_POINT.sub(point, line["formula"])}
                for line in figures["lines"]
            ],
            "changed": any(line["old_price"] != line["new_price"] for line in figures["lines"]),
            "discounted": any(line["discount"] for line in figures["lines"]),
            "figures": figures,
            "is_tacit": contract.renewal == "tacit",
            "can_refuse": self.deadline >= self.made_on,
            # Told too late, a consumer may leave at any time.
            "is_free": self.is_consumer and self.window_to < self.made_on,
        }

    # ------------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------------
    def _describe_sent(self) -> str:
        """Return what became of the letter, for who wants to send it again."""
        self.ensure_one()
        env = speaking(self.env)
        shown = {
            "contract": self.contract_id.display_name,
            "end": format_date(env, self.term_end),
            "customer": self.partner_id.display_name,
            "day": format_date(env, self.sent_on or self.made_on),
        }
        if self.sent_on:
            return env._(
                "The letter of the renewal of %(contract)s at its end on %(end)s was sent to "
                "%(customer)s on %(day)s. There is one letter for each term: find it under "
                "“Renewals” of the contract.",
                **shown,
            )
        return env._(
            "The letter of the renewal of %(contract)s at its end on %(end)s was made for "
            "%(customer)s on %(day)s, and is to be posted. Print it under “Renewals” of the "
            "contract, then press “Posted”.",
            **shown,
        )

    def _send(self, day):
        """Send the letter by e-mail, or ask that it be posted."""
        self.ensure_one()
        if self.channel == "email":
            self.mail_message_id = self._post_mail()
            self.write({"sent_on": day, "sent_by_id": self.env.uid})
        else:
            env = self.contract_id._get_reader_env()
            note = env._(
                "%(customer)s has no e-mail address. Print the letter and post it by %(date)s.",
                customer=self.partner_id.display_name,
                date=format_date(env, self.window_to),
            )
            self.contract_id._remind("activity_post", self.window_to, note)

    def _post_mail(self):
        """Send the mail of the letter from the contract, which keeps it in its discussion."""
        template = self.env.ref("koban_contract.mail_template_notice")
        subject = template._render_field("subject", self.ids, compute_lang=True)[self.id]
        body = template._render_field("body_html", self.ids, compute_lang=True)[self.id]
        author = self.contract_id.user_id.partner_id or self.company_id.partner_id
        return self.contract_id.message_post(
            subject=subject,
            body=Markup(body),
            author_id=author.id,
            partner_ids=self.partner_id.ids,
            attachments=[(self.attachment_id.name, self.attachment_id.raw)],
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            email_layout_xmlid="mail.mail_notification_light",
            mail_auto_delete=False,
        )

    @public(one=True)
    def action_open_letter(self) -> dict:
        """Open the letter as it was sent."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self.attachment_id.id}?download=true",
        }

    @public
    def action_mark_posted(self, date: Day | None = None) -> bool:
        """Note that letters were sent by post.

        :param date: day of the sending, ``YYYY-MM-DD``; today by default
        :raise DocumentError: code ``contract_notice_sent``
        """
        contracts = self.contract_id
        contracts.check_access("write")
        today = fields.Date.context_today(self)
        day = fields.Date.to_date(date) or today
        for notice in self:
            if notice.sent_on or day > today or day < notice.made_on:
                raise DocumentError(
                    speaking(self.env)._(
                        "The letter of %s was sent already, or on no possible day: a letter is "
                        "posted between the day it is made and today.",
                        notice.contract_id.display_name,
                    ),
                    "contract_notice_sent",
                    model=self._name,
                    ids=notice.ids,
                )
        # Written by its methods alone, by who may write the contract.
        values = {"channel": "post", "sent_on": day, "sent_by_id": self.env.uid}
        with sealed_act(contracts, "notice"), open_pass(contracts, line_fields=set(values)):
            self.sudo().write(values)
        contracts.activity_unlink(["koban_contract.activity_post"])
        contracts._update_terminable()
        return True
