from odoo import api, fields, models
from odoo.fields import Domain


class KobanDocumentModel(models.Model):
    """Models of article sheets (row 4-40)."""

    _inherit = "koban.document.model"

    kind = fields.Selection(
        selection_add=[("article", "Article Sheet")], ondelete={"article": "cascade"}
    )

    @api.model
    def _get_kind_reports(self):
        sheet = "koban_product_data.action_report_article_sheet"
        return {**super()._get_kind_reports(), "article": sheet}

    def _get_preview_domain(self):
        if self.kind != "article":
            return super()._get_preview_domain()
        return Domain("company_id", "in", (False, self.company_id.id))

    def _create_preview_sample(self):
        if self.kind != "article":
            return super()._create_preview_sample()
        name, _quantity, price = self._get_sample_lines()[0]
        return self.env["product.template"].create(
            {
                "name": name.partition("\n")[0],
                "default_code": self.env._("EXAMPLE"),
                "list_price": price,
                "company_id": self.company_id.id,
            }
        )
