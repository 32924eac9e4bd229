"""A ZIP file written as it comes, in memory that does not grow with the number of its files.

The standard ``zipfile`` keeps a record of each file until the end: an archive of a hundred
thousand invoices would cost a hundred megabytes. Here the directory waits in a file.
"""

import hashlib
import shutil
import struct
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import BinaryIO

PIECE = 1 << 20
STORED, DEFLATED = 0, 8
# Sizes from which the long form of the format (ZIP64) is needed.
LONG = 0xFFFFFFFF
MANY = 0xFFFF
# Files above this are written with long sizes at once: compressing may make them grow.
LONG_FILE = 0xF0000000
UTF8_NAME = 1 << 11
# What is compressed already gains nothing.
PACKED = (".pdf", ".png", ".jpg", ".zip")


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
        self.handle = handle
        self.directory = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close()
        self.count = 0
        self.time = date.hour << 11 | date.minute << 5 | date.second // 2
        self.day = (date.year - 1980) << 9 | date.month << 5 | date.day

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        if kind is None:
            self.finish()
        self.directory.close()

    def add(self, name: str, pieces: Iterable[bytes], size: int = 0) -> tuple[str, int]:
        """Add a file.

        :param name: path in the archive, with slashes
        :param pieces: its content
        :param size: what it will be about; only to choose the long form
        :return: SHA-256 and size of the content
        """
        path = name.encode()
        method = STORED if name.endswith(PACKED) else DEFLATED
        long = size >= LONG_FILE
        start = self.handle.tell()
        self._write_header(path, method, long, 0, 0, 0)
        digest, crc, plain, packed = hashlib.sha256(), 0, 0, 0
        packer = zlib.compressobj(6, zlib.DEFLATED, -15) if method == DEFLATED else None
        for piece in pieces:
            digest.update(piece)
            crc = zlib.crc32(piece, crc)
            plain += len(piece)
            data = packer.compress(piece) if packer else piece
            packed += len(data)
            self.handle.write(data)
        if packer:
            data = packer.flush()
            packed += len(data)
            self.handle.write(data)
        if max(plain, packed) >= LONG and not long:
            raise ValueError(f"{name}: larger than announced")
        end = self.handle.tell()
        self.handle.seek(start)
        self._write_header(path, method, long, crc, plain, packed)
        self.handle.seek(end)
        self._write_entry(path, method, start, crc, plain, packed)
        self.count += 1
        return digest.hexdigest(), plain

    def _write_header(self, path, method, long, crc, plain, packed):
        extra = struct.pack("<HHQQ", 1, 16, plain, packed) if long else b""
        sizes = (LONG, LONG) if long else (packed, plain)
        version = 45 if long else 20
        fields = (version, UTF8_NAME, method, self.time, self.day, crc, *sizes)
        self.handle.write(b"PK\3\4" + struct.pack("<5H3I2H", *fields, len(path), len(extra)))
        self.handle.write(path + extra)

    def _write_entry(self, path, method, start, crc, plain, packed):
        """Put a file into the directory, in the long form if it needs it."""
        longs = [value for value in (plain, packed, start) if value >= LONG]
        extra = struct.pack(f"<HH{len(longs)}Q", 1, 8 * len(longs), *longs) if longs else b""
        version = 45 if longs else 20
        fields = (
            # 3: made on Unix, so that the rights below are read.
            3 << 8 | version, version, UTF8_NAME, method, self.time, self.day, crc,
            min(packed, LONG), min(plain, LONG), len(path), len(extra), 0, 0, 0,
            0o100644 << 16, min(start, LONG),
        )  # fmt: skip
        self.directory.write(b"PK\1\2" + struct.pack("<6H3I5H2I", *fields) + path + extra)

    def finish(self):
        """Write the directory and the end of the file."""
        start, length = self.handle.tell(), self.directory.tell()
        self.directory.seek(0)
        shutil.copyfileobj(self.directory, self.handle, PIECE)
        if self.count >= MANY or start + length >= LONG:
            end = self.handle.tell()
            counts = (self.count, self.count, length, start)
            self.handle.write(b"PK\6\6" + struct.pack("<Q2H2I4Q", 44, 45, 45, 0, 0, *counts))
            self.handle.write(b"PK\6\7" + struct.pack("<IQI", 0, end, 1))
        count = min(self.count, MANY)
        sizes = (min(length, LONG), min(start, LONG))
        self.handle.write(b"PK\5\6" + struct.pack("<4H2IH", 0, 0, count, count, *sizes, 0))
