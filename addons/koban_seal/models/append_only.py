from odoo import api, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override


class AppendOnlyMixin(models.AbstractModel):
    """Rows that the ORM adds by its own methods, and neither changes nor deletes."""

    _name = "koban.append.only.mixin"
    _description = "Append-only records"
    _inherit = ["koban.trigger.mixin"]

    @api.model_create_multi
    @override
    def create(self, vals_list):  # pylint: disable=method-required-super
        self._raise_append_only()

    @override
    def write(self, vals):  # pylint: disable=method-required-super
        self._raise_append_only()

    @override
    def unlink(self):  # pylint: disable=method-required-super
        self._raise_append_only()

    def _raise_append_only(self):
        self.check_access("read")  # who may not see them is answered by the host
        raise DocumentError(
            speaking(self.env)._(
                "%(records)s cannot be added, changed or deleted by hand: the software writes "
                "them, once.",
                records=self._description,
            ),
            "append_only",
            model=self._name,
            ids=self.ids,
        )
