from odoo import api, models
from odoo.tools import SQL, format_list
from odoo.tools.sql import column_exists

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from .koban_event import SEAL_KINDS


class IrModelFields(models.Model):
    """A field goes with its column: one that a seal covers, or of the journal, does not."""

    _name = "ir.model.fields"
    _inherit = ["koban.traced.mixin", "ir.model.fields"]

    _traced_kind = "software"
    _traced_fields = ("name", "model", "compute", "depends", "related")

    def _is_traced(self):
        return self.state == "manual"

    @override
    def unlink(self):
        for model_name, own in self.grouped("model").items():
            self._check_uncovered([model_name], set(own.mapped("name")))
        return super().unlink()

    @api.model
    def _check_uncovered(self, model_names, names=None):
        """Refuse that models, or fields of theirs, go once a seal covers them.

        :param names: of the fields; all by default
        :raise DocumentError: code ``sealed_documents``
        """
        covered = self._get_covered_columns() if self._has_any_seal() else {}
        lost = {
            name: found
            for name in model_names
            if (
                found := covered.get(name, set())
                & (covered.get(name, set()) if names is None else names)
            )
        }
        if lost:
            env = speaking(self.env)
            raise DocumentError(
                env._(
                    "%s cannot be deleted: sealed documents or their proof would lose it, which "
                    "the law asks to keep for ten years.",
                    format_list(
                        env,
                        [f"{model}.{name}" for model, own in lost.items() for name in sorted(own)],
                    ),
                ),
                "sealed_documents",
            )

    @api.model
    def _has_any_seal(self) -> bool:
        # Gone already where the addon of the journal is being removed.
        return column_exists(self.env.cr, "koban_event", "kind") and bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM koban_event WHERE kind IN %s AND chain = 'main' LIMIT 1",
                    SEAL_KINDS,
                )
            )
        )

    @api.model
    def _get_covered_columns(self) -> dict[str, set[str]]:
        """Return the fields that seals cover, and those of what only grows, by model."""
        covered = {}
        for model in self.env["res.company"]._get_sealed_models():
            coverage = model._get_coverage()
            for part in (coverage.document, coverage.lines, *coverage.parts.values()):
                if part:
                    covered.setdefault(part.model, set()).update(part.fields)
        kept = self.env.registry["koban.append.only.mixin"]
        for model in self.env.values():
            if not model._abstract and issubclass(type(model), kept):
                covered[model._name] = set(model._fields)
        return covered
