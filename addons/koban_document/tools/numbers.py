"""Numbers as people write them."""

from odoo.tools import formatLang

from odoo.addons.koban_guard.exceptions import speaking


def format_number(env, value: float) -> str:
    """Return a number in the user's language, without needless decimals.

    :param env: environment of the caller
    :param value: a quantity, such as a meter reading; its decimals are those of ``Product Unit``
    """
    digits = env["decimal.precision"].precision_get("Product Unit")
    whole = float(value).is_integer()
    return formatLang(speaking(env), value, digits=0 if whole else digits)
