from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public

from ..tools.clock import CLOCK, DATE, read_clock
from ..tools.journal import record_event


class KobanClockDeclare(models.TransientModel):
    """Asks why the clock went back."""

    _name = "koban.clock.declare"
    _description = "Declare the Clock"

    reason = fields.Char(
        required=True, help="Read by the auditor: who set the clock ahead, and since when."
    )

    @public(one=True)
    def action_declare(self) -> dict:
        """Declare the clock of the server, and show the journal."""
        self.declare_clock(self.reason)
        return self.env["ir.actions.act_window"]._for_xml_id("koban_seal.action_koban_event")

    @api.model
    @public
    def declare_clock(self, reason: str) -> bool:
        """Let the journals go on although their last links are dated after the clock.

        For a clock that was ahead and is right now. The chains of all companies tell it.

        :param reason: told to the auditor
        :raise AccessError: the user is no administrator of commercial management
        :raise DocumentError: codes ``clock_reason``; ``clock_right`` if no link is dated later
        """
        self.env["koban.event"]._check_manager()
        if not (reason or "").strip():
            raise DocumentError(
                speaking(self.env)._(
                    "Give the reason why the clock was ahead: the auditor reads it."
                ),
                "clock_reason",
            )
        later = self._find_later_chains(read_clock())
        if not later:
            raise DocumentError(
                speaking(self.env)._("No event of the journal is dated after the clock."),
                "clock_right",
            )
        for company_id, chain, last in later:
            company = self.env["res.company"].browse(company_id).sudo()  # the clock is that of all
            detail = {"reason": reason.strip(), "previous": fields.Datetime.to_string(last)}
            record_event(self.env, CLOCK, company=company, detail=detail, chain=chain)
        return True

    @api.model
    def _find_later_chains(self, now) -> list[tuple]:
        """Return company, chain and date of the last links that are dated after a moment."""
        self.env.cr.execute(
            SQL(
                "SELECT * FROM (SELECT DISTINCT ON (company_id, chain) company_id, chain, %s date "
                "FROM koban_event WHERE number IS NOT NULL "
                "ORDER BY company_id, chain, number DESC) last WHERE date > %s",
                DATE,
                now,
            )
        )
        return self.env.cr.fetchall()
