from odoo import models
from odoo.tools import format_date

from odoo.addons.koban_guard.exceptions import speaking


class KobanContract(models.Model):
    """What an amendment may not do to a price that is revised."""

    _name = "koban.contract"
    _inherit = ["koban.contract"]

    def _check_changes(self, day, changes):
        found = super()._check_changes(day, changes)
        self._check_revised(day, found["lines"], found["end"])
        return found

    def _check_revised(self, day, lines, ended):
        """Refuse to change a price that is revised already from a later day on.

        :raise DocumentError: code ``contract_amendment_revised``
        """
        env = speaking(self.env)
        for line in [line for line, values in lines.items() if "price_unit" in values]:
            later = line._get_revisions().filtered(lambda revision: revision.date_from >= day)
            if later:
                self._raise(
                    env._(
                        "The price of “%(line)s” is already revised from %(date)s on: undo that "
                        "revision, or the renewal that brought it, before you change the price.",
                        line=line._get_line_label(),
                        date=format_date(env, min(later.mapped("date_from"))),
                    ),
                    "contract_amendment_revised",
                )
        for line in ended:
            if line.sudo().revision_ids and line._get_first_day() >= day:  # a trace to keep
                self._raise(
                    env._(
                        "The price of “%(line)s” has been revised, and that history is kept: end "
                        "the line on a day after %(date)s.",
                        line=line._get_line_label(),
                        date=format_date(env, line._get_first_day()),
                    ),
                    "contract_amendment_revised",
                )
