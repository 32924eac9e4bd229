from odoo import api, models
from odoo.fields import Command

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from ..tools.writer import is_closing


class KobanClosingPart(models.AbstractModel):
    """What closings are made of: written once by the closing, then kept for ever."""

    _name = "koban.closing.part"
    _description = "Kept part of a closing"

    def _check_writer(self):
        """Refuse whatever does not come from a closing under way, see ``open_closing``.

        :raise DocumentError: code ``closing_sealed``
        """
        if not is_closing():
            raise DocumentError(
                speaking(self.env)._(
                    "Closings are neither typed, changed nor deleted: they only come from closing "
                    "a period."
                ),
                "closing_sealed",
                model=self._name,
                ids=self.ids,
            )

    @api.model_create_multi
    @override
    def create(self, vals_list):
        self._check_writer()
        return super().create(vals_list)

    @override
    def write(self, vals):
        self._check_writer()
        return super().write(vals)

    @override
    def unlink(self):
        self._check_writer()
        return super().unlink()

    def _prepare_sums(self, keys, amounts) -> list:
        """Return the commands that add up these lines, those of the same keys being one.

        :param keys: names of fields
        :param amounts: names of monetary or integer fields
        """
        sums = {}
        for line in self:
            key = tuple(line[name] for name in keys)
            values = sums.setdefault(key, dict.fromkeys(amounts, 0))
            for name in amounts:
                values[name] += line[name]
        return [
            Command.create({**dict(zip(keys, key, strict=True)), **values})
            for key, values in sums.items()
        ]
