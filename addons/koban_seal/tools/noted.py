"""Parties as a seal notes them, read as what a document names (koban_guard: tools/names.py)."""

from collections.abc import Mapping
from typing import Any

IDENTITY = ("street", "street2", "zip", "city", "vat", "company_registry")


def read_notes(
    notes: Mapping[str, Any], partners: Mapping[int, int], countries: Mapping[str, int]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the parties that the notes of a seal tell.

    A note leaves out what was empty.

    :param notes: of a seal
    :param partners: id of the partner that a company is, by id of the company
    :param countries: ids by code
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for key, identity in notes.items():
        if not isinstance(identity, Mapping) or "id" not in identity:
            continue
        name, id_ = identity.get("name") or None, identity["id"]
        if key == "company":
            found.setdefault("res.company", {})[str(id_)] = {"name": name}
            id_ = partners.get(id_)
        values = {field: identity.get(field) for field in IDENTITY}
        country = countries.get(identity.get("country", ""))
        row = {"name": name, "country_id": country, **values}
        found.setdefault("res.partner", {})[str(id_)] = row
    found.get("res.partner", {}).pop("None", None)
    return found
