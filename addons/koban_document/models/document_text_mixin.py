from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class DocumentTextMixin(models.AbstractModel):
    """What every commercial document says around its lines (rows 3-05, 3-09, 3-10)."""

    _name = "koban.document.text.mixin"
    _description = "Texts, contact and process of a commercial document"

    header = fields.Html(
        translate=False,
        copy=True,
        help="Printed above the lines. Can still be edited once the document is validated.",
    )
    footer = fields.Html(
        translate=False,
        copy=True,
        help="Printed below the totals. Can still be edited once the document is validated.",
    )
    comment = fields.Html(
        string="General Comment",
        translate=False,
        copy=True,
        help="Printed under the lines. Can still be edited once the document is validated.",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        index="btree_not_null",
        domain="['|', ('id', '=', partner_id), ('id', 'child_of', partner_id)]",
        help="Whom to address at the customer's. Can still be changed once the document is "
        "validated.",
    )
    process_id = fields.Many2one(
        comodel_name="koban.process",
        copy=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="How this sale is handled. Frozen once the document is validated, and carried from "
        "the order to its invoices.",
    )

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for document in self:
            partner = document.partner_id
            if document.contact_id.commercial_partner_id != partner.commercial_partner_id:
                is_person = partner.parent_id and not partner.is_company
                document.contact_id = partner if is_person else False

    @api.model
    def _get_document_text_fields(self) -> set[str]:
        """Fields that stay editable on a validated document (rows 3-09, 3-10, 3-18)."""
        return {"header", "footer", "comment", "contact_id"}

    def _prepare_document_texts(self) -> dict:
        """Return the values another document of the same sale takes over."""
        self.ensure_one()
        return {
            "header": self.header,
            "footer": self.footer,
            "comment": self.comment,
            "contact_id": self.contact_id.id,
            "process_id": self.process_id.id,
        }

    @api.model
    def _get_printable_domain(self) -> Domain:
        """Return the documents that a document model may print."""
        return Domain.TRUE

    def _take_default_model(self):
        """Give documents older than the models the default one of their kind.

        By SQL: it is no change of theirs, the date and author of the last one stay.
        """
        Model = self.env["koban.document.model"].sudo()  # of parent companies too
        groups = self.grouped(lambda document: (document.company_id, document.document_kind))
        for (company, kind), documents in groups.items():
            if default := Model._get_default(company, kind):
                self.env.cr.execute(
                    SQL(
                        "UPDATE %s SET document_model_id = %s WHERE id = ANY(%s)",
                        SQL.identifier(self._table),
                        default.id,
                        documents.ids,
                    )
                )
        self.invalidate_model(["document_model_id"])
