from odoo import api, models


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """Give the host's field ``no_followup`` its wording here, not the host's (row 3-19).

        Both addons name the same label: the last one read wins. In a language that is new
        there is nothing of a person to lose.
        """
        fresh = []
        if "koban_invoice" in modules:
            Fields = self.env["ir.model.fields"].sudo()  # whoever installs the language
            label = Fields._get("account.move", "no_followup")
            known = label._fields["field_description"]._get_stored_translations(label) or {}
            fresh = [lang for lang in langs if overwrite or lang not in known]
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if fresh:
            super()._load_module_terms(["koban_invoice"], fresh, overwrite=True)
        return result
