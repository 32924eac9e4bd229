"""What the trials share: libraries that nothing else here needs, and figures of a process."""

import importlib
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

STATUS = Path("/proc/self/status")


def load(requirement: str, name: str):
    """Import a library that the lock file lacks, installed into the cache, beside the environment.

    :param requirement: with its version, as pip reads it
    :param name: of the module
    """
    target = Path(sys.prefix).parent / f"trial-{sha256(requirement.encode()).hexdigest()[:12]}"
    if not target.is_dir():
        part = target.with_suffix(".part")
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-warn-conflicts"]
        subprocess.run([*command, "--target", part, requirement], check=True)
        part.rename(target)
    if str(target) not in sys.path:
        sys.path.append(str(target))  # after the environment's: its versions are the ones in use
    return importlib.import_module(name)


def run_apart(*arguments: object) -> None:
    """Run the script again in a process of its own, whose memory is measured."""
    subprocess.run([sys.executable, sys.argv[0], *map(str, arguments)], check=True)


def read_memory(key: str) -> float:
    """Return ``VmRSS``, the memory of this process, or ``VmHWM``, its peak, in MB."""
    line = next(one for one in STATUS.read_text().splitlines() if one.startswith(key))
    return int(line.split()[1]) / 1000


def measure(label: str, number: int, function: Callable[[], int]) -> None:
    """Print what a function took for so many documents.

    :param function: returns the size of what it made
    """
    memory, seconds, cpu = read_memory("VmRSS"), time.perf_counter(), time.process_time()
    size = function()
    seconds, cpu = time.perf_counter() - seconds, time.process_time() - cpu
    grown = read_memory("VmHWM") - memory
    print(
        f"{label:<34}{number:>8}{seconds:>9.2f} s{cpu:>9.2f} s of processor"
        f"{grown:>8.1f} MB more{size / 1000:>12.1f} kB",
        flush=True,
    )
