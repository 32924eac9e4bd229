"""Run other programs: output to a log, progress to the person."""

import os
import signal
import subprocess
import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from .console import Ticker

# What this process started and may have to end.
_started: "weakref.WeakSet[subprocess.Popen]" = weakref.WeakSet()


class CommandFailed(Exception):
    """A program ended with an error; callers turn it into a clear line.

    :param code: its exit code.
    :param output: the end of what it wrote, its errors first.
    :param printed: all of its standard output, where that was kept.
    """

    def __init__(self, command: Sequence[object], code: int, output: str, printed: str = ""):
        super().__init__(f"{command[0]} ended with code {code}")
        self.code = code
        self.output = output
        self.printed = printed


def logged(
    command: Sequence[object],
    log: Path,
    env: Mapping[str, str] | None = None,
    describe: Callable[[], str] = lambda: "",
    cwd: Path | None = None,
) -> None:
    """Run ``command`` with its output in ``log``.

    :param env: variables added to the current environment.
    :param describe: see :class:`setup.console.Ticker`.
    :raise CommandFailed: when it does not end with 0.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        start = output.tell()
        process = spawn(command, env, stdout=output, cwd=cwd)
        try:
            code = _wait(process, Ticker(describe))
        except BaseException:
            stop(process)
            raise
    if code:
        raise CommandFailed(command, code, tail(log, start))


def spawn(
    command: Sequence[object], env: Mapping[str, str] | None = None, **options
) -> subprocess.Popen:
    """Start a program without input, its errors with its output.

    It has its own session: a Ctrl-C reaches only this command, which ends the
    program together with what that started, such as a browser.
    """
    options = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT, **options}
    options["start_new_session"] = True
    process = subprocess.Popen([str(part) for part in command], env=merged(env), **options)
    _started.add(process)
    return process


def at_once(works: Iterable[Callable[[], object]], workers: int) -> list:
    """Run functions in threads, and return what they return.

    When one of them fails, or this command is stopped, the programs that they
    start are ended, so that each function comes to its end and cleans up behind
    itself.
    """
    with ThreadPoolExecutor(workers) as pool:
        waiting = [pool.submit(work) for work in works]
        try:
            wait(waiting, return_when=FIRST_EXCEPTION)
            return [one.result() for one in waiting]
        except BaseException:
            for one in waiting:
                one.cancel()
            while wait(waiting, timeout=0.2).not_done:
                for process in list(_started):
                    stop(process)
            raise


def _wait(process: subprocess.Popen, ticker: Ticker) -> int:
    while True:
        try:
            return process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            ticker.tick()


def captured(command: Sequence[object], env: Mapping[str, str] | None = None, **options) -> str:
    """Return what ``command`` prints.

    :raise CommandFailed: when it does not end with 0.
    """
    done = subprocess.run(
        [str(part) for part in command],
        env=merged(env),
        text=True,
        capture_output=True,
        check=False,
        **options,
    )
    if done.returncode:
        raise CommandFailed(command, done.returncode, done.stderr or done.stdout, done.stdout)
    return done.stdout


def merged(env: Mapping[str, str] | None) -> dict[str, str]:
    """Return this process's environment with ``env`` laid over it."""
    return {**os.environ, **(env or {})}


def tail(log: Path, start: int = 0, size: int = 4000) -> str:
    """Return the end of what a log holds after offset ``start``."""
    with log.open("rb") as handle:
        handle.seek(0, os.SEEK_END)
        handle.seek(max(start, handle.tell() - size))
        return handle.read().decode(errors="replace")


def stop(process: subprocess.Popen, patience: float = 15.0) -> None:
    """End a spawned process and what it started: politely, then at once."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(timeout=patience)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def alive(pid: int, marker: str) -> bool:
    """Tell whether ``pid`` runs and its command line holds ``marker``.

    The marker keeps a process of someone else that got the same number safe.
    """
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return False
    return marker in command


def wait_gone(pid: int, marker: str, patience: float = 15.0) -> bool:
    """Wait until the process has ended; tell whether it has."""
    limit = time.monotonic() + patience
    while alive(pid, marker):
        if time.monotonic() > limit:
            return False
        time.sleep(0.1)
    return True
