"""A person's screen: the web client in Chromium, with a real mouse."""

import json
import sys
import time
import urllib.request
from http.cookiejar import CookieJar
from typing import Any

from setup.paths import CHECKOUT

# The browser's client of koban_report, without the host in this process.
sys.path.append(str(CHECKOUT / "addons" / "koban_report"))
from chromium.browser import Browser, find_program
from chromium.devtools import Deadline

SECONDS = 60
# koban_report lets nothing leave the machine; here the server is on it.
ARGUMENTS = ("--host-resolver-rules=", "--lang=fr-FR")
SIZE = {"width": 1500, "height": 950, "deviceScaleFactor": 1, "mobile": False}
TEXT = "document.body.innerText.slice(0, 2000)"
CENTRE = """(element => {
    const box = element.getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
})"""


class Screen:
    """A page of the web client. Use it in a ``with`` block."""

    def __init__(self, url: str, cookies: CookieJar):
        self.url = url
        self.browser = Browser(find_program(), ARGUMENTS)
        target = self.call("Target.createTarget", {"url": "about:blank"})["targetId"]
        attached = self.call("Target.attachToTarget", {"targetId": target, "flatten": True})
        self.session = attached["sessionId"]
        self.call("Emulation.setDeviceMetricsOverride", SIZE)
        for cookie in cookies:
            values = {"name": cookie.name, "value": cookie.value, "url": url}
            self.call("Network.setCookie", values)

    session: str | None = None

    def __enter__(self) -> "Screen":
        return self

    def __exit__(self, *_error: Any) -> None:
        self.browser.end()

    def call(self, method: str, params: dict | None = None) -> dict:
        """Call a method of the DevTools protocol on the page."""
        return self.browser.devtools.call(method, params, Deadline(SECONDS), self.session)

    def run(self, script: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", {"expression": script, "returnByValue": True})
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, script: str) -> Any:
        """Wait until an expression is true, and return its value."""
        end = time.monotonic() + SECONDS
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"never true: {script}; {self.run(TEXT)}"
            time.sleep(0.1)
        return value

    def open(self, path: str, wanted: str) -> None:
        """Open a page, and wait for an element.

        :param wanted: its CSS selector
        """
        self.call("Page.navigate", {"url": f"{self.url}{path}"})
        self.wait(f"document.querySelector({json.dumps(wanted)}) !== null")

    def click(self, selector: str) -> None:
        """Click on an element."""
        place = self.run(f"{CENTRE}(document.querySelector({json.dumps(selector)}))")
        self.mouse("mouseMoved", *place)
        self.mouse("mousePressed", *place)
        self.mouse("mouseReleased", *place)

    def drag(self, start: str, end: str) -> None:
        """Drag an element to another one.

        :param start: JavaScript expressions of the elements
        """
        x, y = self.run(f"{CENTRE}({start})")
        to_x, to_y = self.run(f"{CENTRE}({end})")
        self.mouse("mouseMoved", x, y)
        self.mouse("mousePressed", x, y)
        for step in range(1, 21):
            # A little beyond the middle of the element, as a person does.
            over = to_y + (6 if to_y > y else -6)
            self.mouse("mouseMoved", x + (to_x - x) * step / 20, y + (over - y) * step / 20)
            time.sleep(0.02)
        self.mouse("mouseReleased", to_x, over)

    def mouse(self, kind: str, x: float, y: float) -> None:
        """Send an event of the mouse, its left button held except while it only moves."""
        pressed = kind != "mouseMoved"
        values = {"type": kind, "x": x, "y": y, "clickCount": int(pressed)}
        if pressed:
            values["button"] = "left"
        self.call("Input.dispatchMouseEvent", values)


def get_cookies(client: urllib.request.OpenerDirector) -> CookieJar:
    """Return the cookies of a client that is logged in."""
    handlers = client.handlers
    return next(handler.cookiejar for handler in handlers if hasattr(handler, "cookiejar"))
