from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.arguments import Company, Day, public
from odoo.addons.koban_invoice.models.account_payment import VALID_STATES
from odoo.addons.koban_invoice.tools.settlements import MONEY, OTHER

TURNOVER_TYPES = ("out_invoice", "out_refund", "out_receipt")
# What the closing of its own month did not count: it was validated after that one.
UNCOUNTED = SQL(
    """NOT EXISTS (
           SELECT FROM koban_closing month
             JOIN koban_event closed ON closed.res_model = 'koban.closing'
                  AND closed.res_id = month.id AND closed.kind = 'closing'
                  AND closed.company_id = month.company_id AND closed.chain = 'main'
            WHERE month.company_id = late.company_id AND month.kind = 'month'
              AND late.date BETWEEN month.date_from AND month.date_to
              AND closed.number > (
                  SELECT max(number) FROM koban_event valid
                   WHERE valid.res_model = late.res_model AND valid.res_id = late.res_id
                     AND valid.kind IN ('validation', 'takeover')
                     AND valid.company_id = late.company_id AND valid.chain = 'main'))"""
)


class KobanPeriodTotalsMixin(models.AbstractModel):
    """Turnover and payments of a company over a period, read in a few queries.

    Every query finds the documents by company and date in an index: the cost depends on the
    documents of the period, not on the history.
    """

    _name = "koban.period.totals.mixin"
    _description = "Totals of a period"

    @api.model
    def _read_totals(self, company, date_from, date_to, with_late=False) -> dict:
        """Return the totals of validated documents.

        :param company: record of ``res.company``
        :param date_from: first day
        :param date_to: last day
        :param with_late: add the late documents that no closing has counted yet
        """
        self.env.flush_all()
        company = company.with_context(lang=company.partner_id.lang or self.env.lang)
        documents = self._get_documents_query(company, date_from, date_to, with_late)
        payments = self._get_payments_query(company, date_from, date_to, with_late)
        totals = self._read_documents(company, documents)
        totals["taxes"] = self._read_taxes(company, documents)
        totals["series"] = self._read_series(company, documents)
        totals["payments"] = self._add_settlements(
            company, self._read_payments(company, payments), date_from, date_to
        )
        totals["payment_total"] = company.currency_id.round(
            sum(line["amount"] for line in totals["payments"])
        )
        totals["settled_total"] = self._read_settled(company, payments, date_from, date_to)
        totals["test_count"] = self._count_tests(company, date_from, date_to)
        return totals

    @api.model
    def _count_tests(self, company, date_from, date_to) -> int:
        """Count the documents validated in TEST in these days, which are in no total."""
        midnights = [company._get_midnight(day) for day in (date_from, date_to + timedelta(days=1))]
        self.env.cr.execute(
            SQL(
                "SELECT count(*) FROM koban_event WHERE company_id = %s AND chain = 'test' "
                "AND kind = 'validation' AND date >= %s AND date < %s",
                company.id,
                *midnights,
            )
        )
        return self.env.cr.fetchone()[0]

    # ------------------------------------------------------------------
    # Queries
    # ------------------------------------------------------------------
    @api.model
    def _get_documents_query(self, company, date_from, date_to, with_late) -> SQL:
        # The condition on state and type is that of the index.
        query = SQL(
            """SELECT id, move_type, journal_id, name, sequence_prefix, sequence_number,
                      amount_untaxed_signed, amount_tax_signed, amount_total_signed,
                      FALSE AS late
                 FROM account_move
                WHERE company_id = %(company)s AND invoice_date BETWEEN %(first)s AND %(last)s
                  AND state = 'posted' AND move_type IN %(types)s""",
            company=company.id,
            first=date_from,
            last=date_to,
            types=TURNOVER_TYPES,
        )
        if not with_late:
            return query
        return SQL(
            """%(query)s
            UNION ALL
               SELECT move.id, move_type, journal_id, move.name, sequence_prefix, sequence_number,
                      amount_untaxed_signed, amount_tax_signed, amount_total_signed, TRUE
                 FROM koban_closing_late late
                 JOIN account_move move ON move.id = late.res_id
                WHERE late.company_id = %(company)s AND late.res_model = 'account.move'
                  AND late.closing_id IS NULL AND move.move_type IN %(types)s
                  AND move.state = 'posted' AND %(uncounted)s""",
            query=query,
            company=company.id,
            types=TURNOVER_TYPES,
            uncounted=UNCOUNTED,
        )

    @api.model
    def _get_payments_query(self, company, date_from, date_to, with_late) -> SQL:
        query = SQL(
            """SELECT id, journal_id, payment_method_line_id, amount_company_currency_signed
                 FROM account_payment
                WHERE company_id = %(company)s AND date BETWEEN %(first)s AND %(last)s
                  AND partner_type = 'customer' AND state IN %(states)s""",
            company=company.id,
            first=date_from,
            last=date_to,
            states=VALID_STATES,
        )
        if not with_late:
            return query
        return SQL(
            """%(query)s
            UNION ALL
               SELECT payment.id, journal_id, payment_method_line_id,
                      amount_company_currency_signed
                 FROM koban_closing_late late
                 JOIN account_payment payment ON payment.id = late.res_id
                WHERE late.company_id = %(company)s AND late.res_model = 'account.payment'
                  AND late.closing_id IS NULL AND payment.state IN %(states)s
                  AND %(uncounted)s""",
            query=query,
            company=company.id,
            states=VALID_STATES,
            uncounted=UNCOUNTED,
        )

    @api.model
    def _read_documents(self, company, documents) -> dict:
        self.env.cr.execute(
            SQL(
                """SELECT count(*) FILTER (WHERE move_type <> 'out_refund') AS invoice_count,
                          count(*) FILTER (WHERE move_type = 'out_refund') AS credit_note_count,
                          count(*) FILTER (WHERE late) AS late_count,
                          coalesce(sum(amount_untaxed_signed), 0) AS untaxed,
                          coalesce(sum(amount_tax_signed), 0) AS tax,
                          coalesce(sum(amount_total_signed), 0) AS total,
                          coalesce(sum(amount_untaxed_signed) FILTER (WHERE late), 0)
                              AS late_untaxed,
                          coalesce(sum(amount_total_signed) FILTER (WHERE late), 0) AS late_total
                     FROM (%s) documents""",
                documents,
            )
        )
        row = self.env.cr.dictfetchone()
        counts = ("invoice_count", "credit_note_count", "late_count")
        return {
            name: value if name in counts else company.currency_id.round(float(value))
            for name, value in row.items()
        }

    @api.model
    def _read_taxes(self, company, documents) -> list[dict]:
        """Return the base and the tax of each rate; taxes of the same rate are one."""
        self.env.cr.execute(self._get_taxes_query(documents))
        rows = self.env.cr.fetchall()
        # Their names and rates, of totals that the user may read.
        taxes = company.env["account.tax"].sudo().browse([row[0] for row in rows if row[0]])
        names = {tax.id: tax for tax in taxes}
        sums = defaultdict(lambda: [0.0, 0.0])
        for tax_id, base, amount in rows:
            tax = names.get(tax_id)
            percentage = bool(tax) and tax.amount_type == "percent"
            key = (percentage, tax.amount if percentage else 0.0, self._get_tax_name(tax))
            sums[key][0] += float(base)
            sums[key][1] += float(amount)
        return [
            {
                "is_rate": is_rate,
                "rate": rate,
                "name": name,
                "base": company.currency_id.round(base),
                "tax": company.currency_id.round(tax),
            }
            for (is_rate, rate, name), (base, tax) in sorted(
                sums.items(), key=lambda item: (not item[0][0], -item[0][1], item[0][2])
            )
        ]

    @api.model
    def _get_tax_name(self, tax) -> str:
        return tax.name if tax and tax.amount_type != "percent" else ""

    @api.model
    def _get_taxes_query(self, documents) -> SQL:
        # OFFSET 0 keeps the planner to the index, document by document: it would rather read
        # whole tables, which grow with the history.
        return SQL(
            """
            WITH documents AS MATERIALIZED (%s),
                 lines AS MATERIALIZED (
                    SELECT line.*
                      FROM documents,
                           LATERAL (SELECT id, balance, tax_line_id, display_type
                                      FROM account_move_line
                                     WHERE move_id = documents.id OFFSET 0) line),
                 bases AS MATERIALIZED (
                    SELECT lines.id, lines.balance, used.account_tax_id
                      FROM lines,
                           LATERAL (SELECT account_tax_id
                                      FROM account_move_line_account_tax_rel
                                     WHERE account_move_line_id = lines.id OFFSET 0) used)
            SELECT tax_id, sum(base), sum(tax)
              FROM (SELECT coalesce(child.child_tax, bases.account_tax_id) AS tax_id,
                           -balance AS base, 0 AS tax
                      FROM bases
                 LEFT JOIN account_tax_filiation_rel child
                        ON child.parent_tax = bases.account_tax_id
                 UNION ALL
                    SELECT tax_line_id, 0, -balance FROM lines WHERE tax_line_id IS NOT NULL
                 UNION ALL
                    SELECT NULL, -balance, 0
                      FROM lines
                     WHERE tax_line_id IS NULL
                       AND display_type IN ('product', 'rounding', 'discount', 'epd')
                       AND NOT EXISTS (SELECT FROM bases WHERE bases.id = lines.id)
                   ) amounts
             GROUP BY tax_id
            """,
            documents,
        )

    @api.model
    def _read_series(self, company, documents) -> list[dict]:
        self.env.cr.execute(
            SQL(
                """SELECT journal_id, sequence_prefix, count(*),
                          min(sequence_number), max(sequence_number),
                          (array_agg(name ORDER BY sequence_number))[1],
                          (array_agg(name ORDER BY sequence_number DESC))[1]
                     FROM (%s) documents
                 GROUP BY journal_id, sequence_prefix
                 ORDER BY journal_id, sequence_prefix""",
                documents,
            )
        )
        rows = self.env.cr.fetchall()
        journals = self._get_names(company, "account.journal", [row[0] for row in rows])
        return [
            {
                "journal": journals[journal],
                "prefix": prefix or "",
                "count": count,
                "first_rank": first_rank or 0,
                "last_rank": last_rank or 0,
                "first_number": first_number or "",
                "last_number": last_number or "",
            }
            for journal, prefix, count, first_rank, last_rank, first_number, last_number in rows
        ]

    @api.model
    def _read_payments(self, company, payments) -> list[dict]:
        self.env.cr.execute(
            SQL(
                """SELECT journal_id, payment_method_line_id, count(*),
                          coalesce(sum(amount_company_currency_signed), 0)
                     FROM (%s) payments
                 GROUP BY journal_id, payment_method_line_id
                 ORDER BY journal_id, payment_method_line_id""",
                payments,
            )
        )
        rows = self.env.cr.fetchall()
        journals = self._get_names(company, "account.journal", [row[0] for row in rows])
        methods = self._get_names(
            company, "account.payment.method.line", [row[1] for row in rows if row[1]]
        )
        return [
            {
                "journal": journals[journal],
                "method": methods.get(method, ""),
                "count": count,
                "amount": company.currency_id.round(float(amount)),
            }
            for journal, method, count, amount in rows
        ]

    @api.model
    def _add_settlements(self, company, lines, date_from, date_to) -> list[dict]:
        """Return the lines of payments with the money that came by other entries.

        What was undone is taken off at the date of its undoing.
        """
        self.env.cr.execute(
            SQL(
                """SELECT journal_id, method, sum(CASE WHEN undone_id IS NULL THEN 1 ELSE -1 END),
                          sum(amount)
                     FROM koban_settlement
                    WHERE company_id = %s AND date BETWEEN %s AND %s AND kind = %s
                 GROUP BY journal_id, method
                 ORDER BY journal_id, method""",
                company.id,
                date_from,
                date_to,
                MONEY,
            )
        )
        rows = self.env.cr.fetchall()
        journals = self._get_names(company, "account.journal", [row[0] for row in rows])
        # Methods of the same name, of money that comes and that goes, have a line each.
        found, added = {(line["journal"], line["method"]): line for line in lines}, []
        for journal, method, count, amount in rows:
            if not count and not amount:
                continue
            key = journals[journal], method or company.env._("Entry")
            line = found.get(key)
            if not line:
                line = {"journal": key[0], "method": key[1], "count": 0, "amount": 0.0}
                added.append(line)
            line["count"] += int(count)
            line["amount"] = company.currency_id.round(line["amount"] + float(amount))
        return [*lines, *added]

    @api.model
    def _read_settled(self, company, payments, date_from, date_to) -> float:
        """Return what was settled without payment: by other entries, and beside a payment."""
        self.env.cr.execute(
            SQL(
                """SELECT (SELECT coalesce(sum(amount), 0)
                             FROM koban_settlement
                            WHERE company_id = %(company)s AND kind = %(other)s
                              AND date BETWEEN %(first)s AND %(last)s)
                        + (SELECT coalesce(sum(line.balance), 0)
                             FROM (%(payments)s) received
                             JOIN account_payment payment ON payment.id = received.id
                             JOIN account_move_line line ON line.payment_id = payment.id
                            WHERE line.account_id IS DISTINCT FROM payment.outstanding_account_id
                              AND line.account_id IS DISTINCT FROM payment.destination_account_id)
                """,
                company=company.id,
                other=OTHER,
                first=date_from,
                last=date_to,
                payments=payments,
            )
        )
        return company.currency_id.round(float(self.env.cr.fetchone()[0]))

    @api.model
    def _get_names(self, company, model, ids) -> dict:
        # The names alone, in the company's language: they are kept as texts.
        records = company.env[model].sudo().browse(ids)
        return {record.id: record.name or "" for record in records}

    # ------------------------------------------------------------------
    # API
    # ------------------------------------------------------------------
    @api.model
    @public
    def get_period_totals(
        self, date_from: Day, date_to: Day, company_id: Company | None = None
    ) -> dict:
        """Return the turnover and the payments of a company over any period (row 2-62b).

        What was validated in the meantime for a closed period counts at its own date: a
        closing counts it later, see ``late_count`` of closings.

        :param date_from: first day, ``YYYY-MM-DD``
        :param date_to: last day, ``YYYY-MM-DD``
        :param company_id: the current company by default
        :return: amounts in the company's currency: ``untaxed``, ``tax``, ``total`` (credit
            notes are negative), ``invoice_count``, ``credit_note_count``, ``taxes`` per rate,
            ``series``, ``payments`` per journal and method, ``payment_total``,
            ``settled_total`` (write-offs, and other entries that settled invoices without
            payment), ``test_count``
        :raise AccessError: without the rights of the accountant or on another company
        """
        company = self._get_readable_company(company_id)
        first, last = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        self._check_period(first, last)
        totals = self._read_totals(company, first, last)
        for line in totals["taxes"]:
            line["label"] = self.env["koban.closing.tax"]._get_label(
                line["is_rate"], line["rate"], line["name"]
            )
        for name in ("late_count", "late_untaxed", "late_total"):
            del totals[name]  # of closings only
        return {
            "company_id": company.id,
            "currency": company.currency_id.name,
            "date_from": fields.Date.to_string(first),
            "date_to": fields.Date.to_string(last),
            **totals,
        }

    @api.model
    def _get_readable_company(self, company_id=None):
        """Return a company whose closings the user may read, the current one by default.

        :raise AccessError: otherwise
        """
        self.env["koban.closing"].check_access("read")
        company = self.env["res.company"].browse(company_id) if company_id else self.env.company
        if not self.env.su and company not in self.env.user.company_ids:
            raise AccessError(
                speaking(self.env)._("You have no access to the company %s.", company.id)
            )
        return company.sudo()  # its totals alone, for who may read its closings

    @api.model
    def _check_period(self, first, last):
        if not first or not last or first > last:
            raise DocumentError(
                speaking(self.env)._("Give a first and a last day, the first not after the last."),
                "period_dates",
            )
