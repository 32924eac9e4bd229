"""A French company, a customer and who writes to them, without any document."""

from odoo.addons.koban_document.tests.common import PrintedCase


class IdentityCase(PrintedCase):
    """The company has a customer in France."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.make_user("koban_clerk", "base.group_partner_manager")
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Menuiserie Blanc",
                "is_company": True,
                "country_id": cls.france.id,
                "street": "4 rue des Tilleuls",
                "city": "Lyon",
                "zip": "69003",
            }
        )
