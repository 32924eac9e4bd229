"""Compares a chain with its heads, which are recorded outside the database."""

from collections.abc import Iterator

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
    file that were there at that time, and no others.

    :param env: environment that may read everything
    :param company: record
    :param last: number of the last link of each chain that has some
    """

    def __init__(self, env, company, last):
        self.env = env
        self.company = company
        self.last = last

    def find(self) -> Iterator[Finding]:
        """Yield what does not hold."""
        database = self.env.cr.dbname
        if not self.last and not heads.has_file(database):
            return  # nothing was ever recorded
        try:
            yield from self._compare()
        except ProofFileError as error:
            yield Finding(f"heads_{error.reason}", label=str(error.path))

    def list_lost(self) -> list[list[int]]:
        """Return the lines of the file that are lost and not explained yet, by sequences.

        Lines of other companies between them count for nothing.

        :raise ProofFileError: the file is missing or unreadable
        """
        explanations = read_explanations(self.env.cr, self.company.id)
        sequences: list[list[int]] = []
        going = False
        for rank, _head, finding in self._iter_lines():
            lost = bool(finding) and not _find_explanation(explanations, rank)
            if lost and going:
                sequences[-1][1] = rank
            elif lost:
                sequences.append([rank, rank])
            going = lost
        return sequences

    def _compare(self):
        explanations = read_explanations(self.env.cr, self.company.id)
        counts = dict.fromkeys(explanations, 0)
        written = dict.fromkeys(self.last, 0)
        for rank, head, finding in self._iter_lines():
            explanation = finding and _find_explanation(explanations, rank)
            if explanation:
                counts[explanation] += 1
            elif finding:
                yield finding
            if head and not explanation:
                written[head.chain] = max(written.get(head.chain, 0), head.number)
        for explanation, count in counts.items():
            if count:
                yield _tell_explained(explanation, count)
        for chain, number in self.last.items():
            if written.get(chain, 0) < number:
                yield Finding(
                    "heads_behind", label=chain, expected=str(number), found=str(written[chain])
                )

    def _iter_lines(self):
        """Yield the rank, the head and what is wrong, of each line that is to be compared."""
        recorded = enumerate(heads.read(self.env.cr.dbname), 1)
        for batch in split_every(BATCH, recorded, list):
            own = [
                (rank, head)
                for rank, head in batch
                if isinstance(head, int) or head.company == self.company.id
            ]
            known = self._read_known([head for _rank, head in own if not isinstance(head, int)])
            for rank, head in own:
                if isinstance(head, int):
                    yield rank, None, Finding("heads_damaged", label=str(rank))
                else:
                    yield rank, head, _compare_head(head, known)

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
