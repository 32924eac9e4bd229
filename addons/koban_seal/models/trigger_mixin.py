from odoo import api, models

from ..tools.triggers import forbid_changes


class TriggerMixin(models.AbstractModel):
    """Rows that PostgreSQL refuses to change or delete; the verification looks at its triggers."""

    _name = "koban.trigger.mixin"
    _description = "Rows kept by the database"

    _kept_by_triggers = True
    # Fields that follow the deletion of what they point at, and prove nothing.
    _released_columns = ()

    def init(self):
        super().init()
        if not self._abstract:
            forbid_changes(self.env.cr, self._table, self._released_columns)

    @api.model
    def _get_kept_tables(self) -> dict[str, tuple[str, ...]]:
        """Return the tables that triggers keep, with their released columns."""
        return {
            model._table: tuple(model._released_columns)
            for model in self.env.values()
            if getattr(model, "_kept_by_triggers", False) and not model._abstract
        }
