from odoo import api, models

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

from .koban_event import SEAL_KINDS


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @override
    def button_uninstall(self):
        """Keep the proof, and what it proves: sealed documents do not go with a click.

        :raise DocumentError: code ``sealed_documents``
        """
        gone = self | self.downstream_dependencies()
        for module in gone:
            if count := self._count_seals(module.name):
                raise DocumentError(
                    speaking(self.env)._(
                        "%(addon)s cannot be uninstalled: %(count)s documents are sealed, and "
                        "would lose their proof or what it covers. The law asks for ten years.",
                        addon=module.shortdesc,
                        count=count,
                    ),
                    "sealed_documents",
                )
        return super().button_uninstall()

    @api.model
    def _count_seals(self, addon: str) -> int:
        """Return how many seals need an addon: all need that of the journal they stand in.

        :param addon: technical name
        """
        domain = [("kind", "in", SEAL_KINDS), ("chain", "=", "main")]
        if addon != type(self.env["koban.event"])._original_module:
            domain.append(("res_model", "in", self._get_sealed_by(addon)))
        Event = self.env["koban.event"].sudo()  # of every company: a number only
        return Event.search_count(domain)

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
