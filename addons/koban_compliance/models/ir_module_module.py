from odoo import api, models

from odoo.addons.koban_document.exceptions import DocumentError, speaking
from odoo.addons.koban_document.tools.overrides import override

from .koban_event import SEAL_KINDS


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Give the host's field ``no_followup`` its wording here, not the host's (row 3-19).

        Both addons name the same label: the last one read wins. In a language that is new
        there is nothing of a person to lose.
        """
        fresh = []
        if "koban_compliance" in modules:
            Fields = self.env["ir.model.fields"].sudo()  # whoever installs the language
            label = Fields._get("account.move", "no_followup")
            known = label._fields["field_description"]._get_stored_translations(label) or {}
            fresh = [lang for lang in langs if overwrite or lang not in known]
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if fresh:
            super()._load_module_terms(["koban_compliance"], fresh, overwrite=True)
        return result

    @override
    def button_uninstall(self):
        """Keep the proof: where documents are sealed, it does not go with a click.

        :raise DocumentError: code ``sealed_documents``
        """
        gone = self | self.downstream_dependencies()
        if "koban_compliance" in gone.mapped("name") and self._count_seals():
            raise DocumentError(
                speaking(self.env)._(
                    "%(count)s documents are sealed. The addon that proves they were not altered "
                    "cannot be uninstalled: the law asks for ten years.",
                    count=self._count_seals(),
                ),
                "sealed_documents",
            )
        return super().button_uninstall()

    @api.model
    def _count_seals(self) -> int:
        Event = self.env["koban.event"].sudo()  # of every company: a number only
        return Event.search_count([("kind", "in", SEAL_KINDS), ("chain", "=", "main")])
