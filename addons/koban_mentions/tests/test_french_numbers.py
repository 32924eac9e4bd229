"""Row 2-18, law.md §3: SIREN, SIRET and VAT numbers: which check fails."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, tagged
from stdnum import luhn

from odoo.addons.koban_mentions.tools.french_numbers import (
    compact,
    find_fault,
    find_vat_fault,
    format_number,
    get_siren,
    get_vat_siren,
)

from .common import IdentityCase

# number: fault
NUMBERS = {
    "123456782": "",
    "12345678200010": "",
    "732829320": "",
    "73282932000074": "",
    "35600000000048": "",  # head office of La Poste
    "35600000049837": "",  # a post office: its digits add up to a multiple of five
    "35600000049838": "siret_key",
    "123456783": "siren_key",
    "12345678300018": "siren_key",
    "12345678200011": "siret_key",
    "73282932000079": "siret_key",
    "12345678": "length",
    "1234567820001": "length",
    "123456782000100": "length",
    "12345678O": "characters",
    "FR12345678": "characters",
    "①23456782": "characters",
    "": "characters",
}
VAT_NUMBERS = {
    "FR11123456782": "",
    "11123456782": "",
    "FR40303265045": "",
    "FR53000004605": "",  # Monaco
    "FRK7399859412": "",
    "FR4Z123456782": "",
    "FR12123456782": "vat_key",
    "FRK8399859412": "vat_key",
    "FR11123456783": "siren_key",
    "FR1112345678": "length",
    "FR111234567822": "length",
    "FRIO334175221": "characters",
    "FR1112345678A": "characters",
}
PASTED = ("123 456 782 00010", "123.456.782.00010", "123\u00a0456\u00a0782\u00a000010",
          " 123-456-782-00010\n", "123\u202f456\u202f782\u202f00010")  # fmt: skip


@tagged("-at_install", "post_install")
class TestFrenchNumbers(BaseCase):
    """Plain functions, by values written by hand and by generated ones."""

    def test_numbers(self):
        """Row 2-18: good and bad SIREN and SIRET."""
        for number, fault in NUMBERS.items():
            self.assertEqual(find_fault(number), fault, number)

    def test_vat_numbers(self):
        """Row 2-21: good and bad VAT numbers, of Monaco and of the new style."""
        for number, fault in VAT_NUMBERS.items():
            self.assertEqual(find_vat_fault(number), fault, number)

    def test_pasted(self):
        """Row 2-18: blanks, dots and dashes are taken out."""
        for number in PASTED:
            self.assertEqual(compact(number), "12345678200010")
            self.assertEqual(get_siren(number), "123456782")

    def test_parts(self):
        """The SIREN in a SIRET and in a VAT number; none in what is impossible."""
        self.assertEqual(get_vat_siren("FR11 123 456 782"), "123456782")
        for number in ("FR53000004605", "BE0404040434", "FR12123456782", "", None):
            self.assertEqual(get_vat_siren(number), "", number)
        self.assertEqual(get_siren("123456783"), "")
        self.assertEqual(format_number("12345678200010"), "123\u00a0456\u00a0782\u00a000010")

    # The machine may be busy: time says nothing of the function.
    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.integers(0, 99999999), st.integers(0, 8), st.integers(1, 9))
    def test_one_digit(self, stem, position, shift):
        """Any one wrong digit of a SIREN is found."""
        digits = f"{stem:08d}"
        number = digits + luhn.calc_check_digit(digits)
        self.assertEqual(find_fault(number), "")
        wrong = (int(number[position]) + shift) % 10
        typo = f"{number[:position]}{wrong}{number[position + 1 :]}"
        self.assertEqual(find_fault(typo), "siren_key")


@tagged("post_install", "-at_install")
class TestPartnerNumbers(IdentityCase):
    """The numbers of partners and companies."""

    def test_refused(self):
        """Row 2-18: the refusal names the number, the check that fails, and has a code."""
        words = {
            "123456783": "ninth digit",
            "12345678200011": "fourteenth digit",
            "1234": "4 digits",
            "12345678A": "something else than digits",
        }
        for number, text in words.items():
            with self.assert_refused("company_number") as caught:
                self.customer.with_context(lang="en_US").company_registry = number
            self.assertIn(text, str(caught.exception))
            self.assertIn(number, str(caught.exception))
            self.assertIn(self.customer.name, str(caught.exception))

    def test_normalised(self):
        """Row 2-18: what is pasted is stored without blanks, of a company too."""
        for number in PASTED:
            self.customer.company_registry = number
            self.assertEqual(self.customer.company_registry, "12345678200010")
            self.customer.company_registry = False
        self.company.company_registry = PASTED[0]
        self.env.invalidate_all()
        self.assertEqual(self.company.company_registry, "12345678200010")

    def test_vat_siren(self):
        """Row 2-18: a SIRET of another SIREN than the VAT number's, but in a VAT group."""
        self.customer.vat = "FR11123456782"
        with self.assert_refused("company_number") as caught:
            self.customer.company_registry = "73282932000074"
        self.assertIn("FR11123456782", str(caught.exception))
        self.customer.write({"vat_group_member": True, "company_registry": "73282932000074"})
        with self.assert_refused("company_number"):
            self.customer.vat_group_member = False

    def test_vat_number(self):
        """Row 2-21: the refusal of a VAT number says which check fails."""
        words = {"FR12123456782": "does not fit", "FR11123456783": "check digit",
                 "FR123": "9 digits"}  # fmt: skip
        for number, text in words.items():
            with self.assertRaisesRegex(ValidationError, text) as caught:
                self.customer.with_context(lang="en_US").vat = number
            self.assertIn("[vat_number]", str(caught.exception))

    def test_in_french(self):
        """The refusal is in the user's language, over the API too."""
        self.install_language("fr_FR")
        self.env["ir.module.module"]._load_module_terms(["koban_mentions"], ["fr_FR"])
        self.user.lang = "fr_FR"
        error = self.refusal("company_number", self.rpc, self.user, self.customer,
                             "write", {"company_registry": "123456783"})  # fmt: skip
        self.assertIn("clé", str(error))

    def test_abroad(self):
        """A foreign number is the country's business."""
        partner = self.env["res.partner"].create(
            {"name": "Meuse", "is_company": True, "country_id": self.env.ref("base.be").id,
             "company_registry": "0404.040.434"}
        )  # fmt: skip
        self.assertEqual(partner.company_registry, "0404.040.434")

    def test_guard_off(self):
        """DESIGN §2: where the guard is off, the host takes any number."""
        self.set_guard(False)
        self.customer.company_registry = "turlututu"
        with self.assertRaises(ValidationError) as caught:
            self.customer.vat = "FR12123456782"
        self.assertNotIn("[vat_number]", str(caught.exception))

    def test_professional(self):
        """Row 2-27: a company, a VAT number or a SIRET make a professional; the record decides."""
        partner = self.env["res.partner"].create({"name": "X", "country_id": self.france.id})
        contact = self.env["res.partner"].create({"name": "Y", "parent_id": partner.id})
        self.assertFalse(partner.is_professional)
        for values in ({"is_company": True}, {"company_registry": "123456782"},
                       {"vat": "FR11123456782"}):  # fmt: skip
            partner.write(values)
            self.assertTrue(partner.is_professional, values)
            self.assertTrue(contact.is_professional, values)
            partner.write({"is_company": False, "company_registry": False, "vat": False})
        partner.vat = "/"
        self.assertFalse(partner.is_professional)
        partner.customer_type = "professional"
        self.assertTrue(contact.is_professional)
        partner.write({"is_company": True, "customer_type": "consumer"})
        self.assertFalse(partner.is_professional)
