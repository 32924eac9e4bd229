from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.koban_guard.tools.arguments import public

PORTAL_STATES = ("running", "closed")


class KobanContract(models.Model):
    """What a customer sees of his contracts on the portal (issue 5, item 6)."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    customer_document_ids = fields.Many2many(
        "ir.attachment",
        "koban_contract_customer_document_rel",
        "contract_id",
        "attachment_id",
        string="Documents for the Customer",
        copy=False,
        help="Files that the customer finds on the portal, beside the contract.",
    )

    @api.constrains("customer_document_ids")
    def _check_customer_documents(self):
        """Whoever shows a file to the customer may read it himself."""
        for contract in self:
            shown = contract.sudo().customer_document_ids  # all of them, then checked
            shown.with_env(self.env).check_access("read")

    @api.model
    def _get_editable_fields(self):
        """Files for the customer come during the life of the contract."""
        return super()._get_editable_fields() | {"customer_document_ids"}

    # ------------------------------------------------------------------
    # Portal
    # ------------------------------------------------------------------
    def _is_on_portal(self) -> bool:
        """Whether the customer may see the contract: neither drafts nor suppliers' contracts."""
        self.ensure_one()
        return self.kind == "sale" and self.state in PORTAL_STATES

    @api.model
    def _get_portal_domain(self, partner) -> Domain:
        """Return the domain of the contracts that a person of a customer sees.

        :param partner: commercial partner
        """
        return Domain(
            [
                ("kind", "=", "sale"),
                ("state", "in", PORTAL_STATES),
                ("commercial_partner_id", "=", partner.id),
            ]
        )

    def _get_portal_return_action(self):
        """Return the action to come back to from the preview of the portal."""
        self.ensure_one()
        return self.env.ref("koban_contract.contract_action")

    def _get_portal_invoices(self) -> list[dict]:
        """Return the validated invoices of the contract with the days they bill, the last first.

        No amount of a line: groups may hide them. An invoice that another customer pays is
        named only: it may bill others too.

        :return: ``move``, ``date_from``, ``date_to`` and ``is_own`` of each
        """
        self.ensure_one()
        contract = self.sudo()  # the customer may read none of this by himself
        by_move = defaultdict(lambda: self.env["koban.contract.period"].sudo())
        for line in contract.period_ids.move_line_ids:
            if line.move_id.state == "posted":
                by_move[line.move_id] |= line.contract_period_id
        rows = [
            {
                "move": move,
                "date_from": min(periods.mapped("date_from")),
                "date_to": max(periods.mapped("date_to")),
                "is_own": move.commercial_partner_id == contract.commercial_partner_id,
            }
            for move, periods in by_move.items()
        ]
        return sorted(rows, key=lambda row: (row["date_from"], row["move"].id), reverse=True)

    def _get_portal_documents(self):
        """Return the files that the customer may open, each with its access token."""
        documents = self.sudo().customer_document_ids  # chosen for him
        documents.generate_access_token()
        return documents

    def _get_portal_notices(self):
        """Return the letters sent to the customer, as files with an access token; extend it.

        :return: records of ``ir.attachment``, as superuser
        """
        self.ensure_one()
        return self.env["ir.attachment"].sudo()  # what was sent to him, he may open

    @public(one=True)
    def action_preview_portal(self) -> dict:
        """Open the page of the contract as the customer sees it."""
        return {"type": "ir.actions.act_url", "target": "self", "url": self.get_portal_url()}

    @public(one=True)
    def action_send_mail(self) -> dict:
        """Open a message to the customer, with the contract as PDF.

        :return: action of the window
        """
        self.check_access("read")
        template = self.env.ref("koban_contract.mail_template_contract", raise_if_not_found=False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Contract"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": (
                    "mail.mail_notification_layout_with_responsible_signature"
                ),
                "force_email": True,
            },
        }
