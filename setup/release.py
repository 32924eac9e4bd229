"""The addons of the last release, out of this repository's history: what people upgrade from."""

import tarfile
import tempfile
from pathlib import Path

from .console import Failure, one_line
from .paths import CHECKOUT, built_beside, cache, folder, lock
from .process import CommandFailed, captured

COMMIT_FILE = CHECKOUT / "setup" / "last_release"


class MissingRelease(Failure):
    """The history of this checkout does not reach back to the last release."""


def commit() -> str:
    """Return the commit of the last release."""
    return COMMIT_FILE.read_text().strip()


def ensure() -> Path:
    """Return the folder of its addons, unpacked if it is not there yet.

    :raise MissingRelease: in a shallow clone, or outside of a repository.
    """
    target = cache() / f"release-{commit()[:12]}"
    if not target.is_dir():
        with lock("release"):
            if not target.is_dir():
                _unpack(target)
    return target / "addons"


def _unpack(target: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder("downloads")) as work, built_beside(target) as part:
        archive = Path(work) / "addons.tar"
        try:
            captured(["git", "-C", CHECKOUT, "archive", "-o", archive, commit(), "addons"])
        except (CommandFailed, OSError) as error:
            reason = error.output if isinstance(error, CommandFailed) else str(error)
            raise MissingRelease(
                f"the last release, {commit()[:12]}, is not in this checkout "
                f"({one_line(reason, 150)}): git fetch --unshallow (or git fetch origin "
                f"{commit()}), then run the same command again."
            ) from error
        with tarfile.open(archive) as addons:
            addons.extractall(part, filter="data")
