"""Log in over HTTP and open the web client: python open_pages.py URL DATABASE.

Prints "the pages work", or ends with the error of what does not.
"""

import http.cookiejar
import json
import re
import sys
import urllib.request


def main(url: str, database: str) -> None:
    """Open the login page, log in, open the web client and its scripts."""
    cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
    browser = urllib.request.build_opener(cookies)
    assert b"login" in browser.open(f"{url}/web/login").read()
    parameters = {"db": database, "login": "admin", "password": "admin"}
    request = urllib.request.Request(
        f"{url}/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": parameters}).encode(),
        {"Content-Type": "application/json"},
    )
    answer = json.load(browser.open(request))
    assert answer.get("result", {}).get("uid"), answer
    page = browser.open(f"{url}/odoo").read().decode()
    assets = re.findall(r'(?:src|href)="(/web/assets/[^"]+)"', page)
    assert assets, "the web client names no asset"
    for asset in assets:
        assert browser.open(url + asset).read(), asset
    print("the pages work")


if __name__ == "__main__":
    main(*sys.argv[1:])
