"""Short texts of printed documents."""

import re

_RATE = re.compile(r"(\d+(?:[.,]\d+)?)\s*%")


def find_rate(tax: str) -> str:
    """Return the rate in the name of a tax: the column says it is VAT."""
    match = _RATE.search(tax)
    return f"{match[1].replace('.', ',')} %" if match else tax


def group_iban(number: str | None) -> str:
    """Return an IBAN in groups of four."""
    digits = re.sub(r"\s", "", number or "")
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def name_file(text: str) -> str:
    """Return a text as the name of a file, on any system."""
    return re.sub(r'[\\/:*?"<>|\r\n\t]+', "-", text).strip(" .")
