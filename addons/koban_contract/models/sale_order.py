from typing import Annotated

from odoo import api, fields, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Record, public
from odoo.addons.koban_guard.tools.field_values import check_values
from odoo.addons.koban_guard.tools.overrides import override

OrderLine = Annotated[int, Record("sale.order.line")]


class SaleOrder(models.Model):
    """Contracts made of the contract articles of a validated order (rows 0-07, 1-09)."""

    _inherit = "sale.order"

    koban_contract_ids = fields.One2many(
        "koban.contract", "sale_order_id", string="Contracts", readonly=True, copy=False
    )
    koban_contract_count = fields.Integer(compute="_compute_koban_contract_count")
    contract_article_count = fields.Integer(
        string="Articles Waiting for a Contract",
        compute="_compute_contract_article_count",
        help="Lines of contract articles of the validated order that are in no contract yet.",
    )

    @api.depends("koban_contract_ids")
    def _compute_koban_contract_count(self):
        Contract = self.env["koban.contract"]
        counts = {}
        if Contract.has_access("read"):
            groups = Contract._read_group(
                [("sale_order_id", "in", self.ids)], ["sale_order_id"], ["__count"]
            )
            counts = {order.id: count for order, count in groups}
        for order in self:
            order.koban_contract_count = counts.get(order._origin.id, 0)

    @api.depends(
        "state",
        "order_line.product_id.contract_ok",
        "order_line.is_in_contract",
        "order_line.qty_invoiced",
    )
    def _compute_contract_article_count(self):
        for order in self:
            order.contract_article_count = len(order._get_contract_articles())

    def _compute_invoice_status(self):
        super()._compute_invoice_status()
        for order in self.filtered(lambda order: order.invoice_status == "invoiced"):
            lines = order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment
            )
            if lines and all(line.is_in_contract for line in lines):
                order.invoice_status = "no"  # it never invoices anything

    def _get_contract_articles(self):
        """Return the lines for which a contract is offered."""
        return self.order_line.filtered(
            lambda line: line.product_id.contract_ok and line._can_join_contract()
        )

    # ------------------------------------------------------------------
    # Popup
    # ------------------------------------------------------------------
    @override
    def action_confirm(self):
        result = super().action_confirm()
        # The web client's button asks for it; other callers get what the host returns.
        offering = self.env.context.get("offer_contract") and result is True and len(self) == 1
        if offering and self.state == "sale":
            order = self.with_context(offer_contract=False)
            offered = (
                order.contract_article_count and not order.sudo().koban_contract_ids
            )  # counted only
            if offered and self.env["koban.contract"].has_access("create"):
                return order.action_offer_contract()
        return result

    @public(one=True)
    def action_offer_contract(self) -> dict:
        """Open the window that makes a contract of the order's contract articles."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create the Contract"),
            "res_model": "koban.contract.from.order",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }

    @public
    def action_open_contracts(self) -> dict:
        """Open the contracts made of these orders."""
        self.check_access("read")
        contracts = self.env["koban.contract"].search([("sale_order_id", "in", self.ids)])
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Contracts"),
            "res_model": "koban.contract",
            "domain": [("id", "in", contracts.ids)],
            "views": [(False, "list"), (False, "form")],
        }
        if len(contracts) == 1:
            action |= {"res_id": contracts.id, "views": [(False, "form")]}
        return action

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @public(one=True)
    def create_contract(
        self, line_ids: list[OrderLine] | None = None, values: dict | None = None
    ) -> dict:
        """Make a draft contract of lines of a validated order.

        The order bills them no more. What is not given is copied from the order.

        :param line_ids: by default those of contract articles that are in no contract
        :param values: fields of the contract, such as ``title``, ``type_id``, ``date_start``
        :return: ``{"id": …}`` of the contract
        :raise DocumentError: codes ``contract_order`` (the order is not validated, or has no
            such line), ``contract_order_line`` (a line is invoiced, or in a contract already)
        """
        self.check_access("read")
        if line_ids is None:
            lines = self._get_contract_articles()
        else:
            lines = self.order_line.filtered(lambda line: line.id in set(line_ids))
        self._check_contract_lines(lines)
        check_values(self.env["koban.contract"], values or {})
        contract = self.env["koban.contract"].create(
            {**self._prepare_contract(lines), **(values or {})}
        )
        return {"id": contract.id}

    def _check_contract_lines(self, lines):
        if self.state != "sale" or not lines:
            raise DocumentError(
                speaking(self.env)._(
                    "A contract is made of lines of a validated order: validate %s, and choose at "
                    "least one of its lines.",
                    self.display_name,
                ),
                "contract_order",
                model=self._name,
                ids=self.ids,
            )
        for line in lines:
            if not line._can_join_contract():
                raise DocumentError(
                    speaking(self.env)._(
                        "“%s” cannot be moved to a contract: it is in one, or invoiced, already.",
                        line.name,
                    ),
                    "contract_order_line",
                    model=line._name,
                    ids=line.ids,
                )

    def _prepare_contract(self, lines) -> dict:
        """Return the values of the contract made of lines of this order."""
        self.ensure_one()
        return {
            **self._prepare_document_texts(),
            "title": lines[:1].product_id.name or self.name,
            "kind": "sale",
            "sale_order_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_partner_id": self.partner_invoice_id.id,
            "user_id": self.user_id.id,
            "pricelist_id": self.pricelist_id.id,
            "currency_id": self.currency_id.id,
            "fiscal_position_id": self.fiscal_position_id.id,
            "payment_term_id": self.payment_term_id.id,
            "journal_id": self.journal_id.id,
            "line_ids": [Command.create(values) for values in self._prepare_contract_lines(lines)],
        }

    def _prepare_contract_lines(self, lines) -> list[dict]:
        """Return the values of the lines, under the titles and with the notes they had."""
        prepared, titles, noted = [], {}, False
        for line in self._get_ordered_lines():
            if line.display_type == "line_section":
                titles, noted = {"line_section": line}, False
            elif line.display_type == "line_subsection":
                titles, noted = {**titles, "line_subsection": line}, False
            elif line.display_type == "line_note":
                if noted:
                    prepared.append({"display_type": "line_note", "name": line.name})
            else:
                noted = line in lines
                if noted:
                    prepared += [
                        {
                            "display_type": title.display_type,
                            "name": title.name,
                            **title._prepare_grouping_options(),
                        }
                        for title in titles.values()
                    ]
                    titles = {}
                    prepared.append(line._prepare_contract_line())
        return [{**values, "sequence": rank} for rank, values in enumerate(prepared, start=1)]
