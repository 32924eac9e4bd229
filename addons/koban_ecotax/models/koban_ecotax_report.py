import base64
from collections.abc import Iterable
from typing import Annotated

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, Day, Record, public

from ..tools.declaration_file import WRITERS

Organisation = Annotated[int, Record("koban.ecotax.organisation")]
GROUPS = ("organisation_id", "ecotax_id", "unit_amount")


class KobanEcotaxReport(models.Model):
    """What is to be declared: the eco-taxes of validated invoices, credit notes taken off.

    Amounts are before VAT, in the company's currency. TEST invoices, which stay drafts for the
    host, are in none.
    """

    _name = "koban.ecotax.report"
    _description = "Eco-tax to declare"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "move_id"
    _depends = {
        "account.move": [
            "commercial_partner_id", "company_id", "invoice_currency_rate", "invoice_date",
            "move_type", "state",
        ],
        "account.move.line": [
            "display_type", "koban_ecotax_amount", "koban_ecotax_units", "price_unit",
            "product_id", "quantity", "tax_ids",
        ],
        "account.tax": ["amount", "koban_ecotax_id"],
        "koban.ecotax": ["organisation_id"],
    }  # fmt: skip

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", string="Article", readonly=True)
    organisation_id = fields.Many2one(
        "koban.ecotax.organisation", string="Eco-organisation", readonly=True
    )
    ecotax_id = fields.Many2one("koban.ecotax", string="Eco-tax", readonly=True)
    # In groups it would be added up.
    unit_amount = fields.Float(
        string="Unit Amount excl. VAT", digits=(16, 4), readonly=True, aggregator=None
    )
    quantity = fields.Float(digits=(16, 6), readonly=True, help="Units, or kilograms.")
    amount = fields.Monetary(string="Eco-tax excl. VAT", readonly=True)

    @property
    def _table_query(self) -> SQL:
        return SQL(
            """
            SELECT line.id, line.move_id, move.invoice_date AS date, move.company_id,
                   company.currency_id, move.commercial_partner_id AS partner_id,
                   line.product_id, ecotax.organisation_id, tax.koban_ecotax_id AS ecotax_id,
                   tax.amount AS unit_amount,
                   document.sign * line.quantity * line.koban_ecotax_units
                       * CASE WHEN line.price_unit < 0 THEN -1 ELSE 1 END AS quantity,
                   document.sign * ROUND(
                       line.koban_ecotax_amount
                           / COALESCE(NULLIF(move.invoice_currency_rate, 0), 1)::numeric,
                       currency.decimal_places) AS amount
              FROM account_tax tax
              JOIN koban_ecotax ecotax ON ecotax.id = tax.koban_ecotax_id
              JOIN account_move_line_account_tax_rel used ON used.account_tax_id = tax.id
              JOIN account_move_line line ON line.id = used.account_move_line_id
              JOIN account_move move ON move.id = line.move_id
              JOIN res_company company ON company.id = move.company_id
              JOIN res_currency currency ON currency.id = company.currency_id,
                   LATERAL (SELECT CASE WHEN move.move_type = 'out_refund' THEN -1 ELSE 1 END
                                   AS sign) document
             WHERE line.display_type = 'product' AND move.state = 'posted'
               AND move.move_type IN %s
            """,
            tuple(self.env["account.move"].get_sale_types(include_receipts=True)),
        )

    # ------------------------------------------------------------------
    # By period
    # ------------------------------------------------------------------
    @api.model
    @public
    def get_declaration(
        self,
        date_from: Day,
        date_to: Day,
        organisation_id: Organisation | None = None,
        company_id: Company | None = None,
    ) -> list:
        """Return the eco-taxes of a period, by organisation, category and unit amount.

        :param date_from: first day (``YYYY-MM-DD``) of the dates of invoices
        :param date_to: last day
        :param organisation_id: of one eco-organisation; by default of all
        :param company_id: the company that declares; by default that of the user
        :return: ``[{"organisation", "member_number", "code", "name", "kind", "unit_amount",
            "quantity", "amount"}]``; amounts before VAT in the company's currency
        :raise DocumentError: codes ``wrong_date``, ``ecotax_period``, ``unknown_record``
        """
        domain = self._get_declaration_domain(date_from, date_to, organisation_id, company_id)
        rows = self._read_group(domain, GROUPS, ["quantity:sum", "amount:sum"])
        declared = [self._prepare_declared(*row) for row in rows]
        keys = ("organisation", "code", "unit_amount")
        return sorted(declared, key=lambda row: [row[key] for key in keys])

    @api.model
    def _prepare_declared(self, organisation, ecotax, unit_amount, quantity, amount) -> dict:
        """Return one row of a declaration."""
        return {
            "organisation": organisation.name,
            "member_number": organisation.member_number or "",
            "code": ecotax.code,
            "name": ecotax.name,
            "kind": ecotax.kind,
            "unit_amount": round(unit_amount, 4),
            "quantity": round(quantity, 6),
            "amount": round(amount, 2),
        }

    @api.model
    def _get_declaration_domain(self, date_from, date_to, organisation_id, company_id) -> Domain:
        """Return what is declared of a period.

        :raise DocumentError: code ``ecotax_period``
        """
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        if first > last:
            raise DocumentError(
                speaking(self.env)._(
                    "The period ends on %(last)s, before it begins, on %(first)s.",
                    first=first,
                    last=last,
                ),
                "ecotax_period",
                model=self._name,
            )
        # As texts, which go in the action of a client too.
        bounds = [fields.Date.to_string(day) for day in (first, last)]
        domain = Domain("date", ">=", bounds[0]) & Domain("date", "<=", bounds[1])
        domain &= Domain("company_id", "=", company_id or self.env.company.id)
        if organisation_id:
            domain &= Domain("organisation_id", "=", organisation_id)
        return domain

    @api.model
    @public
    def export_declaration(
        self,
        date_from: Day,
        date_to: Day,
        organisation_id: Organisation | None = None,
        company_id: Company | None = None,
        file_format: str = "csv",
    ) -> dict:
        """Return the file of a declaration, as :meth:`get_declaration` gives its rows.

        :param file_format: ``csv`` (semicolons, decimal commas) or ``xlsx``
        :return: ``{"name", "content" (base 64), "rows", "amount"}``
        :raise DocumentError: codes ``ecotax_format`` and those of :meth:`get_declaration`
        """
        if file_format not in WRITERS:
            formats = ", ".join(WRITERS)
            raise DocumentError(
                speaking(self.env)._(
                    "%(format)s is no format of a declaration: there are %(formats)s.",
                    format=file_format,
                    formats=formats,
                ),
                "ecotax_format",
                model=self._name,
            )
        rows = self.get_declaration(date_from, date_to, organisation_id, company_id)
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        content = WRITERS[file_format](self._get_columns(), list(self._get_lines(rows)))
        return {
            "name": f"eco-taxe_{first}_{last}.{file_format}",
            "content": base64.b64encode(content).decode(),
            "rows": len(rows),
            "amount": round(sum(row["amount"] for row in rows), 2),
        }

    @api.model
    def _get_columns(self) -> list[str]:
        """Return the headers of the file, in the user's language."""
        env = speaking(self.env)
        return [
            env._("Eco-organisation"),
            env._("Membership Number"),
            env._("Code"),
            env._("Category"),
            env._("Calculated"),
            env._("Unit Amount excl. VAT"),
            env._("Quantity"),
            env._("Eco-tax excl. VAT"),
        ]

    @api.model
    def _get_lines(self, rows) -> Iterable[list]:
        ecotaxes = self.env["koban.ecotax"].with_env(speaking(self.env))
        kinds = dict(ecotaxes._fields["kind"]._description_selection(ecotaxes.env))
        for row in rows:
            values = {**row, "kind": kinds[row["kind"]]}
            names = ("organisation", "member_number", "code", "name", "kind")
            yield [values[name] for name in (*names, "unit_amount", "quantity", "amount")]
