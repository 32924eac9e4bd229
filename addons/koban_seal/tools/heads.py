"""Heads of the chains, recorded outside the database: a file that only grows.

A database restored to an earlier state no longer knows the links named here.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass

from .canonical import dumps
from .files import ProofFileError, get_directory, make_directory

FILE_NAME = "heads.jsonl"


@dataclass(frozen=True, slots=True)
class Head:
    """The last link of a chain at some time.

    :param company: id
    :param chain: ``main`` or ``test``
    :param number: of the link
    :param hash: fingerprint of the link
    """

    company: int
    chain: str
    number: int
    hash: str

    @property
    def identity(self) -> str:
        """What an explanation of the line covers."""
        return f"{self.chain} {self.number} {self.hash}"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A line that is no head.

    :param identity: SHA-256 of its text
    """

    identity: str


def has_file(database: str) -> bool:
    """Tell whether heads were recorded for a database."""
    return (get_directory(database) / FILE_NAME).exists()


def append(database: str, heads: list[Head], create: bool = False) -> None:
    """Record heads at the end of the file, in one write.

    :param create: begin the file if there is none. Whoever does so forgets what was recorded:
        only where nothing was, or where a person said that it is gone
    :raise ProofFileError: the file is missing, or cannot be written
    """
    path = (make_directory if create else get_directory)(database) / FILE_NAME
    text = "".join(
        dumps({name: getattr(head, name) for name in Head.__slots__}) + "\n" for head in heads
    )
    try:
        begun = os.O_CREAT if create else 0
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | begun, 0o600)
        try:
            os.write(descriptor, text.encode())
        finally:
            os.close(descriptor)
    except FileNotFoundError:
        raise ProofFileError("missing", path) from None
    except OSError as error:
        raise ProofFileError("unwritable", path) from error


def read(database: str) -> Iterator[Head | Damaged]:
    """Yield the recorded heads, and the lines that are none.

    :raise ProofFileError: the file is missing or unreadable
    """
    path = get_directory(database) / FILE_NAME
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for text in file:
                yield _parse(text) or Damaged(hashlib.sha256(text.encode()).hexdigest())
    except FileNotFoundError:
        raise ProofFileError("missing", path) from None
    except OSError as error:
        raise ProofFileError("unreadable", path) from error


def read_companies(database: str) -> set[int]:
    """Return the ids of the companies with recorded heads; none where no file can be read."""
    try:
        return {head.company for head in read(database) if isinstance(head, Head)}
    except ProofFileError:
        return set()


def _parse(text) -> Head | None:
    try:
        values = json.loads(text)
        chain, hash_ = str(values["chain"]), str(values["hash"])
        if not (chain + hash_).isascii() or not (chain + hash_).isalnum():
            return None
        return Head(int(values["company"]), chain, int(values["number"]), hash_)
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
