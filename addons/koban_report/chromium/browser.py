"""The one long-lived browser of this process: found, started, watched, ended."""

import atexit
import contextlib
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from .devtools import Deadline, DevTools
from .errors import (
    ChromiumError,
    ChromiumMissing,
    ChromiumStopped,
    ChromiumTimeout,
    ChromiumTooOld,
)
from .page import KeptPage, Resolver

_logger = logging.getLogger(__name__)

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# box-decoration-break: clone on page fragments, which keeps the place of header and footer free
# on every page, came with version 130 (October 2024).
OLDEST_VERSION = 130
START_SECONDS = 30.0
PING_SECONDS = 5.0
KEPT_PAGES = 3
_PROFILE_PREFIX = "koban_report_chromium_"
_LAUNCHER = Path(__file__).with_name("launcher.py")

_ARGUMENTS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers give 64 MB of /dev/shm
    "--hide-scrollbars",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-crash-reporter",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-features=Translate,OptimizationHints,MediaRouter,DialMediaRouteProvider",
    "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--metrics-recording-only",
    "--password-store=basic",
    "--use-mock-keychain",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
    # Every resource is answered in this process (resources.py); nothing may leave the machine.
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def find_program(configured: str = "") -> str:
    """Return the path of the browser's program.

    :param configured: what the administrator set: a path or a name on PATH; empty to search
    :raise ChromiumMissing: when there is none
    """
    for name in (configured,) if configured else PROGRAMS:
        path = shutil.which(name)
        if path:
            return path
    raise ChromiumMissing(configured or ", ".join(PROGRAMS))


class Browser:
    """One Chromium process with its own temporary profile.

    :param program: its path
    :param arguments: more command-line arguments
    :raise ChromiumError: when it does not start
    """

    def __init__(self, program: str, arguments: tuple[str, ...] = ()):
        self.program = program
        self.arguments = arguments
        self.owner = os.getpid()
        self.printed = 0
        self.process: subprocess.Popen | None = None
        self._pages: dict[str, KeptPage] = {}
        _remove_stale_profiles()
        self.profile = Path(tempfile.mkdtemp(prefix=_PROFILE_PREFIX))
        self._profile_lock = _lock_profile(self.profile)
        self._log = self.profile / "stderr.txt"
        try:
            self.devtools = self._start()
            self.version = self._check_version(Deadline(START_SECONDS))
        except Exception:
            self.end()
            raise

    def alive(self) -> bool:
        """Tell whether the browser runs."""
        return self.process is not None and self.process.returncode is None

    def answers(self) -> bool:
        """Tell whether the browser runs and is not stuck. Takes less than a millisecond."""
        try:
            self.devtools.call("Browser.getVersion", None, Deadline(PING_SECONDS))
        except ChromiumError:
            return False
        return self.alive()

    def page(self, key: str, head: str, resolve: Resolver, deadline: Deadline) -> KeptPage:
        """Return the page that has these style sheets loaded, made if there is none.

        :param key: names the head's content; pages are kept by it
        :param head: HTML of the ``head``
        :param resolve: gives the style sheets' content
        """
        page = self._pages.pop(key, None)
        if page is None:
            while len(self._pages) >= KEPT_PAGES:
                self._pages.pop(next(iter(self._pages))).close(deadline)
            page = KeptPage(self.devtools, head, resolve, deadline)
        self._pages[key] = page  # the last one used is the last one closed
        return page

    def end(self) -> None:
        """Kill the browser with its children, and remove its profile."""
        if self.owner != os.getpid():
            return  # the parent's browser, seen by a forked child
        if hasattr(self, "devtools"):
            self.devtools.close()
        if self.process is not None:
            with contextlib.suppress(OSError):
                # It leads a process group of its own (start_new_session).
                os.killpg(self.process.pid, signal.SIGKILL)
            self._reaped.wait(5)
        shutil.rmtree(self.profile, ignore_errors=True)
        if self._profile_lock:
            self._profile_lock.close()

    def _start(self) -> DevTools:
        commands_read, commands_write = os.pipe()
        answers_read, answers_write = os.pipe()
        command = [
            *(sys.executable, "-I", "-S", str(_LAUNCHER)),
            *(str(os.getpid()), str(commands_read), str(answers_write)),
            *(self.program, *self._all_arguments(), "about:blank"),
        ]
        started = threading.Event()
        self._reaped = threading.Event()
        # The kernel's "parent died" signal means the *thread* that started the child, and Odoo's
        # threads end with their request. This one lives as long as the browser, and reaps it.
        threading.Thread(
            target=self._run,
            args=(command, (commands_read, answers_write), started),
            name="koban_report.chromium",
            daemon=True,
        ).start()
        started.wait(START_SECONDS)
        os.close(commands_read)
        os.close(answers_write)
        devtools = DevTools(commands_write, answers_read)
        if self.process is None:
            devtools.close()
            raise ChromiumStopped(f"{self.program} cannot be started")
        return devtools

    def _run(self, command: list[str], pipes: tuple[int, int], started: threading.Event) -> None:
        """Start the process and wait for its end; the body of the browser's thread."""
        try:
            with self._log.open("wb") as log:
                self.process = subprocess.Popen(
                    command,
                    pass_fds=pipes,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=self._environment(),
                    start_new_session=True,
                )
        except OSError:
            _logger.exception("Chromium cannot be started: %s", self.program)
            started.set()
            return
        started.set()
        self.process.wait()
        self._reaped.set()

    def _all_arguments(self) -> tuple[str, ...]:
        # Chromium refuses its sandbox to root; for any other user the sandbox stays.
        as_root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
        return (*_ARGUMENTS, *as_root, f"--user-data-dir={self.profile}", *self.arguments)

    def _environment(self) -> dict[str, str]:
        environment = {
            key: value
            for key, value in os.environ.items()
            # Nothing of the database's password goes to another program.
            if not key.startswith(("PG", "ODOO", "DBUS_", "DISPLAY", "WAYLAND"))
        }
        environment["XDG_CONFIG_HOME"] = str(self.profile)
        if not os.access(environment.get("HOME", ""), os.W_OK):
            environment["HOME"] = str(self.profile)
        return environment

    def _check_version(self, deadline: Deadline) -> str:
        try:
            product = self.devtools.call("Browser.getVersion", None, deadline)["product"]
        except (ChromiumStopped, ChromiumTimeout) as error:
            _logger.error("Chromium does not answer: %s\n%s", self.program, self.last_words())
            raise ChromiumStopped(self.last_words(1) or str(error)) from error
        number = product.partition("/")[2].partition(".")[0]
        if number.isdigit() and int(number) < OLDEST_VERSION:
            raise ChromiumTooOld(product)
        _logger.info("Started %s (%s), process %s", self.program, product, self.process.pid)
        return product

    def last_words(self, lines: int = 20) -> str:
        """Return the last lines of what the browser wrote on its error output."""
        try:
            text = self._log.read_text(errors="replace")
        except OSError:
            return ""
        return "\n".join(text.strip().splitlines()[-lines:])


