"""The customer's side over HTTP: look, sign, be refused (issue 2, item 6; rows 3-01, 3-12, 3-14).

As a portal user who logs in, and as anybody who holds the link with its token.
"""

import base64
import http.cookiejar
import json
import re
import struct
import urllib.error
import urllib.parse
import urllib.request
import zlib
from typing import Any

import pytest
from business import make_invoice, make_order, make_quote
from calls import VALIDATED, refusal, untouched

PORTAL = "client"


def png(level: int = 0) -> str:
    """Return a drawing of one grey pixel, as base64."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes((0, level)))), (b"IEND", b""))
    image = b"\x89PNG\r\n\x1a\n"
    for kind, data in parts:
        image += struct.pack(">I", len(data)) + kind + data
        image += struct.pack(">I", zlib.crc32(kind + data))
    return base64.b64encode(image).decode()


class Browser:
    """A visitor of the portal, with his cookies."""

    def __init__(self, server: Any, login: str | None = None):
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.url, self._opener = server.url, urllib.request.build_opener(cookies)
        if login:
            self.call("/web/session/authenticate", db=server.database, login=login, password=login)

    def page(self, path: str, **query: str) -> str:
        """Return the text of a page."""
        question = f"?{urllib.parse.urlencode(query)}" if query else ""
        with self._opener.open(f"{self.url}{path}{question}", timeout=120) as answer:
            return answer.read().decode()

    def download(self, path: str) -> bytes:
        """Return the content of a file."""
        with self._opener.open(self.url + path, timeout=120) as answer:
            return answer.read()

    def post(self, path: str, **values: str) -> str:
        """Send a form; return the address where it ends."""
        data = urllib.parse.urlencode(values).encode()
        with self._opener.open(self.url + path, data, timeout=120) as answer:
            return answer.geturl()

    def call(self, path: str, **params: Any) -> Any:
        """Call a route of the portal's scripts; return its result."""
        body = json.dumps({"jsonrpc": "2.0", "params": params}).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers)
        with self._opener.open(request, timeout=120) as answer:
            result = json.load(answer)
        assert "error" not in result, result["error"]
        return result.get("result")


@pytest.fixture(scope="module")
def customer(people, masters) -> int:
    """The customer, who has an account on the portal."""
    admin = people["admin"].rpc
    (group,) = admin(
        "ir.model.data",
        "search_read",
        [("module", "=", "base"), ("name", "=", "group_portal")],
        fields=["res_id"],
    )
    values = {
        "name": "Cliente",
        "login": PORTAL,
        "password": PORTAL,
        "lang": "fr_FR",
        "group_ids": [[6, 0, [group["res_id"]]]],
    }
    user = admin("res.users", "create", values, context={"no_reset_password": True})
    partner = admin("res.users", "read", [user], ["partner_id"])[0]["partner_id"][0]
    admin("res.partner", "write", [partner], {"email": "cliente@example.com"})
    return partner


@pytest.fixture
def rpc(people) -> Any:
    """The XML-RPC client of the salesperson."""
    return people["sales"].rpc


def offer(rpc: Any, masters: Any, customer: int) -> tuple[int, str]:
    """Send a quote to sign; return its id and the token of its link."""
    quote = make_quote(
        rpc, masters, partner_id=customer, require_signature=True, require_payment=False
    )
    rpc("sale.order", "message_subscribe", [quote], [customer])
    return quote, token_of(rpc, "sale.order", quote)


def token_of(rpc: Any, model: str, document: int) -> str:
    """Return the token of the link that the customer gets."""
    method = {"sale.order": "action_preview_sale_order", "account.move": "preview_invoice"}[model]
    url = rpc(model, method, [document])["url"]
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["access_token"][0]


@pytest.mark.parametrize("login", [PORTAL, None])
def test_quote_is_seen(server, rpc, masters, customer, login) -> None:
    quote, token = offer(rpc, masters, customer)
    browser = Browser(server, login)
    page = browser.page(f"/my/orders/{quote}", **({} if login else {"access_token": token}))
    assert "Pétrin à spirale" in page
    assert "600,00" in page and "720,00" in page
    assert rpc("sale.order", "read", [quote], ["name"])[0]["name"] in page


def test_quote_of_another_is_not_seen(server, rpc, masters, customer) -> None:
    quote = make_quote(rpc, masters)
    page = Browser(server, PORTAL).page(f"/my/orders/{quote}")
    assert "Pétrin à spirale" not in page
    page = Browser(server).page(f"/my/orders/{quote}", access_token="wrong")
    assert "Pétrin à spirale" not in page


