"""The computed numbers are those that the public algorithms accept."""

from odoo.tests import BaseCase, tagged
from stdnum.fr import siren, siret, tva

from odoo.addons.base_iban.models.res_partner_bank import validate_iban
from odoo.addons.koban_demo.demo import company, customers, identifiers


@tagged("post_install", "-at_install")
class TestIdentifiers(BaseCase):
    """Plain functions, and the constants of the demo."""

    def test_siret(self):
        """A SIRET checked by hand: Luhn key of an establishment's rank."""
        self.assertEqual(identifiers.get_siret("123456782"), "12345678200010")
        self.assertTrue(siret.is_valid(identifiers.get_siret("123456782", 12)))

    def test_vat_number(self):
        """The key is (12 + 3 × SIREN modulo 97) modulo 97, on two digits."""
        self.assertEqual(identifiers.get_vat_number("123456782"), "FR11123456782")
        self.assertEqual(identifiers.get_vat_number("212121214"), "FR04212121214")

    def test_constants(self):
        """Every number of the demo is valid, and no SIREN serves twice."""
        sirens = [company.SIREN, *(c.siren for c in customers.COMPANIES)]
        self.assertEqual(len(set(sirens)), len(sirens))
        for number in sirens:
            self.assertTrue(siren.is_valid(number), number)
            self.assertTrue(siret.is_valid(identifiers.get_siret(number)), number)
            self.assertTrue(tva.is_valid(identifiers.get_vat_number(number)), number)
        validate_iban(company.IBAN)
