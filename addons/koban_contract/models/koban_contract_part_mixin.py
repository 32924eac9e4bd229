from odoo import models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class KobanContractPartMixin(models.AbstractModel):
    """What belongs to one contract, and stays there."""

    _name = "koban.contract.part.mixin"
    _description = "Part of a Contract"

    # Many2one to what the record is a part of.
    _kept_field = "contract_id"

    @override
    def write(self, vals):
        self._check_kept(vals)
        return super().write(vals)

    def _check_kept(self, vals):
        """Refuse that a part of a contract go to another one, past its rights and its guard.

        :param vals: as given to ``write``
        :raise DocumentError: code ``contract_moved``
        """
        name = self._kept_field
        if name in vals and any(record[name].id != vals[name] for record in self):
            raise DocumentError(
                speaking(self.env)._(
                    "What belongs to a contract cannot be moved to another one: “%s” stays as "
                    "it is. Enter it there.",
                    self._fields[name]._description_string(speaking(self.env)),
                ),
                "contract_moved",
                model=self._name,
                ids=self.ids,
            )
