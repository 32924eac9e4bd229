"""Compares a chain with its heads, which are recorded outside the database."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

from odoo.tools import SQL, split_every

from ..models.koban_event import CHAIN_NAMES
from . import heads
from .acknowledgements import Explanation, read_explanations
from .connections import fetch_committed
from .files import ProofFileError
from .findings import NOTE, Finding

BATCH = 2000


class HeadCheck:
    """Tells which recorded heads of a company its chains no longer have.

    What a manager explained once, such as a restored backup, is told as a note: the lines of the
    file that he was shown, and no others, wherever the file comes from.

    :param env: environment that may read everything
    :param company: record
    :param last: number of the last link of each chain that has some
    """

    def __init__(self, env, company, last):
        self.env = env
        self.company = company
        self.last = last
        # First line, last line and digest of each sequence of lines that were told.
        self.lost: list[tuple[int, int, str]] = []

    def find(self) -> Iterator[Finding]:
        """Yield what does not hold."""
        database = self.env.cr.dbname
        if not self.last and not heads.has_file(database):
            return  # nothing was ever recorded
        try:
            yield from self._compare()
        except ProofFileError as error:
            yield Finding(f"heads_{error.reason}", label=str(error.path))

    def _compare(self):
        explanations = self._read_explanations()
        counts = dict.fromkeys(explanations, 0)
        written = dict.fromkeys(self.last, 0)
        sequence = Sequence(self.lost)
        for rank, line, finding in self._iter_lines():
            explanation = finding and _find_explanation(explanations, rank)
            if explanation:
                counts[explanation] += 1
            elif finding:
                yield finding
            # Lines of other companies between them count for nothing.
            if finding and not explanation:
                sequence.add(rank, line)
            else:
                sequence.end()
            if isinstance(line, heads.Head) and not explanation:
                written[line.chain] = max(written.get(line.chain, 0), line.number)
        sequence.end()
        for explanation, count in counts.items():
            if count:
                yield _tell_explained(explanation, count)
        for chain, number in self.last.items():
            if written.get(chain, 0) < number:
                yield Finding(
                    "heads_behind", label=chain, expected=str(number), found=str(written[chain])
                )

    def _read_explanations(self) -> list[Explanation]:
        """Return what was explained of the lines that stand in the file still."""
        explanations = read_explanations(self.env.cr, self.company.id)
        told = {lines for one in explanations for lines in one.lines if lines[2]}
        digests = {lines: hashlib.sha256() for lines in told}
        for rank, line in self._iter_own() if told else ():
            for lines, digest in digests.items():
                if lines[0] <= rank <= lines[1]:
                    digest.update(get_line(line))
        other = {lines for lines in told if digests[lines].hexdigest() != lines[2]}
        return [
            replace(one, lines=tuple(lines for lines in one.lines if lines not in other))
            for one in explanations
        ]

    def _iter_own(self):
        """Yield the rank of each line of the company, and of each that is no head, and the line."""
        for rank, line in enumerate(heads.read(self.env.cr.dbname), 1):
            if isinstance(line, heads.Damaged) or line.company == self.company.id:
                yield rank, line

    def _iter_lines(self):
        """Yield the rank, the line and what is wrong, of each line that is to be compared."""
        for batch in split_every(BATCH, self._iter_own(), list):
            own = [line for _rank, line in batch if isinstance(line, heads.Head)]
            known = self._read_known(own)
            for rank, line in batch:
                if isinstance(line, heads.Damaged):
                    yield rank, line, Finding("heads_damaged", label=str(rank), found=line.identity)
                else:
                    yield rank, line, _compare_head(line, known)

    def _read_known(self, own) -> dict:
        known = self._read_hashes(self._read, own)
        missing = [head for head in own if (head.chain, head.number) not in known]
        if missing:
            # Written since this transaction began, perhaps.
            known.update(self._read_hashes(self._read_committed, missing))
        return known

    def _read_hashes(self, read, batch) -> dict:
        found = {}
        for chain in CHAIN_NAMES:
            numbers = [head.number for head in batch if head.chain == chain]
            if numbers:
                query = SQL(
                    "SELECT number, hash FROM koban_event WHERE company_id = %s "
                    "AND chain = %s AND number = ANY(%s)",
                    self.company.id,
                    chain,
                    numbers,
                )
                found.update(((chain, number), hash_) for number, hash_ in read(query))
        return found

    def _read(self, query):
        self.env.cr.execute(query)
        return self.env.cr.fetchall()

    def _read_committed(self, query):
        return fetch_committed(self.env, "koban_event", query)


class Sequence:
    """Puts lines that follow each other together.

    :param done: list that takes first rank, last rank and digest of each sequence
    """

    def __init__(self, done):
        self._done = done
        self._first = self._last = 0
        self._digest = hashlib.sha256()

    def add(self, rank: int, line) -> None:
        """Add the next line of the sequence, or the first one."""
        if not self._first:
            self._first, self._digest = rank, hashlib.sha256()
        self._last = rank
        self._digest.update(get_line(line))

    def end(self) -> None:
        """End the sequence, if one is going on."""
        if self._first:
            self._done.append((self._first, self._last, self._digest.hexdigest()))
        self._first = 0


def get_line(line) -> bytes:
    """Return what a digest covers of a line."""
    return f"{line.identity}\n".encode()


def _compare_head(head, known) -> Finding | None:
    found = known.get((head.chain, head.number))
    if found == head.hash:
        return None
    return Finding(
        "head_altered" if found else "head_lost",
        label=f"{head.chain} {head.number}",
        expected=head.hash,
        found=found or "",
    )


def _find_explanation(explanations, rank) -> Explanation | None:
    return next((one for one in explanations if one.covers(rank)), None)


def _tell_explained(explanation, count) -> Finding:
    return Finding(
        "heads_explained",
        found=str(count),
        chain="main",
        link=explanation.link,
        operator=explanation.operator,
        date=explanation.date,
        reason=explanation.reason,
        told=NOTE,
    )