@pytest.mark.parametrize("login", [PORTAL, None])
def test_signature_validates_the_order(server, rpc, masters, customer, snapshot, login) -> None:
    """Signing numbers and freezes the order; what was signed stays what was shown."""
    quote, token = offer(rpc, masters, customer)
    names = ["amount_total", "date_order", "order_line"]
    before = rpc("sale.order", "read", [quote], names)
    answer = Browser(server, login).call(
        f"/my/orders/{quote}/accept", access_token=token, name="Mme Moreau", signature=png()
    )
    assert answer.get("force_refresh"), answer
    fields = ["state", "name", "quote_number", "signed_by", "validation_date"]
    row = rpc("sale.order", "read", [quote], fields)[0]
    assert (row["state"], row["signed_by"]) == ("sale", "Mme Moreau")
    assert row["validation_date"] and row["name"] != row["quote_number"]
    assert rpc("sale.order", "read", [quote], names) == before
    with untouched(snapshot, "sale_order", quote):
        again = Browser(server, login).call(
            f"/my/orders/{quote}/accept", access_token=token, name="M. Petit", signature=png()
        )
        assert "error" in again
        for values in ({"signature": png(255)}, {"signed_by": "M. Petit"}, {"signed_on": False}):
            found = refusal(lambda: rpc("sale.order", "write", [quote], values))  # noqa: B023
            assert found == VALIDATED


def decline(browser: Browser, order: int, token: str) -> str:
    """Press « Refuser » on the page of an order; return where it ends."""
    page = browser.page(f"/my/orders/{order}", access_token=token)
    csrf = re.search(r'csrf_token: "([^"]+)"', page)[1]
    path = f"/my/orders/{order}/decline?access_token={token}"
    return browser.post(path, csrf_token=csrf, decline_message="Trop cher")


@pytest.mark.parametrize("login", [PORTAL, None])
def test_validated_order_is_not_declined(server, rpc, masters, customer, snapshot, login) -> None:
    order = make_order(rpc, masters, partner_id=customer, require_signature=True)
    token = token_of(rpc, "sale.order", order)
    with untouched(snapshot, "sale_order", order):
        assert "cant_reject" in decline(Browser(server, login), order, token)


def test_open_quote_is_declined(server, rpc, masters, customer) -> None:
    quote, token = offer(rpc, masters, customer)
    assert "cant_reject" not in decline(Browser(server), quote, token)
    assert rpc("sale.order", "read", [quote], ["state"])[0]["state"] == "cancel"


def test_optional_lines_of_a_validated_order_stay(server, rpc, masters, customer, snapshot) -> None:
    order = make_order(rpc, masters, partner_id=customer)
    token = token_of(rpc, "sale.order", order)
    (line, _other) = rpc("sale.order", "read", [order], ["order_line"])[0]["order_line"]
    with untouched(snapshot, "sale_order", order):
        Browser(server).call(
            f"/my/orders/{order}/update_line_dict",
            line_id=line,
            access_token=token,
            input_quantity=99,
        )


@pytest.mark.parametrize("login", [PORTAL, None])
def test_invoice_is_seen(server, rpc, masters, customer, snapshot, login) -> None:
    invoice = make_invoice(rpc, masters, partner_id=customer)
    token = token_of(rpc, "account.move", invoice)
    rpc("account.move", "message_subscribe", [invoice], [customer])
    number = rpc("account.move", "read", [invoice], ["name"])[0]["name"]
    browser = Browser(server, login)
    with untouched(snapshot, "account_move", invoice):
        query = {} if login else {"access_token": token}
        page = browser.page(f"/my/invoices/{invoice}", **query)
    assert number in page and "720,00" in page
    pdf = browser.download(
        f"/my/invoices/{invoice}?access_token={token}&report_type=pdf&download=true"
    )
    assert pdf.startswith(b"%PDF")


def test_portal_user_has_no_door_of_his_own(server, rpc, masters, customer, snapshot) -> None:
    """The external API answers a customer with the host's refusal."""
    order = make_order(rpc, masters, partner_id=customer)
    browser = Browser(server, PORTAL)
    with untouched(snapshot, "sale_order", order):
        for method, arguments in (
            ("write", [{"note": "x"}]),
            ("unlink", []),
            ("action_cancel", []),
        ):
            with pytest.raises(AssertionError, match=r"AccessError|DocumentError"):
                browser.call(
                    f"/web/dataset/call_kw/sale.order/{method}",
                    model="sale.order",
                    method=method,
                    args=[[order], *arguments],
                    kwargs={},
                )
