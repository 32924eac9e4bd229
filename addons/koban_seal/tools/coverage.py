"""Which values a link holds: each link is read by its own list, whatever is sealed today.

The content of a seal begins with its coverage::

    {"coverage": {
        "document": {addon: {SQL type: [field]}},
        "lines": {"model", "parent", "taxes", "fields": {addon: {SQL type: [field]}}},
        "parts": {key: {"model", "parent", "fields": …}}},
     "document": {field: value}, "lines": [{"id", field: value}]}

``lines`` and ``parts`` stand there where there are some; a part is a list of rows in the
document. An empty value is left out of a content: only the coverage tells that it was empty.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from .coverage_1 import COVERAGES

# The first links do not name what they cover, the others do (chain.py).
UNNAMED = 1
NAMED = (2, 3)
# Stands for the SQL type of a field whose values are rows of a relation.
RELATION = "many2many"
START = '{"coverage":'
DECODER = json.JSONDecoder()
# Why no seal covers what the host keeps of every record.
COMMON_FOLLOW_UP = {
    "access_token": "opens the customer's page: made when it is first sent",
    "create_date": "who made the draft and when: the link says who validated it and when",
    "create_uid": "who made the draft and when: the link says who validated it and when",
    "message_main_attachment_id": "which attachment is shown beside the form",
    "write_date": "moves with each follow-up",
    "write_uid": "moves with each follow-up",
}


@dataclass(frozen=True, slots=True)
class Part:
    """The covered values of the rows of one model.

    :param model: name of the model
    :param parent: field that leads to the document; empty for the document itself
    :param fields: addon and SQL type by name of field, ``RELATION`` where it is one
    :param taxes: field of the taxes of a row, if they are covered with their rates
    """

    model: str
    parent: str
    fields: dict[str, tuple[str, str]]
    taxes: str = ""

    def get_columns(self) -> dict[str, str]:
        """Return the SQL type of each covered column."""
        return {name: kind for name, (_addon, kind) in self.fields.items() if kind != RELATION}

    def get_relations(self) -> list[str]:
        """Return the covered fields whose values are rows of a relation."""
        return [name for name, (_addon, kind) in self.fields.items() if kind == RELATION]

    def keep(self, other: "Part | None") -> "Part | None":
        """Return what this part and another one of the same model both cover."""
        if other is None or other.model != self.model:
            return None
        fields = {name: self.fields[name] for name in self.fields if name in other.fields}
        taxes = self.taxes if self.taxes == other.taxes else ""
        return Part(self.model, self.parent, fields, taxes)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What one link covers.

    :param document: values of the document itself
    :param lines: of its lines
    :param parts: of other rows that belong to it, by their key in the content
    """

    document: Part
    lines: Part | None = None
    parts: dict[str, Part] = field(default_factory=dict)

    def get_addons(self) -> set[str]:
        """Return the addons that own a covered value."""
        covered = (self.document, self.lines, *self.parts.values())
        return {addon for part in covered if part for addon, _kind in part.fields.values()}

    def keep(self, other: "Coverage") -> "Coverage":
        """Return what this coverage and another one both cover."""
        parts = {key: part.keep(other.parts.get(key)) for key, part in self.parts.items()}
        return Coverage(
            self.document.keep(other.document) or Part(self.document.model, "", {}),
            self.lines and self.lines.keep(other.lines),
            {key: part for key, part in parts.items() if part},
        )

    def show(self) -> dict[str, Any]:
        """Return the JSON value that stands in a link."""
        shown = {"document": _show_fields(self.document)}
        if self.lines:
            shown["lines"] = _show_part(self.lines)
        if self.parts:
            shown["parts"] = {key: _show_part(part) for key, part in self.parts.items()}
        return shown


def _show_fields(part: Part) -> dict[str, dict[str, list[str]]]:
    shown: dict[str, dict[str, list[str]]] = {}
    for name, (addon, kind) in part.fields.items():
        shown.setdefault(addon, {}).setdefault(kind, []).append(name)
    return shown


def _show_part(part: Part) -> dict[str, Any]:
    shown = {"model": part.model, "parent": part.parent, "fields": _show_fields(part)}
    return {**shown, "taxes": part.taxes} if part.taxes else shown


def get_follow_up(model) -> dict[str, str]:
    """Return why a seal leaves stored fields of a model out, as its classes say it.

    :param model: recordset of documents, of their lines or of other rows of theirs
    """
    words = {name: COMMON_FOLLOW_UP[name] for name in COMMON_FOLLOW_UP if name in model._fields}
    for part in reversed(type(model).mro()):
        words |= vars(part).get("_sealed_follow_up", {})
    return words


def read_coverage(model: str, shown: Any) -> Coverage:
    """Return the coverage that a link of a model shows.

    :raise ValueError: it is none
    """
    try:
        lines = shown.get("lines")
        return Coverage(
            Part(model, "", _read_fields(shown["document"])),
            _read_part(lines) if lines else None,
            {key: _read_part(part) for key, part in shown.get("parts", {}).items()},
        )
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("no coverage") from error


def _read_part(shown) -> Part:
    part = Part(
        shown["model"], shown["parent"], _read_fields(shown["fields"]), shown.get("taxes", "")
    )
    if not all(isinstance(name, str) for name in (part.model, part.parent, part.taxes)):
        raise TypeError(part)
    return part


def _read_fields(shown) -> dict[str, tuple[str, str]]:
    fields = {
        name: (addon, kind)
        for addon, kinds in shown.items()
        for kind, names in kinds.items()
        for name in names
    }
    if not all(isinstance(name, str) for name in fields):
        raise TypeError(fields)
    return fields


class Coverages:
    """The coverages met while links are read: few, so each text is understood once."""

    def __init__(self):
        self._heads: dict[str, dict[str, Coverage]] = {}
        self._unnamed: dict[str, Coverage | None] = {}

    def split(self, model: str, algorithm: int, content: str) -> tuple[str, Coverage | None]:
        """Return how the content of a link begins, and what it covers.

        :return: the text up to ``"document"``, empty where the link does not name its
            coverage; and the coverage, ``None`` for a model that had no seals of algorithm 1
        :raise ValueError: what the link covers cannot be told
        """
        if algorithm == UNNAMED:
            if model not in self._unnamed:
                shown = COVERAGES.get(model)
                self._unnamed[model] = shown and read_coverage(model, shown)
            return "", self._unnamed[model]
        if algorithm not in NAMED:
            raise ValueError(f"algorithm {algorithm}")
        known = self._heads.setdefault(model, {})
        for head, coverage in known.items():
            if content.startswith(head):
                return head, coverage
        head, shown = _split_head(content)
        known[head] = coverage = read_coverage(model, shown)
        return head, coverage


def _split_head(content: str) -> tuple[str, Any]:
    if not content.startswith(START):
        raise ValueError("no coverage")
    try:
        shown, end = DECODER.raw_decode(content, len(START))
    except RecursionError as error:
        raise ValueError("no coverage") from error
    return content[: end + 1], shown
