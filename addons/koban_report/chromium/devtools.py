"""The DevTools protocol over two pipes.

Chromium started with ``--remote-debugging-pipe`` reads commands from its file descriptor 3 and
writes answers and events to its file descriptor 4, each one JSON text followed by a zero byte.
Compared with the websocket this opens no TCP port (no other local user can drive the browser),
needs no library, and the closed pipe tells at once that the browser died.

There is no reader thread: whoever waits for an answer also receives the events that come before
it. So a request of the page for an image is answered by the thread that prints, with that
thread's database cursor, and the client works after a fork as long as one process uses it.
"""

import json
import os
import select
import time
from collections.abc import Callable
from typing import Any

from .errors import ChromiumStopped, ChromiumTimeout, DevToolsError

_CHUNK = 1 << 20

Event = dict[str, Any]


class Deadline:
    """A moment after which nobody waits any more.

    :param seconds: time left from now, in seconds
    """

    def __init__(self, seconds: float):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds left.

        :raise ChromiumTimeout: when none is left
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise ChromiumTimeout(f"no answer within {self.seconds:g} s")
        return left


class DevTools:
    """One connection to one browser. Not thread-safe: the browser's lock protects it.

    :param write_fd: where commands go; closed by :meth:`close`
    :param read_fd: where answers and events come from; closed by :meth:`close`
    """

    def __init__(self, write_fd: int, read_fd: int):
        self._write_fd = write_fd
        self._read_fd = read_fd
        os.set_blocking(write_fd, False)
        os.set_blocking(read_fd, False)
        self._chunks: list[bytes] = []
        self._messages: list[bytes] = []
        self._last_id = 0
        self._answers: dict[int, dict] = {}
        self._abandoned: set[int] = set()
        self.on_event: Callable[[Event], None] | None = None

    def call(
        self, method: str, params: dict | None, deadline: Deadline, session: str | None = None
    ) -> dict:
        """Send a command and wait for its answer, handling the events that come meanwhile.

        :param method: such as ``Page.printToPDF``
        :param session: the page's session; None for the browser itself
        :return: the ``result`` object
        :raise DevToolsError: when Chromium refuses the command
        :raise ChromiumStopped: when the pipe closes
        :raise ChromiumTimeout: when the deadline passes
        """
        number = self.send(method, params, deadline, session)
        while number not in self._answers:
            self._receive(deadline)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise DevToolsError(f"{method}: {answer['error'].get('message')}")
        return answer.get("result", {})

    def send(
        self,
        method: str,
        params: dict | None,
        deadline: Deadline,
        session: str | None = None,
        forget: bool = False,
    ) -> int:
        """Send a command without waiting.

        :param forget: its answer, whatever it is, matters to nobody
        :return: the command's number
        """
        self._last_id += 1
        message = {"id": self._last_id, "method": method, "params": params or {}}
        if session:
            message["sessionId"] = session
        if forget:
            self._abandoned.add(self._last_id)
        self._write(json.dumps(message).encode() + b"\0", deadline)
        return self._last_id

    def wait_event(self, deadline: Deadline) -> None:
        """Wait for one message, and handle it."""
        self._receive(deadline)

    def close(self) -> None:
        """Close both pipes. Chromium ends when its side closes."""
        for descriptor in (self._write_fd, self._read_fd):
            try:
                os.close(descriptor)
            except OSError:
                continue

    def _write(self, data: bytes, deadline: Deadline) -> None:
        view = memoryview(data)
        while view:
            try:
                view = view[os.write(self._write_fd, view) :]
            except BlockingIOError:
                self._wait(self._write_fd, select.POLLOUT, deadline)
            except OSError as error:
                raise ChromiumStopped("the browser has ended") from error

    def _receive(self, deadline: Deadline) -> None:
        """Take one message: keep an answer, hand an event over."""
        message = json.loads(self._read(deadline))
        if "id" in message:
            if message["id"] in self._abandoned:
                self._abandoned.discard(message["id"])
            else:
                self._answers[message["id"]] = message
        elif self.on_event:
            self.on_event(message)

    def _read(self, deadline: Deadline) -> bytes:
        while not self._messages:
            self._wait(self._read_fd, select.POLLIN, deadline)
            try:
                chunk = os.read(self._read_fd, _CHUNK)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChromiumStopped("the browser has ended") from error
            if not chunk:
                raise ChromiumStopped("the browser has ended")
            # A PDF comes in many chunks: join them once, at its end.
            first, *others = chunk.split(b"\0")
            self._chunks.append(first)
            for other in others:
                self._messages.append(b"".join(self._chunks))
                self._chunks = [other]
        return self._messages.pop(0)

    @staticmethod
    def _wait(descriptor: int, mask: int, deadline: Deadline) -> None:
        poll = select.poll()
        poll.register(descriptor, mask)
        while not poll.poll(deadline.left() * 1000):
            continue  # deadline.left() raises when the time is over
