from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking

RENEWAL_STATES = [("done", "Renewed"), ("undone", "Undone")]


class KobanContractRenewal(models.Model):
    """One renewal of a contract, kept when it is undone (rows 2-06, 2-67)."""

    _name = "koban.contract.renewal"
    _description = "Renewal of a Contract"
    _inherit = ["koban.contract.act.mixin"]
    _order = "old_end desc, id desc"
    _rec_name = "new_end"

    _sealed_follow_up = {"company_id": "that of the contract"}

    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(related="contract_id.partner_id")
    date = fields.Date(string="Renewed on", required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Renewed by", required=True, readonly=True)
    old_end = fields.Date(string="Previous End", required=True, readonly=True)
    old_anchor = fields.Date(readonly=True)
    date_from = fields.Date(string="From", required=True, readonly=True)
    new_end = fields.Date(string="To", required=True, readonly=True)
    state = fields.Selection(
        RENEWAL_STATES, required=True, readonly=True, default="done", index=True
    )
    undone_on = fields.Date(readonly=True)
    revision_ids = fields.One2many("koban.price.revision", "renewal_id", readonly=True)
    old_yearly_amount = fields.Monetary(string="Yearly Amount Before", readonly=True)
    new_yearly_amount = fields.Monetary(string="Yearly Amount After", readonly=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")

    # Two workers that renew the same contract: the second one is refused.
    _term_unique = models.UniqueIndex(
        "(contract_id, old_end) WHERE state = 'done'", "This term is renewed already."
    )

    def _describe(self) -> str:
        """Return what was done, in the language of who follows the contract."""
        self.ensure_one()
        env = self.contract_id._get_reader_env()
        dates = {"old": format_date(env, self.old_end), "new": format_date(env, self.new_end)}
        if self.state == "undone":
            return env._("Renewal until %(new)s undone: the commitment ends on %(old)s.", **dates)
        return env._("Renewed until %(new)s (was %(old)s).", **dates)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise DocumentError(
            speaking(self.env)._("The history of renewals is kept. Undo the renewal instead."),
            "contract_renewal",
            model=self._name,
            ids=self.ids,
        )
