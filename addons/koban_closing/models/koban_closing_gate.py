from odoo import api, fields, models
from odoo.tools import SQL

# A closing that waits longer for the validations under way gives up, and comes back.
LOCK_TIMEOUT = "20s"


class KobanClosingGate(models.Model):
    """Where validations and closings of a company meet: one row each.

    A validation shares its company's row until its transaction ends; a closing takes the whole
    table first, so that it waits for them and then sees all they validated. It then writes the
    row: a validation that began before and could not see the closing is made to start again by
    PostgreSQL. No document can thus fall between two closings.
    """

    _name = "koban.closing.gate"
    _description = "Gate between validations and closings"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    closings = fields.Integer(help="Closings made; written to turn back older validations.")

    _company_unique = models.Constraint("UNIQUE(company_id)", "One gate per company.")

    def init(self):
        self._open_all()

    @api.model
    def _open_all(self):
        """Give each company its row; a row made meanwhile makes the caller start again."""
        self.env.cr.execute(
            SQL(
                """INSERT INTO koban_closing_gate (company_id, closings)
                        SELECT id, 0 FROM res_company
                         WHERE id NOT IN (SELECT company_id FROM koban_closing_gate)
                   ON CONFLICT DO NOTHING"""
            ),
            log_exceptions=False,  # the caller starts again
        )

    @api.model
    def _hold(self, companies) -> dict:
        """Keep closings of these companies out until the transaction ends.

        :return: the last day closed, by company id
        """
        rows = self._share(companies)
        if len(rows) < len(companies):
            self._open_all()
            rows = self._share(companies)
        return dict(rows)

    @api.model
    def _share(self, companies):
        self.env["koban.closing"].flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT gate.company_id,
                          (SELECT max(closing.date_to) FROM koban_closing closing
                            WHERE closing.company_id = gate.company_id
                              AND closing.kind = 'month')
                     FROM koban_closing_gate gate
                    WHERE gate.company_id IN %s
                      FOR SHARE OF gate""",
                tuple(companies.ids),
            ),
            log_exceptions=False,  # a closing came first: the caller starts again
        )
        return self.env.cr.fetchall()

    @api.model
    def _lock(self):
        """Wait for the validations under way, then keep new ones out.

        To be called before anything is read: locking a table takes no snapshot, so that all
        that was validated is seen afterwards.
        """
        self.env.cr.execute(SQL("SET LOCAL lock_timeout = %s", LOCK_TIMEOUT))
        self.env.cr.execute(
            SQL("LOCK TABLE koban_closing_gate IN EXCLUSIVE MODE"),
            log_exceptions=False,  # tried again
        )

    @api.model
    def _shut(self, company):
        """Turn back the validations that began before the closing under way."""
        self._open_all()
        self.env.cr.execute(
            SQL(
                "UPDATE koban_closing_gate SET closings = closings + 1 WHERE company_id = %s",
                company.id,
            )
        )
