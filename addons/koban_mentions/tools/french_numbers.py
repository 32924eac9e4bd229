"""French identification numbers: which check fails. Plain Python over stdnum."""

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret, tva

# What people paste between the digits: blanks of any kind, dots, dashes.
_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u200b\ufeff]+")
SIREN_LENGTH = 9
SIRET_LENGTH = 14
VAT_LENGTH = 11
LA_POSTE = "356000000"


def compact(number: str | None) -> str:
    """Return a number without what was pasted between its digits."""
    return _SEPARATORS.sub("", number or "").upper()


def find_fault(number: str) -> str:
    """Return which check a SIREN or SIRET fails; empty if it is possible.

    :param number: nine or fourteen digits, without separators
    :return: ``characters``, ``length``, ``siren_key`` or ``siret_key``
    """
    if not re.fullmatch(r"[0-9]+", number):
        return "characters"
    if len(number) not in (SIREN_LENGTH, SIRET_LENGTH):
        return "length"
    if not siren.is_valid(number[:SIREN_LENGTH]):
        return "siren_key"
    # stdnum knows the SIRET of La Poste, whose digits add up to a multiple of five.
    if len(number) == SIRET_LENGTH and not siret.is_valid(number):
        return "siret_key"
    return ""


def find_vat_fault(number: str) -> str:
    """Return which check a French VAT number fails; empty if it is possible.

    :param number: without separators, with or without its “FR”
    :return: ``characters``, ``length``, ``siren_key`` or ``vat_key``
    """
    number = compact(number).removeprefix("FR")
    if len(number) != VAT_LENGTH:
        return "length"
    if not re.fullmatch(r"[0-9A-HJ-NP-Z]{2}[0-9]{9}", number):
        return "characters"
    # Numbers of Monaco hold no SIREN.
    if not number.startswith("000", 2) and not luhn.is_valid(number[2:]):
        return "siren_key"
    try:
        tva.validate(number)
    except ValidationError:
        return "vat_key"
    return ""


def get_siren(number: str | None) -> str:
    """Return the SIREN in a SIREN or SIRET; empty if it holds none that is possible."""
    number = compact(number)
    return number[:SIREN_LENGTH] if number and not find_fault(number) else ""


def get_vat_siren(number: str | None) -> str:
    """Return the SIREN in a French VAT number; empty if it holds none."""
    number = compact(number)
    if not number.startswith("FR") or find_vat_fault(number) or number.startswith("000", 4):
        return ""
    return number[4:]


def format_number(number: str | None) -> str:
    """Return a SIREN or SIRET as people read it: ``123 456 782 00010``."""
    number = compact(number)
    groups = (number[:3], number[3:6], number[6:9], number[9:])
    return "\u00a0".join(group for group in groups if group)
