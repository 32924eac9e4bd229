"""Prices as shops write them: rounded to a step, or up to an ending such as .90."""

from decimal import ROUND_HALF_UP, Decimal

NONE = "none"
# How a new price is rounded: to the nearest multiple, or to the nearest price of an ending.
STEPS = {"0.01": Decimal("0.01"), "0.05": Decimal("0.05"), "0.10": Decimal("0.1"), "1": Decimal(1)}
ENDINGS = {".90": Decimal("0.9"), ".95": Decimal("0.95"), ".99": Decimal("0.99")}


def raise_price(price: float, percentage: float, amount: float, rounding: str) -> float:
    """Return a price changed by a percentage, then by an amount, and rounded.

    >>> raise_price(10.0, 3.0, 0.0, ".90")
    9.9

    :param price: as it is
    :param percentage: 3.0 adds 3 %, -3.0 takes it off
    :param amount: added after the percentage, in the currency of the price
    :param rounding: ``none``, a step (``0.05``) or an ending (``.90``)
    """
    exact = Decimal(str(price)) * (1 + Decimal(str(percentage)) / 100) + Decimal(str(amount))
    return float(max(round_price(exact, rounding), Decimal(0)))


def round_price(price: Decimal, rounding: str) -> Decimal:
    """Return a price rounded; half a step, or between two endings, goes up."""
    if rounding in STEPS:
        return _to_step(price, STEPS[rounding])
    if rounding in ENDINGS:
        ending = ENDINGS[rounding]
        # Nothing costs less than the ending itself.
        return max(_to_step(price - ending, Decimal(1)) + ending, ending)
    return price


def _to_step(price, step):
    return (price / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
