"""One page of the browser, kept with its style sheets loaded.

Nearly all the time of a print in a new page goes into parsing the reports' 400 kB of CSS. So the
page stays, and each document only replaces the body.
"""

import base64
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .devtools import Deadline, DevTools, Event
from .errors import ChromiumError, ChromiumStopped

_logger = logging.getLogger(__name__)

# The host name under which the page asks this process for resources. RFC 2606 keeps it from ever
# existing, so a request that slipped through could reach nobody.
ORIGIN = "http://odoo.invalid"
_SHELL_URL = f"{ORIGIN}/"
_FUNCTIONS = Path(__file__).with_name("page.js").read_text()
_MM_PER_INCH = 25.4
_CSS_PX_PER_INCH = 96
_PAGE_COUNT = re.compile(rb"/Type /Pages\s+/Count (\d+)|/Count (\d+)\s+/Type /Pages")
_MAX_PASSES = 3


@dataclass(frozen=True)
class Resource:
    """An answer to a request of the page."""

    content: bytes
    mimetype: str
    status: int = 200


@dataclass(frozen=True)
class Content:
    """One document as the page takes it. Lengths in millimetres.

    :param html: header, footer and sheet blocks (see :mod:`..paper`)
    :param page_width: of the paper as printed (landscape: the longer side)
    :param top: from the paper's upper edge to the content
    :param bottom: from the content to the paper's lower edge
    :param left: from the paper's left edge to the content
    :param right: from the content to the paper's right edge
    :param header_top: from the paper's upper edge to the header
    :param scale: size of a CSS length on paper
    :param scripts: the document brings scripts of its own that must run
    """

    title: str
    lang: str
    direction: str
    html: str
    page_width: float
    page_height: float
    top: float
    bottom: float
    left: float
    right: float
    header_top: float
    scale: float
    shrink: bool = True
    scripts: bool = False


Resolver = Callable[[str], Resource | None]


