"""The documents of one print, kept apart. Without records."""

from dataclasses import dataclass, field

from .pdf import blank, merge


@dataclass(eq=False)  # compared by identity: it travels in a context
class Batch:
    """Every document of one print, each its own PDF.

    The host prints all documents as one PDF and splits that at its outline to store one attachment
    per record, which costs time and loses the title and the tags. So its splitting gets
    :meth:`stand_in`, a PDF of blank pages, and the documents are put in their place afterwards.
    """

    pdfs: list[bytes] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    records: list[int] = field(default_factory=list)

    def add(self, pdf: bytes, title: str, res_id: int) -> None:
        """Take a document.

        :param res_id: the record it is of; 0 if it does not say so
        """
        self.pdfs.append(pdf)
        self.titles.append(title)
        self.records.append(res_id)

    @property
    def separable(self) -> bool:
        """Tell whether each document says of which record it is."""
        return len(self.pdfs) > 1 and all(self.records)

    def whole(self) -> bytes:
        """Return all documents as one PDF."""
        return merge(self.pdfs, self.titles)

    def stand_in(self) -> bytes:
        """Return a PDF that the host splits into one page per record."""
        return blank(len(set(self.records)))

    def by_record(self, res_ids: list[int]) -> dict[int, bytes]:
        """Return the PDF of each record, which may have several documents.

        :param res_ids: the records whose documents were wanted, in their order
        """
        positions: dict[int, list[int]] = {}
        for position, res_id in enumerate(self.records):
            positions.setdefault(res_id, []).append(position)
        parts = {
            res_id: merge([self.pdfs[p] for p in found], [self.titles[p] for p in found])
            for res_id, found in positions.items()
        }
        if set(parts) == set(res_ids):
            return parts
        # The template names other records: the order decides, as for the host.
        return dict(zip(res_ids, parts.values(), strict=False))
