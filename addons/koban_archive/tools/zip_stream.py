"""A ZIP file written as it comes: Python's, whose files are streamed one after the other.

Python keeps a record of each file until the end, half a kilobyte: ten megabytes for the originals
of twenty thousand invoices (docs/decisions/0008-kept-by-hand.md).
"""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

PIECE = 1 << 20
# What is compressed already gains nothing.
PACKED = (".pdf", ".png", ".jpg", ".zip")
MODE = 0o100644


def read_pieces(handle: BinaryIO) -> Iterator[bytes]:
    """Yield a file piece by piece."""
    while piece := handle.read(PIECE):
        yield piece


class ZipStream:
    """Writes files one after the other, then the directory.

    :param handle: file open for writing, where one can go back
    :param date: date of every file in it
    """

    def __init__(self, handle: BinaryIO, date: datetime):
        self.zip = zipfile.ZipFile(handle, "w")
        self.date = date.timetuple()[:6]

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.zip.close()

    def add(self, name: str, pieces: Iterable[bytes], size: int = 0) -> tuple[str, int]:
        """Add a file.

        :param name: path in the archive, with slashes
        :param pieces: its content
        :param size: what it will be about; only to choose the long form (ZIP64)
        :return: SHA-256 and size of the content
        """
        info = zipfile.ZipInfo(name, self.date)
        info.compress_type = zipfile.ZIP_STORED if name.endswith(PACKED) else zipfile.ZIP_DEFLATED
        info.external_attr = MODE << 16
        info.file_size = size
        digest, length = hashlib.sha256(), 0
        with self.zip.open(info, "w") as target:
            for piece in pieces:
                digest.update(piece)
                length += len(piece)
                target.write(piece)
        return digest.hexdigest(), length