class KeptPage:
    """A page with its head loaded; see the module.

    :param head: HTML of the head's content
    :param resolve: gives the resource of a URL under :data:`ORIGIN`, None if there is none
    :raise ChromiumError: when the page does not load
    """

    def __init__(self, devtools: DevTools, head: str, resolve: Resolver, deadline: Deadline):
        self._devtools = devtools
        self._head = head
        self._resolve = resolve
        self._deadline = deadline
        self._loaded = False
        self._metrics: tuple[int, int] | None = None
        self._scripts = False
        self._target = devtools.call("Target.createTarget", {"url": "about:blank"}, deadline)[
            "targetId"
        ]
        self._session = devtools.call(
            "Target.attachToTarget", {"targetId": self._target, "flatten": True}, deadline
        )["sessionId"]
        self._devtools.on_event = self._on_event
        self._call("Page.enable")
        self._call("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})
        self._call("Network.enable")
        self._call("Network.setCacheDisabled", {"cacheDisabled": True})
        self._call("Emulation.setEmulatedMedia", {"media": "print"})
        self._load_shell()

    def print(self, content: Content, resolve: Resolver, deadline: Deadline) -> bytes:
        """Return the PDF of one document.

        :raise ChromiumError: see :mod:`errors`
        """
        self._resolve, self._deadline = resolve, deadline
        self._devtools.on_event = self._on_event
        if self._scripts:
            self._load_shell()  # scripts may have left anything behind
        if content.scripts:
            self._allow_scripts(True)
        scale = content.scale
        self._set_width(content, scale)
        filled = self._fill(content, scale)
        if content.shrink and filled["overflow"] > 1.002:
            # As wkhtmltopdf does: shrink what is too wide, down to half its size.
            scale = max(scale / filled["overflow"], scale / 2)
            self._set_width(content, scale)
            filled = self._fill(content, scale)
        return self._print_numbered(content, scale, filled["pages"])

    def close(self, deadline: Deadline) -> None:
        """Close the page."""
        self._devtools.call("Target.closeTarget", {"targetId": self._target}, deadline)

    def _fill(self, content: Content, scale: float) -> dict:
        return self._run(
            "fill",
            {
                "title": content.title,
                "lang": content.lang,
                "direction": content.direction,
                "html": content.html,
                "pageHeight": content.page_height,
                "top": content.top,
                "bottom": content.bottom,
                "left": content.left,
                "right": content.right,
                "headerTop": content.header_top,
                "scale": scale,
            },
        )

    def _print_numbered(self, content: Content, scale: float, pages: int) -> bytes:
        """Print; once more if there are more pages than were expected."""
        for _attempt in range(_MAX_PASSES):
            pdf = self._print(content, scale)
            printed = count_pages(pdf)
            if printed == pages:
                break
            pages = printed
            self._run("paginate", pages)
        return pdf

    def _print(self, content: Content, scale: float) -> bytes:
        answer = self._call(
            "Page.printToPDF",
            {
                "printBackground": True,
                "paperWidth": content.page_width / _MM_PER_INCH,
                "paperHeight": content.page_height / _MM_PER_INCH,
                **dict.fromkeys(("marginTop", "marginBottom", "marginLeft", "marginRight"), 0),
                "scale": scale,
                "generateTaggedPDF": True,
            },
        )
        return base64.b64decode(answer["data"])

    def _load_shell(self) -> None:
        """Load the page's head and the functions called in it."""
        self._allow_scripts(False)
        self._loaded = False
        frame = self._call("Page.navigate", {"url": _SHELL_URL})["frameId"]
        while not self._loaded:
            self._devtools.wait_event(self._deadline)
        self._context = self._call(
            "Page.createIsolatedWorld", {"frameId": frame, "worldName": "koban_report"}
        )["executionContextId"]
        answer = self._call(
            "Runtime.evaluate", {"expression": _FUNCTIONS, "contextId": self._context}
        )
        self._functions = answer["result"]["objectId"]

    def _allow_scripts(self, allowed: bool) -> None:
        """Scripts are off but for a document that brings some: texts are typed by many people."""
        self._scripts = allowed
        self._call("Emulation.setScriptExecutionDisabled", {"value": not allowed})

    def _set_width(self, content: Content, scale: float) -> None:
        """Lay out at the width of the paper, so that what is measured is what is printed."""
        width, height = (
            round(length / _MM_PER_INCH * _CSS_PX_PER_INCH / scale)
            for length in (content.page_width, content.page_height)
        )
        if self._metrics != (width, height):
            self._call(
                "Emulation.setDeviceMetricsOverride",
                {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
            )
            self._metrics = (width, height)

    def _run(self, function: str, argument: object) -> dict:
        """Call a function of page.js.

        :raise ChromiumError: when it throws
        """
        answer = self._call(
            "Runtime.callFunctionOn",
            {
                "objectId": self._functions,
                "functionDeclaration": f"function (value) {{ return this.{function}(value); }}",
                "arguments": [{"value": argument}],
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ChromiumError(details.get("exception", details).get("description", str(details)))
        return answer["result"].get("value")

    def _call(self, method: str, params: dict | None = None) -> dict:
        return self._devtools.call(method, params, self._deadline, self._session)

    def _on_event(self, event: Event) -> None:
        if event.get("sessionId") != self._session:
            return
        method = event["method"]
        if method == "Fetch.requestPaused":
            self._answer(event["params"])
        elif method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Inspector.targetCrashed":
            raise ChromiumStopped("the page crashed")

    def _answer(self, params: dict) -> None:
        """Answer a request of the page from this process; refuse what is not ours."""
        url = params["request"]["url"]
        if url == _SHELL_URL and params.get("resourceType") == "Document":
            # Without the icon, Chromium asks for /favicon.ico.
            icon = '<link rel="icon" href="data:,">'
            shell = f"<!DOCTYPE html><html><head>{icon}{self._head}</head><body></body></html>"
            resource = Resource(shell.encode(), "text/html; charset=utf-8")
        elif url.startswith(_SHELL_URL):
            resource = self._resolve(url.removeprefix(ORIGIN)) or Resource(b"", "text/plain", 404)
        else:
            _logger.info("A report asks for %s, which is not loaded when printing", url[:200])
            self._send(
                "Fetch.failRequest",
                {"requestId": params["requestId"], "errorReason": "BlockedByClient"},
            )
            return
        headers = {
            "Content-Type": resource.mimetype,
            "Access-Control-Allow-Origin": "*",  # fonts
            "X-Content-Type-Options": "nosniff",
        }
        self._send(
            "Fetch.fulfillRequest",
            {
                "requestId": params["requestId"],
                "responseCode": resource.status,
                "responseHeaders": [{"name": k, "value": v} for k, v in headers.items()],
                "body": base64.b64encode(resource.content).decode(),
            },
        )

    def _send(self, method: str, params: dict) -> None:
        self._devtools.send(method, params, self._deadline, self._session, forget=True)


def count_pages(pdf: bytes) -> int:
    """Return the number of pages of a PDF written by Chromium.

    Its page tree is plain text; the root of the tree has the highest count.
    """
    return max((int(a or b) for a, b in _PAGE_COUNT.findall(pdf)), default=1)
