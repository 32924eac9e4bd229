from odoo import api, models

from odoo.addons.koban_guard.tools.overrides import override

from ..tools.journal import record_event


class TracedMixin(models.AbstractModel):
    """What an administrator may change that decides who may do what: each change is an event.

    The journals of all protected companies tell it, as it holds for all of them. What the addons
    themselves bring is told by the event of their installation.
    """

    _name = "koban.traced.mixin"
    _description = "Traced settings"

    # Kind of the events.
    _traced_kind = "rights"
    # Fields whose change is told.
    _traced_fields = ()

    def _is_traced(self) -> bool:
        """Whether changes of this record are told; extend it."""
        return True

    @api.model_create_multi
    @override
    def create(self, vals_list):
        records = super().create(vals_list)
        records._trace({}, "created")
        return records

    @override
    def write(self, vals):
        names = [name for name in self._traced_fields if name in vals]
        if not names:
            return super().write(vals)
        before = self._get_traced(names)
        result = super().write(vals)
        self._trace(before, "changed", names)
        return result

    @override
    def unlink(self):
        self._trace({}, "deleted")
        return super().unlink()

    def _get_traced(self, names) -> dict:
        """Return what the journal compares: values, and the ids of related records."""
        return {
            record.id: {
                name: frozenset(record[name].ids)
                if record._fields[name].relational and record._fields[name].type != "many2one"
                else record._fields[name].convert_to_display_name(record[name], record) or ""
                for name in names
            }
            for record in self.sudo()  # told to who may read the journal
        }

    def _trace(self, before, action, names=None):
        if not self.env.registry.ready:
            return  # an addon is being installed or upgraded
        names = self._traced_fields if names is None else names
        told = {}
        after = self.filtered(lambda record: record._is_traced())._get_traced(names)
        for id_, values in after.items():
            old = before.get(id_, {})
            changes = {
                name: self._describe_change(name, old.get(name), value)
                for name, value in values.items()
                if value != old.get(name) and (value or name in old)
            }
            if changes or action != "changed":
                told[id_] = {"action": action, "changes": changes}
        if told:
            self._record_traced(told)

    def _describe_change(self, name, old, value) -> dict | list:
        """Return how the journal tells a change; of related records only who came and went."""
        if not isinstance(value, frozenset):
            return [old or "", value]
        related = self.env[self._fields[name].comodel_name].sudo()  # as in _get_traced
        gone, came = (old or frozenset()) - value, value - (old or frozenset())
        told = {"removed": gone, "added": came}
        return {
            word: related.browse(sorted(ids)).mapped("display_name")
            for word, ids in told.items()
            if ids
        }

    def _record_traced(self, told):
        changed = self.browse(told)
        # Whichever companies the administrator sees.
        guarded = self.env["res.company"].sudo().search([("document_guard", "=", True)])
        for company in guarded:
            record_event(self.env, self._traced_kind, changed, company, told)
