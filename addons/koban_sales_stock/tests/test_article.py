"""« Géré en stock » among the flags of the article (row 4-23)."""

from lxml import etree
from odoo.tests import Form, TransactionCase, tagged


@tagged("post_install", "-at_install", "koban_alone")
class TestArticle(TransactionCase):
    def test_flag(self):
        """Row 4-23: in the row of flags, once, for goods alone; it is the host's."""
        arch = etree.fromstring(self.env["product.template"].get_view(view_type="form")["arch"])
        [field] = arch.xpath("//field[@name='is_storable'][not(@data-used-by)]")
        self.assertEqual(field.getparent().getparent().get("name"), "options")
        self.assertEqual(field.getparent().get("invisible"), "type != 'consu'")
        with Form(self.env["product.template"]) as form:
            form.name = "Oven"
            form.is_storable = True
        self.assertTrue(form.record.is_storable)
