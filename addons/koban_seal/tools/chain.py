"""Links of a chain: each vouches for its content and for all that came before it."""

import hashlib
from dataclasses import dataclass

from .canonical import dumps

# How a link is written and fingerprinted; a change of it makes a new number.
# 2: the content of a seal names what it covers (coverage.py).
# 3: a link names the database that it was signed in (database.py).
ALGORITHM = 3
# What the first link of a chain names as the one before it.
ORIGIN = ""


@dataclass(frozen=True, slots=True)
class Link:
    """What the fingerprint of a link covers.

    The fingerprint of the link before and its signature are part of it: the last
    signature vouches for each byte of the whole chain.
    """

    chain: str
    company: int
    number: int
    date: str
    kind: str
    user: int
    user_name: str
    model: str
    record: int
    label: str
    content: str
    notes: str
    previous: str
    previous_signature: str
    key: str
    algorithm: int
    database: str = ""

    def fingerprint(self) -> str:
        """Return the SHA-256 of the link, in hexadecimal."""
        values = {name: getattr(self, name) for name in get_link_fields(self.algorithm)}
        values["content"] = digest(self.content)
        values["notes"] = digest(self.notes)
        return digest(dumps(values))


LINK_FIELDS = tuple(Link.__dataclass_fields__)
FIRST_LINK_FIELDS = tuple(name for name in LINK_FIELDS if name != "database")
# The first algorithm by which a link names its database.
PLACED = 3


def get_link_fields(algorithm: int) -> tuple[str, ...]:
    """Return what the fingerprint of a link of an algorithm covers."""
    return FIRST_LINK_FIELDS if algorithm < PLACED else LINK_FIELDS


def digest(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
