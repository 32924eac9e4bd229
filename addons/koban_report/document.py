"""The host's HTML for wkhtmltopdf, taken apart into documents. Pure functions, without records.

The host gives one whole HTML page per body, and two more with the headers and the footers of all
bodies, of which a script shows the one whose position is the body's.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from urllib.parse import urljoin, urlsplit

import lxml.html
from lxml import etree

from .chromium.page import ORIGIN

_CONTAINERS = {
    "header": "minimal_layout_report_headers",
    "footer": "minimal_layout_report_footers",
}
_NUMBERED = etree.XPath(
    ".//*[contains(concat(' ', normalize-space(@class), ' '), ' page ')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' topage ')]"
)
_ARTICLE = etree.XPath("//*[contains(concat(' ', normalize-space(@class), ' '), ' article ')]")
_SOURCES = etree.XPath(".//*[@src or @background or @srcset or @style or self::image or self::use]")
_STYLES = etree.XPath(".//style")
_XLINK = "{http://www.w3.org/1999/xlink}href"
_CSS_URL = re.compile(r"""url\(\s*(["']?)(?!data:)([^"')]+)\1\s*\)""")
_HIDDEN = {"overflow-hidden", "overflow-x-hidden"}
_serial = itertools.count(1)


@dataclass(frozen=True)
class Document:
    """One document to print. Every text is HTML.

    :param head: style sheets
    :param header: of this document; empty if it has none
    :param header_numbered: it shows page numbers
    :param model: of the record printed, as the template says; empty if it does not
    :param res_id: of that record; 0 if unknown
    :param arguments: what its article says of the paper: ``data-report-*``
    """

    head: str
    body: str
    header: str = ""
    footer: str = ""
    header_numbered: bool = False
    footer_numbered: bool = False
    lang: str = ""
    direction: str = "ltr"
    scripts: bool = False
    model: str = ""
    res_id: int = 0
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Block:
    html: str
    numbered: bool


def split(
    bodies: Iterable[str], header: str | None, footer: str | None, base_urls: list[str]
) -> Iterator[Document]:
    """Yield one document per body.

    :param header: the host's page with all headers; None or empty for none
    :param base_urls: the addresses of this server; relative ones are resolved against the first
    """
    rewrite = _rewriter(base_urls)
    headers = _blocks(header, "header", rewrite)
    footers = _blocks(footer, "footer", rewrite)
    for index, body in enumerate(bodies):
        yield _document(str(body), headers(index), footers(index), rewrite)


def _document(html: str, header: _Block, footer: _Block, rewrite: Callable[[str], str]) -> Document:
    root = _parse(html)
    body = root.find("body")
    article = next(iter(_ARTICLE(body)), None)
    attributes = {} if article is None else article.attrib
    res_id = attributes.get("data-oe-id") or ""
    _rewrite_resources(root, rewrite)
    return Document(
        head=_head(root, rewrite),
        body=_wrapped(body, _inner(body)),
        header=header.html,
        footer=footer.html,
        header_numbered=header.numbered,
        footer_numbered=footer.numbered,
        lang=(attributes.get("data-oe-lang") or "").replace("_", "-"),
        direction=body.get("dir") or "ltr",
        scripts=body.find(".//script") is not None,
        model=attributes.get("data-oe-model") or "",
        res_id=int(res_id) if res_id.isdigit() else 0,
        arguments={k: v for k, v in attributes.items() if k.startswith("data-report-")},
    )


def _blocks(html: str | None, name: str, rewrite: Callable[[str], str]) -> Callable[[int], _Block]:
    """Return the function that gives the header (or footer) of a body by its position."""
    nothing = _Block("", False)
    if not html:
        return lambda index: nothing
    root = _parse(str(html))
    body = root.find("body")
    _rewrite_resources(root, rewrite)
    container = body.find(f".//div[@id='{_CONTAINERS[name]}']")
    if container is None:
        # Not the host's collection of headers: one header, for every body.
        inner = _inner(body)
        only = _Block(_wrapped(body, inner), bool(_NUMBERED(body))) if inner.strip() else nothing
        return lambda index: only
    identity = f'<div id="{_CONTAINERS[name]}">'
    blocks = []
    for node in container:
        node.tail = None
        inner = f"{identity}{lxml.html.tostring(node, encoding='unicode')}</div>"
        blocks.append(_Block(_wrapped(body, inner), bool(_NUMBERED(node))))
    return lambda index: blocks[index] if index < len(blocks) else nothing


def _parse(html: str) -> lxml.html.HtmlElement:
    # "\n<!DOCTYPE" is what the host's template begins with; huge_tree for pictures in the text.
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=True)
    text = html.strip().encode()
    return lxml.html.document_fromstring(text, parser=parser, ensure_head_body=True)


def _inner(node: lxml.html.HtmlElement) -> str:
    """Return the HTML inside a node."""
    return escape(node.text or "") + "".join(
        lxml.html.tostring(child, encoding="unicode") for child in node
    )


def _wrapped(body: lxml.html.HtmlElement, inner: str) -> str:
    """Return the HTML in a block that takes the body's place, for the style sheets' selectors."""
    classes = " ".join(c for c in (body.get("class") or "").split() if c not in _HIDDEN)
    attributes = {"class": classes, "dir": body.get("dir"), "style": body.get("style")}
    attributes["data-report-id"] = body.get("data-report-id")
    text = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items() if value)
    return f"<div{text}>{inner}</div>"


def _head(root: lxml.html.HtmlElement, rewrite: Callable[[str], str]) -> str:
    """Return the style sheets of a page's head."""
    nodes = []
    for node in root.find("head"):
        if node.tag == "link" and "stylesheet" in (node.get("rel") or ""):
            # Not per document as images: the same style sheets are the same page.
            node.set("href", re.sub(r"/~\d+/", "/", rewrite(node.get("href") or ""), count=1))
        elif node.tag != "style":
            continue
        node.tail = None
        nodes.append(lxml.html.tostring(node, encoding="unicode"))
    return "".join(nodes)


def _rewriter(base_urls: list[str]) -> Callable[[str], str]:
    """Return the function that turns an address of this server into one the page may ask for.

    Each print has addresses of its own (``/~17/web/image/3``): the kept page must not show one
    user's picture to another, nor an old picture once it changed.
    """
    own = {urlsplit(url).netloc for url in base_urls}
    base = base_urls[0].rstrip("/") + "/"
    prefix = f"{ORIGIN}/~{next(_serial)}"

    def rewrite(url: str) -> str:
        url = url.strip()
        if url.startswith(("data:", "#", "blob:", "about:")) or not url:
            return url
        parts = urlsplit(urljoin(base, url))
        if parts.netloc not in own:
            return url
        query = f"?{parts.query}" if parts.query else ""
        fragment = f"#{parts.fragment}" if parts.fragment else ""
        return f"{prefix}{parts.path}{query}{fragment}"

    return rewrite


def _rewrite_resources(root: lxml.html.HtmlElement, rewrite: Callable[[str], str]) -> None:
    """Turn every address that the page would load; links that the reader follows stay."""

    def in_css(match: re.Match) -> str:
        return f'url("{rewrite(match[2])}")'

    for node in _SOURCES(root):
        for attribute in ("src", "background"):
            if node.get(attribute):
                node.set(attribute, rewrite(node.get(attribute)))
        if node.get("srcset"):
            del node.attrib["srcset"]  # src is the picture for paper
        if node.tag in ("image", "use"):
            for attribute in ("href", "xlink:href", _XLINK):
                if node.get(attribute):
                    node.set(attribute, rewrite(node.get(attribute)))
        if "url(" in (node.get("style") or ""):
            node.set("style", _CSS_URL.sub(in_css, node.get("style")))
    for node in _STYLES(root):
        if "url(" in (node.text or ""):
            node.text = _CSS_URL.sub(in_css, node.text)
