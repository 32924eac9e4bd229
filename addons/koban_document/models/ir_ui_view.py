from contextlib import nullcontext

from odoo import models


class IrUiView(models.Model):
    _inherit = "ir.ui.view"

    def _render_template(self, template, values=None):
        """Show a validated document in the portal with the names of its validation.

        The portal names the document of each of its pages ``object``.
        """
        document = (values or {}).get("object")
        single = isinstance(document, models.BaseModel) and len(document) == 1
        named = single and hasattr(document, "_as_validated")
        with document._as_validated() if named else nullcontext():
            return super()._render_template(template, values)
