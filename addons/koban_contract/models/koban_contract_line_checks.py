from itertools import combinations

from odoo import api, models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import ConstraintError, speaking


class KobanContractLine(models.Model):
    """What a line may not be (issue 5, bad input)."""

    _name = "koban.contract.line"
    _inherit = ["koban.contract.line", "koban.contract.part.mixin"]

    # ------------------------------------------------------------------
    # Articles
    # ------------------------------------------------------------------
    @api.constrains("product_id", "contract_id")
    def _check_contract_article(self):
        """Refuse articles that are not sold by contract (issue 13 §3).

        Lines that are there go on, and so does the line that an amendment puts in their place.

        :raise ConstraintError: code ``contract_article``, with every article
        """
        wrong = self.filtered(lambda line: not line._may_have_article())
        if wrong:
            raise ConstraintError(
                speaking(self.env)._(
                    "Not sold by contract: %s. Tick “Contract” on the article, or choose another "
                    "one.",
                    ", ".join(wrong.product_id.mapped("display_name")),
                ),
                "contract_article",
                model=self._name,
                ids=wrong.ids,
            )

    def _may_have_article(self) -> bool:
        product = self.product_id
        if not product or product.contract_ok or self.contract_id.kind != "sale":
            return True
        return self.replaces_id.product_id == product

    # ------------------------------------------------------------------
    # Days
    # ------------------------------------------------------------------
    @api.constrains("date_start", "date_end", "contract_id")
    def _check_within_contract(self):
        """Refuse lines that would never bill.

        :raise ConstraintError: code ``contract_line_dates``
        """
        env = speaking(self.env)
        for line in self:
            contract = line.contract_id
            if line.date_end and line.date_end < contract.date_start:
                problem = env._(
                    "it ends on %(day)s, before the start of the contract on %(limit)s",
                    day=format_date(env, line.date_end),
                    limit=format_date(env, contract.date_start),
                )
            elif line.date_start and contract.date_end and line.date_start > contract.date_end:
                problem = env._(
                    "it starts on %(day)s, after the end of the contract on %(limit)s",
                    day=format_date(env, line.date_start),
                    limit=format_date(env, contract.date_end),
                )
            else:
                continue
            raise ConstraintError(
                env._(
                    "“%(line)s” would never be billed: %(problem)s. Correct its dates.",
                    line=line._get_line_label(),
                    problem=problem,
                ),
                "contract_line_dates",
                model=self._name,
                ids=line.ids,
            )

    # ------------------------------------------------------------------
    # Overlaps
    # ------------------------------------------------------------------
    @api.constrains(
        "contract_id", "product_id", "name", "price_unit", "discount", "charge", "date_start",
        "date_end", "display_type", "analytic_distribution", "sequence",
    )  # fmt: skip
    def _check_overlaps(self):
        """Refuse lines that would bill the same thing twice for the same days.

        These are a line and the one that replaces it, and lines alike in article, text, price,
        way of billing, analytic and group. Others may run side by side: two machines are two
        lines, told apart by their text.

        :raise ConstraintError: code ``contract_overlap``
        """
        for contract in self.contract_id:
            alike = contract._get_billed_lines().grouped(lambda line: line._get_overlap_key())
            for lines in alike.values():
                for one, other in combinations(lines, 2):
                    one._check_apart(other)
            for line in contract._get_billed_lines().filtered("replaces_id"):
                line._check_apart(line.replaces_id)

    def _get_overlap_key(self) -> tuple:
        analytic = tuple(sorted((self.analytic_distribution or {}).items()))
        return (
            self.product_id.id or self.id, self.name, self.price_unit, self.discount, self.charge,
            analytic, self.parent_id.id,
        )  # fmt: skip

    def _check_apart(self, other):
        """Refuse that both lines bill a same day."""
        ends = [line._get_last_day() for line in (self, other)]
        start = max(self._get_first_day(), other._get_first_day())
        if any(end and end < start for end in ends):
            return
        env = speaking(self.env)
        raise ConstraintError(
            env._(
                "“%(line)s” (%(first)s) and “%(other)s” (%(second)s) would both be billed from "
                "%(date)s on. Change the quantity of one of them, their dates, or what tells them "
                "apart: their descriptions.",
                line=self._get_line_label(),
                first=self._describe_days(),
                other=other._get_line_label(),
                second=other._describe_days(),
                date=format_date(env, start),
            ),
            "contract_overlap",
            model=self._name,
            ids=(self | other).ids,
        )

    def _describe_days(self) -> str:
        env = speaking(self.env)
        first, last = self._get_first_day(), self._get_last_day()
        if last:
            return env._(
                "%(first)s – %(last)s",
                first=format_date(env, first),
                last=format_date(env, last),
            )
        return env._("from %s on", format_date(env, first))
