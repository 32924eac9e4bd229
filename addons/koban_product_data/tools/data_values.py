"""Values of own data: checked, read out of texts, converted, told in words (rows 4-38 to 4-41).

A value is what the host's ``Properties`` keep: a text, a number, a true or false, a day as
``YYYY-MM-DD``, the key of a choice. A definition is one entry of its ``PropertiesDefinition``.
"""

import datetime
import math
import re

TEXT, NUMBER, CHOICE, YES_NO, DATE = "text", "number", "choice", "yes_no", "date"
# The host's types.
TYPES = {TEXT: "char", NUMBER: "float", CHOICE: "selection", YES_NO: "boolean", DATE: "date"}
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T].*)?", re.ASCII)
YES = {"oui", "o", "yes", "y", "vrai", "true", "1", "x"}
NO = {"non", "n", "no", "faux", "false", "0"}


def is_empty(value) -> bool:
    """Whether there is no value: a nought is one."""
    return value is None or value is False or value == ""


def is_right(definition: dict, value) -> bool:
    """Whether a value, which may have come by an API, is of the kind of its data."""
    if value is None or value is False:
        return True
    kind = definition["type"]
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "float":
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return is_number and math.isfinite(value)
    if not isinstance(value, str):
        return False
    if kind == "selection":
        return not value or value in dict(definition.get("selection") or [])
    return kind != "date" or not value or read_day(value) == value


def find_faults(definitions: list[dict], values: dict) -> list[tuple[str, object]]:
    """Return which values are not of their kind: the label of the data, and the value."""
    return [
        (definition.get("string") or "", values[definition["name"]])
        for definition in definitions
        if not is_right(definition, values.get(definition["name"]))
    ]


def read_number(text: str) -> float | None:
    """Return the number of a text, with a comma or a point; None if it is none."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    if "," in plain and "." in plain:
        # The last one divides the decimals.
        first, last = sorted(",.", key=plain.rindex)
        plain = plain.replace(first, "").replace(last, ".")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d*)?|[+-]?\.\d+", plain, re.ASCII):
        return None
    return float(plain)


def read_day(text: str) -> str | None:
    """Return the day of a text, 31/12/2026 or 2026-12-31, as the host keeps it."""
    if match := ISO_DAY.fullmatch(text.strip()):
        year, month, day = map(int, match.groups())
    elif match := DAY.fullmatch(text.strip()):
        day, month, year = map(int, match.groups())
    else:
        return None
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def read_value(kind: str, text: str, choices: dict[str, str], normalize) -> object | None:
    """Return the value of a text; None if it is no value of this kind.

    :param choices: key of each choice by its label, normalized
    :param normalize: what makes labels that are the same equal
    """
    if kind == TEXT:
        return text.strip()
    if kind == NUMBER:
        return read_number(text)
    if kind == DATE:
        return read_day(text)
    word = normalize(text)
    if kind == CHOICE:
        return choices.get(word)
    return True if word in YES else False if word in NO else None


def format_number(number: float) -> str:
    """Return a number without the zeros that say nothing, with a comma."""
    text = f"{number:.6f}".rstrip("0").rstrip(".")
    return ("0" if text in ("-0", "") else text).replace(".", ",")


def tell(definition: dict, value, yes: str = "oui", no: str = "non") -> str:
    """Return a value in words, without its unit."""
    kind = definition["type"]
    if kind == "boolean":
        return yes if value else no
    if is_empty(value):
        return ""
    if kind == "float":
        return format_number(value)
    if kind == "selection":
        return dict(definition.get("selection") or []).get(value, "")
    if kind == "date":
        return "/".join(reversed(str(value).split("-")))
    return str(value)


def find_words(definitions: list[dict], values: dict) -> list[str]:
    """Return what an article is found by: texts, numbers with their unit, choices, days.

    Of a yes the label: who types “wifi” looks for those that have it.
    """
    words = []
    for definition in definitions:
        value = values.get(definition["name"])
        if is_empty(value) or not is_right(definition, value):
            continue
        if definition["type"] == "boolean":
            words.append(definition.get("string") or "")
        elif definition["type"] == "float":
            # “16 Go” and “16Go” both find it.
            words.append(f"{tell(definition, value)}{definition.get('suffix') or ''}")
        elif definition["type"] == "date":
            words += [tell(definition, value), str(value)]
        else:
            words.append(tell(definition, value))
    return words
