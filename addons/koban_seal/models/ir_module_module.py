from odoo import api, models
from odoo.tools import SQL, format_list

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override
from odoo.addons.koban_guard.tools.passes import are_covered, open_pass

from .koban_event import SEAL_KINDS

# States of an addon whose tables are there, and those that lead away from them.
PRESENT = {"installed", "to upgrade", "to remove"}
LEAVING = {"to remove", "uninstalled", "uninstallable"}


class IrModuleModule(models.Model):
    """Keep the proof, and what it proves: sealed documents go by no door (DESIGN §3)."""

    _name = "ir.module.module"
    _inherit = ["koban.traced.mixin", "ir.module.module"]

    _traced_kind = "software"
    _traced_fields = ("state",)

    def _trace(self, before, action, names=None):
        if action == "changed":  # that an addon lies on the disk changes nothing
            super()._trace(before, action, names)

    @override
    def write(self, vals):
        if vals.get("state") in LEAVING and not are_covered(self):
            present = self.filtered(lambda module: module.state in PRESENT)
            (present | present.downstream_dependencies())._check_unsealed()
        return super().write(vals)

    @override
    def module_uninstall(self):
        (self | self.downstream_dependencies())._check_unsealed()
        with open_pass(self):  # the journal may be gone when the host notes the state
            return super().module_uninstall()

    def _check_unsealed(self):
        """Refuse that addons go once they hold, seal or prove sealed documents.

        :raise DocumentError: code ``sealed_documents``, with the addons and the documents
        """
        held = {module: found for module in self if (found := self._find_seals(module.name))}
        if not held:
            return
        env = speaking(self.env)
        documents = dict.fromkeys(text for found in held.values() for text in found)
        raise DocumentError(
            env._(
                "%(addons)s cannot be removed. These documents are sealed, and would lose their "
                "proof or what it covers, which the law asks to keep for ten years: %(documents)s.",
                addons=format_list(env, [module.shortdesc or module.name for module in held]),
                documents=format_list(env, list(documents)),
            ),
            "sealed_documents",
            addons=sorted(module.name for module in held),
        )

    @api.model
    def _find_seals(self, addon: str) -> list[str]:
        """Return which sealed documents need an addon, a text for each kind of them.

        All need that of the journal they stand in.

        :param addon: technical name
        """
        own = SQL("TRUE")
        if addon != type(self.env["koban.event"])._original_module:
            own = SQL("res_model = ANY(%s)", self._get_sealed_by(addon))
        # Of every company: how many there are, and the names of two.
        rows = self.env.execute_query(
            SQL(
                "SELECT res_model, count(DISTINCT res_id), "
                "(array_agg(res_name ORDER BY id))[1], (array_agg(res_name ORDER BY id DESC))[1] "
                "FROM koban_event WHERE kind IN %s AND chain = 'main' AND %s "
                "GROUP BY res_model ORDER BY res_model",
                SEAL_KINDS,
                own,
            )
        )
        return [self._describe_seals(*row) for row in rows]

    @api.model
    def _describe_seals(self, model_name, count, first, last) -> str:
        env = speaking(self.env)
        # An addon that is gone left its links.
        label = env["ir.model"]._get(model_name).name or model_name
        if count == 1:
            return env._("%(label)s: 1 (%(name)s)", label=label, name=first)
        return env._(
            "%(label)s: %(count)s (%(first)s … %(last)s)",
            label=label,
            count=count,
            first=first,
            last=last,
        )

    @api.model
    def _get_sealed_by(self, addon: str) -> list[str]:
        """Return the models that an addon has sealed, or gives a sealed value.

        All of them, for an addon with a model whose ``_proves_seals`` is set, such as archives.
        """
        proves = any(
            model._original_module == addon and getattr(model, "_proves_seals", False)
            for model in self.env.values()
        )
        return [
            model._name
            for model in self.env["res.company"]._get_sealed_models()
            if proves
            or addon in model._get_coverage().get_addons()
            or any(
                getattr(part, "_module", "") == addon and "_get_validated_condition" in vars(part)
                for part in type(model).mro()
            )
        ]
