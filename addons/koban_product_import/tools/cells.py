"""What the cells of a file mean. Plain values, without records."""

import re

from odoo.addons.koban_product_data.tools.data_values import NO, YES, read_number
from odoo.addons.koban_product_data.tools.keywords import normalize

from .columns import FLAG, KIND, NUMBER, PRICE

NOT_A_NUMBER, NEGATIVE, NOT_A_FLAG, NOT_A_KIND = "number", "negative", "flag", "kind"
KINDS = {
    "consu": {"bien", "biens", "article", "marchandise", "produit", "goods", "consu", "good"},
    "service": {"service", "services", "prestation", "prestation de service"},
}
SIGNS = re.compile(r"[€%]|EUR\b", re.IGNORECASE)


class CellError(Exception):
    """A cell that cannot be read.

    :param code: one of the constants above
    """

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


def read_cell(kind: str, text: str):
    """Return the value of a cell that stands for itself.

    :raise CellError: it has none
    """
    if kind in (PRICE, NUMBER):
        number = read_number(SIGNS.sub("", text))
        if number is None:
            raise CellError(NOT_A_NUMBER)
        if number < 0:
            raise CellError(NEGATIVE)
        return number
    word = normalize(text)
    if kind == FLAG:
        if word not in YES | NO:
            raise CellError(NOT_A_FLAG)
        return word in YES
    if kind == KIND:
        for value, words in KINDS.items():
            if word in words:
                return value
        raise CellError(NOT_A_KIND)
    return text


def read_rate(text: str) -> float | None:
    """Return the rate of a tax that is told by it, such as “20 %” or “5,5”; None for a name."""
    return read_number(SIGNS.sub("", text))
