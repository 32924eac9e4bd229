"""Where things are kept: the checkout, and one cache folder outside it."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .console import Failure, say

CHECKOUT = Path(__file__).resolve().parent.parent
ADDONS = CHECKOUT / "addons"
GIGABYTE = 1024**3


def cache() -> Path:
    """Return the cache folder, made if needed.

    KOBAN_CACHE moves it. Root gets a folder of its own under /var/lib: an
    embedded PostgreSQL started by root runs as another user, which must be
    able to reach its files, and a private home must stay private.
    """
    named = os.environ.get("KOBAN_CACHE")
    if named:
        folder = Path(named).expanduser().absolute()
    elif os.geteuid() == 0:
        folder = Path("/var/lib/koban")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        folder = Path(base) / "koban"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"the cache folder {folder} cannot be made ({error.strerror}): "
            "set KOBAN_CACHE to a folder you can write to."
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Failure(
            f"the cache folder {folder} cannot be written: set KOBAN_CACHE to a folder you own."
        )
    return folder


def folder(name: str) -> Path:
    """Return the folder ``name`` of the cache, made if needed."""
    path = cache() / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def key(*parts: object) -> str:
    """Return a short hash of what an artefact is made from."""
    text = "\0".join(str(part) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def require_space(path: Path, gigabytes: float) -> None:
    """Fail clearly, before anything is written, when the disk is too full."""
    free = shutil.disk_usage(path).free / GIGABYTE
    if free < gigabytes:
        raise Failure(
            f"not enough disk space under {path}: {free:.1f} GB free, {gigabytes:.1f} GB needed. "
            "Free some, or set KOBAN_CACHE to a folder on another disk."
        )


@contextmanager
def lock(name: str) -> Iterator[None]:
    """Hold the named lock of this cache, so that two runs do not make the same thing."""
    path = folder("locks") / f"{name}.lock"
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another run that works on {name} …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def built_beside(target: Path) -> Iterator[Path]:
    """Yield a temporary sibling of ``target``, renamed to it only on success."""
    temporary = target.with_name(f"{target.name}.part")
    remove(temporary)
    temporary.mkdir(parents=True)
    try:
        yield temporary
        temporary.rename(target)
    finally:
        remove(temporary)


def remove(path: Path) -> None:
    """Delete a folder or a file, if there is one."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
