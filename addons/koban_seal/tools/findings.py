"""What a verification tells, and how much of it is kept."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from .canonical import dumps

# A nuisance to mend, not an alteration of what was recorded.
WARNINGS = {
    "date_order",
    "database_copy",
    "database_undeclared",
    "document_corrected",
    "document_sealed_late",
    "field_missing",
    "field_retyped",
    "heads_behind",
    "key_file_missing",
    "key_file_other",
    "key_file_unreadable",
    "lock_date_moved",
}
# Each later link is told; where it is to be expected, or was explained, it asks for nothing.
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, or that happened since the first seal.

    :param code: what it is, never translated; see ``koban.verification.finding``
    :param model: of the record it is about, or of its line
    :param res_id: id of the record
    :param label: what people call the record
    :param field: name of the field that changed
    :param expected: as sealed
    :param found: as it is now, or as a later link has it
    :param chain: of the link that says so
    :param link: its number; 0 where there is none
    :param operator: who made it
    :param date: when
    :param reason: by which it was explained
    :param told: severity, where it is not that of the code
    """

    code: str
    model: str = ""
    res_id: int = 0
    label: str = ""
    field: str = ""
    expected: str = ""
    found: str = ""
    chain: str = ""
    link: int = 0
    operator: str = ""
    date: datetime | None = None
    reason: str = ""
    told: str = ""

    @property
    def severity(self) -> str:
        """``error``, ``warning`` or ``note``."""
        return self.told or ("warning" if self.code in WARNINGS else "error")


@dataclass(slots=True)
class Tally:
    """Counts findings, and keeps the first ones of each severity.

    :param limit: how many of each are kept; beyond, nobody reads them
    """

    limit: int
    kept: dict[str, list[Finding]] = field(
        default_factory=lambda: {"error": [], "warning": [], NOTE: []}
    )
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("error", "warning", NOTE), 0)
    )
    _digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add(self, finding: Finding) -> None:
        """Take one more finding into account."""
        severity = finding.severity
        self.counts[severity] += 1
        if len(self.kept[severity]) < self.limit:
            self.kept[severity].append(finding)
        if severity != NOTE:
            self._digest.update(dumps(_get_identity(finding)).encode())

    @property
    def state(self) -> str:
        """``holds``, ``warning`` or ``broken``."""
        if self.counts["error"]:
            return "broken"
        return "warning" if self.counts["warning"] else "holds"

    @property
    def fingerprint(self) -> str:
        """The same as long as the same things are found: another one is another alarm."""
        return self._digest.hexdigest()


def _get_identity(finding) -> list:
    identity = [finding.code, finding.model, finding.res_id, finding.field, finding.link]
    # The values of a nuisance move by themselves, such as the number of the last link.
    return (
        [*identity, finding.label, finding.expected, finding.found]
        if (finding.severity == "error")
        else identity
    )
