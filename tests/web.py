"""The web client as a server sees it: a session, and calls of its routes."""

import http.cookiejar
import json
import urllib.request
from typing import Any


class WebError(Exception):
    """An error that a route answered.

    :param data: the answer: ``name`` (the exception's class), ``message``, ``context``, …
    """

    def __init__(self, data: dict):
        super().__init__(f"{data.get('name')}: {data.get('message')}")
        self.data = data


class Web:
    """A browser session of the web client."""

    def __init__(self, server: Any, login: str):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.url, self._opener = server.url, urllib.request.build_opener(jar)
        self("/web/session/authenticate", db=server.database, login=login, password=login)

    def __call__(self, path: str, **params: Any) -> dict:
        """Call a route; return its answer, an error included."""
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers)
        with self._opener.open(request, timeout=60) as answer:
            return json.load(answer)

    def call(self, model: str, method: str, ids: list[int] | None = None, **kwargs: Any) -> Any:
        """Call a method as the web client does, on records, or on the model when ids is None.

        :raise WebError: when the answer is an error.
        """
        answer = self(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=[] if ids is None else [ids],
            kwargs=kwargs,
        )
        if "error" in answer:
            raise WebError(answer["error"]["data"])
        return answer["result"]
