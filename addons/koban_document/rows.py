"""What is printed of a line, whatever prints it."""

from dataclasses import dataclass
from typing import Any


@dataclass
class PrintedRow:
    kind: str
    line: Any
    name: str
    level: int = 0
    quantity: float | None = None
    unit: Any = None
    price_unit: float | None = None
    discount: float | None = None
    taxes: tuple = ()
    subtotal: float | None = None
    total: float | None = None
