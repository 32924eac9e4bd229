"""One text for one content, so that a fingerprint means the content and nothing else."""

import json
from typing import Any


def dumps(content: Any) -> str:
    """Return the canonical JSON of a content: sorted keys, no blank, characters as they are."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def compare(sealed: dict, found: dict) -> list[tuple[str, int | None, str, Any, Any]]:
    """Return what differs between a sealed content and the one found today.

    A content is ``{"document": {field: value}, "lines": [{"id": …, field: value}]}``.

    :return: ``(part, line id, field, sealed value, found value)``; part is ``document``,
        ``line``, ``line_missing`` or ``line_added``; a value within a JSON field is named by
        its path: ``frozen_names/res.partner/7/name``
    """
    changes = [
        ("document", None, *change)
        for change in _compare_values(sealed.get("document", {}), found.get("document", {}))
    ]
    before = {line["id"]: line for line in sealed.get("lines", ())}
    after = {line["id"]: line for line in found.get("lines", ())}
    for key in sorted(before.keys() | after.keys()):
        if key not in after:
            changes.append(("line_missing", key, "name", before[key].get("name"), None))
        elif key not in before:
            changes.append(("line_added", key, "name", None, after[key].get("name")))
        else:
            changes += [
                ("line", key, *change) for change in _compare_values(before[key], after[key])
            ]
    return changes


def _compare_values(before, after, path=""):
    changes = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if isinstance(old, dict) and isinstance(new, dict):
            changes += _compare_values(old, new, f"{path}{name}/")
        elif old != new:
            changes.append((f"{path}{name}", old, new))
    return changes
