from odoo import api, fields, models

from odoo.addons.koban_guard.tools.arguments import public
from odoo.addons.koban_guard.tools.field_values import check_values
from odoo.addons.koban_guard.tools.overrides import override


class KobanContractRenew(models.TransientModel):
    """Shows what the renewal of a contract changes, does it, and offers the draft invoice."""

    _name = "koban.contract.renew"
    _description = "Renew a Contract"

    contract_id = fields.Many2one(
        "koban.contract", required=True, readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="contract_id.currency_id")
    renewal_id = fields.Many2one("koban.contract.renewal", readonly=True, ondelete="cascade")
    old_end = fields.Date(string="Present Term Ends on", readonly=True)
    date_from = fields.Date(string="New Term from", readonly=True)
    date_end = fields.Date(string="New Term to", required=True)
    price_ids = fields.One2many("koban.renewal.price", "renew_id", readonly=True)
    old_yearly = fields.Monetary(string="Yearly Amount", readonly=True)
    new_yearly = fields.Monetary(string="Yearly Amount after", readonly=True)
    effect = fields.Monetary(string="Effect per Year", readonly=True)
    can_bill = fields.Boolean(compute="_compute_can_bill")
    make_invoice = fields.Boolean(
        string="Make the Draft Invoice", help="Ticked once the new term has begun."
    )
    bill_date = fields.Date(
        string="Bill up to", help="What is due on that day, missed periods included."
    )

    @api.depends_context("uid")
    def _compute_can_bill(self):
        self.can_bill = self.env["koban.billing.run"]._has_billing_rights()

    @api.model_create_multi
    @override
    def create(self, vals_list):
        wizards = super().create([self._complete(vals) for vals in vals_list])
        for wizard in wizards.filtered(lambda wizard: not wizard.renewal_id):
            wizard._show_prices()
        return wizards

    def _show_prices(self):
        """Fill in the prices, which nobody enters."""
        Price = self.env["koban.renewal.price"].sudo()  # which nobody creates otherwise
        figures = self.contract_id._preview_renewals()[self.contract_id]
        links = {"renew_id": self.id, "contract_id": self.contract_id.id}
        Price.create(Price._prepare_prices(figures, **links))

    @api.model
    def _complete(self, vals) -> dict:
        """Add to the values of a wizard what it shows."""
        check_values(self, {"contract_id": None, **vals})
        contract = self.env["koban.contract"].browse(vals["contract_id"])
        contract.check_access("read")
        today = fields.Date.context_today(self)
        renewal = self.env["koban.contract.renewal"].browse(vals.get("renewal_id") or [])
        if renewal:
            shown = {
                "old_end": renewal.old_end,
                "date_from": renewal.date_from,
                "date_end": renewal.new_end,
                "old_yearly": renewal.old_yearly_amount,
                "new_yearly": renewal.new_yearly_amount,
                "effect": renewal.new_yearly_amount - renewal.old_yearly_amount,
                "bill_date": max(today, renewal.date_from),
            }
            return {**shown, **vals}
        figures = contract._preview_renewals()[contract]
        day = fields.Date.to_date(figures["date_from"])
        shown = {
            "old_end": figures["old_end"],
            "date_from": day,
            "date_end": figures["new_end"],
            "old_yearly": figures["old_yearly"],
            "new_yearly": figures["new_yearly"],
            "effect": figures["effect"],
            "bill_date": max(today, day),
            "make_invoice": day <= today and self.env["koban.billing.run"]._has_billing_rights(),
        }
        return {**shown, **vals}

    @public(one=True)
    def action_renew(self) -> dict:
        """Renew as shown, then make the draft invoice if asked.

        :raise DocumentError: code ``contract_renewal_stale``, and those of the renewal
        """
        contract = self.contract_id
        contract.check_access("write")
        contract._check_term(self.old_end)
        renewal = contract._renew({contract: self.date_end})
        self.write({"renewal_id": renewal.id})
        return self.action_bill() if self.make_invoice else self._close()

    @public(one=True)
    def action_bill(self) -> dict:
        """Make the draft invoice of what is due."""
        due = self.contract_id.next_invoice_date
        if not due or due > self.bill_date:
            return self._close()
        return self.contract_id.action_bill(fields.Date.to_string(self.bill_date))

    @public
    def action_undo(self) -> dict:
        """Undo the renewal."""
        self.contract_id.action_undo_renewal()
        return self._close()

    def _get_action(self, name) -> dict:
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _close(self) -> dict:
        return {"type": "ir.actions.act_window_close"}
