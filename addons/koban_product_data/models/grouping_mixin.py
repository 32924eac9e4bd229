from odoo import api, models

# The short forms in which a line makes an article, by the field of the line.
FORMS = {
    "product_id": "koban_product_data.product_product_view_form_line",
    "product_template_id": "koban_product_data.product_template_view_form_line",
}


class GroupingMixin(models.AbstractModel):
    """Lines of quotes, orders, invoices, purchases and contracts make articles (row 4-20)."""

    _inherit = "koban.grouping.mixin"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if view_type == "form":
            for name, form in FORMS.items():
                # In lines alone: lists and forms within a field.
                for node in arch.xpath(
                    f"//field//*[self::list or self::form]//field[@name='{name}']"
                ):
                    context = (node.get("context") or "{}").strip()
                    if context.startswith("{") and "form_view_ref" not in context:
                        node.set("context", f"{{'form_view_ref': '{form}', {context[1:]}")
        return arch, view
