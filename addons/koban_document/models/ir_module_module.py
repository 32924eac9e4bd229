from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        # A language is loaded for all modules at once, when it is installed.
        if "koban_document" in modules:
            Model = self.env["koban.document.model"].sudo()  # of every company
            Model.with_context(active_test=False)._translate_ready_texts(langs, overwrite)
        return result