_lock = threading.RLock()
_current: Browser | None = None


@contextlib.contextmanager
def shared_browser(
    program: str, arguments: tuple[str, ...], restart_after: int, deadline: Deadline
) -> Iterator[Browser]:
    """Give the browser of this process to one thread at a time, started if need be.

    An error inside the block ends the browser, so that the next print starts with a fresh one.

    :param restart_after: number of documents after which a new browser is started
    :raise ChromiumTimeout: when other threads keep it until the deadline
    """
    global _current  # one browser per process is the point
    if not _lock.acquire(timeout=deadline.left()):
        raise ChromiumTimeout("the browser is busy")
    try:
        wanted = (program, arguments)
        if _current and (
            _current.printed >= restart_after
            or (_current.program, _current.arguments) != wanted
            or not _current.answers()
        ):
            end_browser()
        if _current is None:
            _current = Browser(program, arguments)
        try:
            yield _current
        except BaseException:
            # Also an error of the database while an image was looked up: the page was left in
            # the middle of something.
            end_browser()
            raise
        _current.printed += 1
    finally:
        _lock.release()


def current_browser() -> Browser | None:
    """Return the browser of this process, if one runs."""
    return _current if _current and _current.alive() else None


def end_browser() -> None:
    """End the browser of this process, if there is one. The next print starts another."""
    global _current
    if _current:
        _current.end()
    _current = None


def _after_fork() -> None:
    """A forked worker starts without lock and without browser: both are its parent's."""
    global _lock, _current
    _lock = threading.RLock()
    if _current:
        _current.devtools.close()  # the copies only; they would outlive the parent's pipes
    _current = None


def _lock_profile(profile: Path) -> IO | None:
    """Take the lock that says "in use"; the kernel gives it back when its process ends.

    :return: the open file, to be kept; None when another process has the lock
    """
    lock = (profile / "lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def _remove_stale_profiles() -> None:
    """Remove the profiles of processes that were killed before they could do it."""
    for profile in Path(tempfile.gettempdir()).glob(f"{_PROFILE_PREFIX}*"):
        with contextlib.suppress(OSError):  # another user's, or just removed by its owner
            # A young one may be about to be locked.
            if time.time() - profile.stat().st_mtime > START_SECONDS:
                lock = _lock_profile(profile)
                if lock:
                    shutil.rmtree(profile, ignore_errors=True)
                    lock.close()


atexit.register(end_browser)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
