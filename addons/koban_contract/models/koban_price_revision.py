from odoo import api, fields, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.passes import open_pass
from odoo.addons.koban_seal.tools.acts import sealed_act

from .koban_index import INDEX_DIGITS

REVISION_KINDS = [("percent", "Percentage"), ("amount", "Amount"), ("index", "Index")]
HITS = [("floor", "Floor"), ("cap", "Cap")]
STATES = [("done", "Done"), ("undone", "Undone")]


class KobanPriceRevision(models.Model):
    """A revised price, and all that it comes from: the trace of law.md §7."""

    _name = "koban.price.revision"
    _description = "Price Revision"
    _inherit = ["koban.contract.act.mixin"]
    _order = "date_from desc, id desc"
    _rec_name = "date_from"

    _sealed_follow_up = {
        "company_id": "that of the contract",
        "partner_id": "that of the contract",
    }

    line_id = fields.Many2one(
        "koban.contract.line", required=True, readonly=True, index=True, ondelete="restrict"
    )
    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="contract_id.currency_id")
    partner_id = fields.Many2one(related="contract_id.partner_id", store=True)
    date_from = fields.Date(
        string="From",
        required=True,
        readonly=True,
        help="Periods that start from it pay the price.",
    )
    is_planned = fields.Boolean(
        string="By the Contract", readonly=True, help="As the contract says, not a one-off."
    )
    kind = fields.Selection(REVISION_KINDS, required=True, readonly=True)
    old_price = fields.Float(
        digits="Product Price",
        required=True,
        readonly=True,
        aggregator=None,
        help="Of a line with price tiers, their level: 100 when they were agreed on.",
    )
    new_price = fields.Float(
        digits="Product Price",
        required=True,
        readonly=True,
        aggregator=None,
        help="Of a line with price tiers, their level, in % of the prices agreed on.",
    )
    base_price = fields.Float(
        digits=INDEX_DIGITS,
        readonly=True,
        aggregator=None,
        help="Price that the base value of the index stands for.",
    )
    yearly_effect = fields.Monetary(readonly=True, help="Change of the revenue of a whole year.")
    formula = fields.Char(readonly=True)
    hit = fields.Selection(HITS, string="Limited by", readonly=True)
    index_id = fields.Many2one(
        "koban.index", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    index_name = fields.Char(readonly=True)
    base_index_id = fields.Many2one("koban.index", readonly=True, ondelete="restrict")
    base_value = fields.Float(digits=INDEX_DIGITS, readonly=True, aggregator=None)
    base_period = fields.Date(readonly=True)
    new_value = fields.Float(digits=INDEX_DIGITS, readonly=True, aggregator=None)
    new_period = fields.Date(readonly=True)
    published_on = fields.Date(readonly=True)
    is_provisional = fields.Boolean(
        string="Provisional",
        readonly=True,
        index="btree_not_null",
        help="With the last known value, until that of the reference period is published.",
    )
    provisional_price = fields.Float(
        digits="Product Price", readonly=True, aggregator=None, help="Billed until it was final."
    )
    state = fields.Selection(STATES, required=True, readonly=True, default="done", index=True)
    settlement_ids = fields.One2many("koban.price.settlement", "revision_id", readonly=True)

    _done_unique = models.UniqueIndex(
        "(line_id, date_from) WHERE state = 'done'", "The price is already revised from that day."
    )

    @api.depends("contract_id", "line_id", "date_from")
    def _compute_display_name(self):
        for revision in self:
            day = revision.date_from and format_date(self.env, revision.date_from)
            revision.display_name = f"{revision.contract_id.display_name}, {day}"

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise DocumentError(
            speaking(self.env)._("The history of prices cannot be deleted. Undo the revision."),
            "contract_revision",
            model=self._name,
            ids=self.ids,
        )

    # ------------------------------------------------------------------
    # Undo
    # ------------------------------------------------------------------
    @public
    def action_undo(self) -> bool:
        """Take revisions back, while no period from their day on is billed.

        :raise DocumentError: codes ``contract_revision_billed``, ``contract_revision_later``
        """
        self.contract_id.check_access("write")
        self._undo()
        return True

    def _undo(self):
        done = self.filtered(lambda revision: revision.state == "done")
        done.contract_id._claim()
        done._check_undoable()
        contracts, names = done.contract_id, done.line_id._get_price_fields() | {"state"}
        with sealed_act(contracts, "revision"), open_pass(contracts, line_fields=names):
            for revision in done.sorted("date_from", reverse=True):
                line = revision.line_id
                (line | line._get_followers())._set_price(revision.old_price)
            done.sudo().write({"state": "undone"})  # written by revisions alone
        # The database lets a price be revised again from the same day.
        done.flush_recordset(["state"])
        done._tell_prices_changed()
        env = speaking(self.env)
        done.contract_id._message_log_batch(
            {
                contract.id: env._(
                    "Price revision of %s undone.",
                    ", ".join(format_date(env, day) for day in {r.date_from for r in revisions}),
                )
                for contract, revisions in done.grouped("contract_id").items()
            }
        )

    def _check_undoable(self):
        billed = self.line_id._get_billed_from(min(self.mapped("date_from"), default=False))
        for revision in self:
            days = [day for day in billed[revision.line_id] if day >= revision.date_from]
            if days:
                revision._raise_not_undoable(days[0])
            line = revision.line_id
            later = (
                (line | line._get_followers())
                ._get_revisions()
                .filtered(lambda other, own=revision: other.date_from > own.date_from)
            )
            if later - self:
                raise DocumentError(
                    speaking(self.env)._(
                        "%s cannot be undone before the revisions that came later.",
                        revision.display_name,
                    ),
                    "contract_revision_later",
                    model=self._name,
                    ids=revision.ids,
                )

    def _raise_not_undoable(self, day):
        env = speaking(self.env)
        raise DocumentError(
            env._(
                "%(revision)s cannot be undone: the period from %(day)s of “%(line)s” is billed at "
                "the new price. Delete its draft, or credit the invoice and reopen its periods.",
                revision=self.display_name,
                day=format_date(env, day),
                line=self.line_id._get_line_label(),
            ),
            "contract_revision_billed",
            model=self._name,
            ids=self.ids,
        )
