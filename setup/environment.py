"""The Python libraries: a virtual environment made from the lock file."""

import platform
import sys
import sysconfig
import tempfile
from pathlib import Path

from . import debian
from .console import Failure, one_line, step
from .paths import CHECKOUT, cache, folder, key, lock, remove, require_space
from .process import CommandFailed, captured, logged

LOCK_FILE = CHECKOUT / "setup" / "requirements.lock"
RECIPE = 1
# The distribution's own Python, built with all that its compiler can do for speed.
SYSTEM = Path("/usr/bin/python3")


def ensure() -> Path:
    """Return the environment's Python, with every library of the lock file."""
    base = _choose_python()
    which = captured([base, "-c", "import sys; print(sys.version, sys.base_prefix)"])
    name = key(RECIPE, LOCK_FILE.read_text(), which, platform.machine())
    target = cache() / f"venv-{name}"
    python = target / "bin" / "python"
    done = target / "complete"
    if not _usable(python, done):
        with lock("venv"):
            if not _usable(python, done):
                _make(target, base)
                done.touch()
    return python


def _choose_python() -> Path:
    """Return the Python that runs this or, if it was built plainly, the system's of its version.

    A plain build, such as pyenv's, took 1.45 times as long as Debian's for the same work.
    """
    own = Path(sys.executable)
    flags = sysconfig.get_config_var("CONFIG_ARGS") or ""
    if sys.base_prefix == "/usr" or "--enable-optimizations" in flags or not SYSTEM.exists():
        return own
    version = "import sys; print(*sys.version_info[:2])"
    same = captured([SYSTEM, "-c", version]) == captured([own, "-c", version])
    return SYSTEM if same else own


def _usable(python: Path, done: Path) -> bool:
    # A Python that was upgraded or removed leaves the link of the environment broken.
    return done.exists() and python.exists()


def _make(target: Path, base: Path) -> None:
    """Make the environment in place.

    Not beside and renamed, as the rest: its scripts hold its own path. The
    file ``complete``, written last, tells a whole one from a broken one.
    """
    require_space(cache(), 2)
    remove(target)
    log = folder("logs") / "pip.log"
    log.unlink(missing_ok=True)
    try:
        with step("installing the Python libraries"):
            pip = _bare(target, base, log)
            # Compiled at their first use: most of these files are never used.
            options = ["--no-input", "--use-pep517", "--no-compile"]
            command = [*pip, "install", *options, "-r", LOCK_FILE]
            logged(command, log, {"PYTHONUTF8": "1"}, describe=lambda: _progress(log))
    except CommandFailed as error:
        remove(target)
        raise Failure(_explain(error.output, log)) from error
    except BaseException:
        remove(target)
        raise


def _bare(target: Path, base: Path, log: Path) -> list[object]:
    """Make an empty environment and return the pip command for it.

    Debian keeps pip's own copy in separate packages: without them, the wheel
    of one is downloaded and run as it is.
    """
    venv = [base, "-m", "venv"]
    python = target / "bin" / "python"
    try:
        captured([base, "-c", "import ensurepip"])
        logged([*venv, target], log)
        return [python, "-m", "pip"]
    except CommandFailed:
        remove(target)
    logged([*venv, "--without-pip", target], log)
    with tempfile.TemporaryDirectory() as name:
        wheel = debian.fetch_file(
            "python3-pip-whl", "usr/share/python-wheels/pip-*.whl", Path(name)
        )
        logged([python, wheel / "pip", "install", "--no-index", wheel], log)
    return [python, "-m", "pip"]


def _progress(log: Path) -> str:
    text = log.read_text(errors="replace")
    if "Installing collected packages" in text:
        return "installing"
    return f"{text.count('Collecting ')} libraries downloaded"


def _explain(output: str, log: Path) -> str:
    errors = [line for line in output.splitlines() if line.startswith("ERROR")]
    reason = one_line(errors[-1] if errors else output[-300:], 250)
    if "No space left" in output:
        return "the disk is full: free 2 GB or set KOBAN_CACHE to a folder on another disk."
    return (
        f"the Python libraries cannot be installed ({reason}). Check the network and pip's "
        f"configuration, then run the same command again; the whole log: {log}"
    )
