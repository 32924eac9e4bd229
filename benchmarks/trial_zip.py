"""The zip of an archive, by ours and by the libraries that could write it.

``eval "$(python3 -m setup environment)" && python benchmarks/trial_zip.py``

Each way and size is a process of its own: stored PDFs of 2 kB, whose content is not kept, and one
file that is compressed. What was written is read by Python's ``zipfile`` and by ``unzip -t``.
"""

import hashlib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from datetime import datetime
from pathlib import Path

from trial import load, measure, run_apart

SIZES = (2_000, 20_000, 200_000)  # the last one needs ZIP64
DATE = datetime(2026, 11, 29, 12)
MODE = 0o100644
LIBRARIES = {
    "zipstream-ng 1.9.3": ("zipstream-ng==1.9.3", "zipstream"),
    "stream-zip 0.0.84": ("stream-zip==0.0.84", "stream_zip"),
}
CONTENT = random.Random(1).randbytes(2_000)


class Hashed:
    """Pieces whose SHA-256 is computed as they pass, as an archive needs it."""

    def __init__(self, pieces):
        self.pieces, self.digest = pieces, hashlib.sha256()

    def __iter__(self):
        for piece in self.pieces:
            self.digest.update(piece)
            yield piece


def entries(count):
    """Yield names and pieces."""
    for number in range(count):
        yield f"originaux/factures/{number}-invoice-FAC-2026-{number:06d}.pdf", [CONTENT]
    yield "donnees/factures.csv", (b"%d;FAC;120.00;2026-11-29\n" % row for row in range(100_000))


def is_stored(name):
    """Whether a file gains nothing by compression."""
    return name.endswith(".pdf")


def write_ours(handle, count):
    """Write by ``zip_stream.py``."""
    [path] = Path(__file__).parents[1].glob("addons/*/**/zip_stream.py")
    sys.path.append(str(path.parent))
    from zip_stream import ZipStream  # noqa: PLC0415

    with ZipStream(handle, DATE) as stream:
        for name, pieces in entries(count):
            stream.add(name, pieces, len(CONTENT))


def write_zipfile(handle, count):
    """Write by Python's own library."""
    with zipfile.ZipFile(handle, "w") as stream:
        for name, pieces in entries(count):
            info = zipfile.ZipInfo(name, DATE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_STORED if is_stored(name) else zipfile.ZIP_DEFLATED
            info.external_attr = MODE << 16
            with stream.open(info, "w") as target:
                for piece in Hashed(pieces):
                    target.write(piece)


def write_zipstream_ng(handle, count):
    """Write by zipstream-ng: it dates every file of the moment, and gives rights by itself."""
    stream = load(*LIBRARIES["zipstream-ng 1.9.3"]).ZipStream()
    for name, pieces in entries(count):
        method = zipfile.ZIP_STORED if is_stored(name) else zipfile.ZIP_DEFLATED
        size = len(CONTENT) if is_stored(name) else None
        stream.add(Hashed(pieces), name, compress_type=method, size=size)
        handle.writelines(stream.all_files())
    handle.writelines(stream.finalize())


def write_stream_zip(handle, count):
    """Write by stream-zip: what it stores waits in memory, file by file, for its checksum."""
    library = load(*LIBRARIES["stream-zip 0.0.84"])

    def members():
        for name, pieces in entries(count):
            method = library.NO_COMPRESSION_64 if is_stored(name) else library.ZIP_64
            yield name, DATE, MODE, method, Hashed(pieces)

    def pack():
        return zlib.compressobj(6, zlib.DEFLATED, -15)

    handle.writelines(library.stream_zip(members(), get_compressobj=pack))


WAYS = {
    "ours": write_ours,
    "zipfile of Python": write_zipfile,
    "zipstream-ng 1.9.3": write_zipstream_ng,
    "stream-zip 0.0.84": write_stream_zip,
}


def check(path, count):
    """Read the file as an auditor does."""
    with zipfile.ZipFile(path) as archive:
        assert len(archive.namelist()) == count + 1
        assert archive.testzip() is None
        first = archive.infolist()[0]
        print(f"{'':<34}dated {datetime(*first.date_time)}, mode {first.external_attr >> 16:o}")
    if shutil.which("unzip"):
        subprocess.run(["unzip", "-tqq", path], check=True)


def try_one(way, count):
    """Measure one way."""
    if way in LIBRARIES:
        load(*LIBRARIES[way])  # not counted
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "archive.zip"

        def write():
            with path.open("wb") as handle:
                WAYS[way](handle, count)
            return os.path.getsize(path)

        measure(way, count, write)
        check(path, count)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        try_one(sys.argv[1], int(sys.argv[2]))
    else:
        for number in SIZES:
            for one in WAYS:
                run_apart(one, number)
