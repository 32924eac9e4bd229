"""From the host's paper format to a page for Chromium. Pure functions, without records.

How the place of header and footer is kept free on every page: the document is one block whose
padding at the top and at the bottom is repeated on each of its page fragments
(``box-decoration-break: clone``). Rows of a surrounding table would do it as well, but Chromium
stops repeating a table's head once it is taller than a quarter of the page, which a header on
landscape A4 is. Header and footer lie in that free place: a block without page number once, fixed
(printed on every page), a block with page numbers as one copy per page, because Chromium counts
pages only in margin boxes, whose content cannot be HTML. (Header and footer in the paper's margins
are not possible: what overflows a page's area lies on the page before or after it.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any

from .chromium.page import Content
from .document import Document

# WebKit's print layout, which wkhtmltopdf uses, makes the page 1.25 × wider than the paper and
# shrinks the result. The host also passes a zoom of 96 / dpi, which the dpi themselves do not undo
# (its label sheets say 96 dpi to be exact; its own layout tests count on 90 dpi being larger).
# The host's reports are drawn for the size that results.
_SHRUNK_SCALE = 0.8
_REFERENCE_DPI = 96
_DEFAULT_MARGIN = 10.0  # mm, wkhtmltopdf's own
_A4 = (210.0, 297.0)

# These rules come after the reports' own style sheets, which give html and body a height and let
# bootstrap hide what overflows.
STYLE = """
@page { margin: 0 !important; }
html, body {
    position: static !important; height: auto !important; min-height: 0 !important;
    overflow: visible !important;
    margin: 0 !important; padding: 0 !important;
}
#kr-sheet {
    padding: var(--kr-top) var(--kr-right) var(--kr-bottom) var(--kr-left);
    -webkit-box-decoration-break: clone; box-decoration-break: clone;
}
.kr-clipped #kr-sheet { overflow-x: clip; }
#kr-sheet > .o_body_pdf, .kr-block > .o_body_pdf { overflow: visible !important; }
#kr-sheet > .container, .kr-block > .container { max-width: none; }
.kr-block {
    position: fixed; z-index: -1; left: var(--kr-left); right: var(--kr-right);
    contain: layout; break-inside: avoid;
}
.kr-framed::before { display: none !important; }
/* Ornaments may hang out of their block, but not over the paper's edge: that is another page. */
.kr-header {
    top: var(--kr-header-top);
    clip-path: inset(calc(-1 * var(--kr-header-top)) -100vw -100vh);
}
.kr-footer {
    top: calc(100% - var(--kr-bottom)); height: var(--kr-footer-height, auto);
    overflow-y: clip;
}
body > .kr-numbered { visibility: hidden; }
#kr-pages { position: absolute; top: 0; left: 0; right: 0; z-index: -1; }
#kr-pages > div { position: relative; height: 1px; break-after: page; }
#kr-pages > div:last-child { break-after: auto; }
#kr-pages .kr-block { position: absolute; z-index: auto; }
#kr-pages .kr-footer { top: calc(100vh - var(--kr-bottom)); }
thead { display: table-header-group !important; }
/* Empty places for the report editor: before a page break they would make an empty page. */
.oe_structure:empty { display: none; }
tr { break-inside: avoid; }
.kr-carry-out:not(.kr-carry-shown), .kr-carry-in:not(.kr-carry-shown) { display: none; }
"""


@dataclass(frozen=True)
class Paper:
    """A sheet of paper and where the document lies on it. Lengths in millimetres.

    :param width: as printed: for landscape the longer side
    :param header_spacing: from the header's upper edge to the content
    :param shrink: print as wkhtmltopdf does, smaller, and shrink further what is too wide
    :param dpi: the host's; fewer make everything larger
    """

    width: float = _A4[0]
    height: float = _A4[1]
    margin_top: float = _DEFAULT_MARGIN
    margin_bottom: float = _DEFAULT_MARGIN
    margin_left: float = _DEFAULT_MARGIN
    margin_right: float = _DEFAULT_MARGIN
    header_spacing: float = 0.0
    header_line: bool = False
    shrink: bool = True
    dpi: float = _REFERENCE_DPI

    @property
    def scale(self) -> float:
        """Size of a CSS length on paper."""
        return (_SHRUNK_SCALE if self.shrink else 1.0) * _REFERENCE_DPI / self.dpi

    @property
    def header_top(self) -> float:
        """From the paper's upper edge to the header."""
        return max(self.margin_top - self.header_spacing, 0.0)

    def turned(self) -> "Paper":
        """Return the same paper with its sides exchanged, as the host does for landscape."""
        return replace(self, width=self.height, height=self.width)


def with_arguments(paper: Paper, arguments: Mapping[str, Any] | None) -> Paper:
    """Return the paper changed by what the report's template says in its ``data-report-*``.

    :param arguments: the host's ``specific_paperformat_args``: texts or numbers, in mm. Beyond
        the host's: ``data-report-margin-left`` and ``-right``, and ``data-report-exact``: a
        millimetre of the style sheet is a millimetre on paper
    """
    arguments = arguments or {}
    names = {
        "data-report-margin-top": "margin_top",
        "data-report-margin-bottom": "margin_bottom",
        "data-report-margin-left": "margin_left",
        "data-report-margin-right": "margin_right",
        "data-report-header-spacing": "header_spacing",
        "data-report-dpi": "dpi",
    }
    changes = {name: length(arguments.get(key)) for key, name in names.items()}
    changes = {name: value for name, value in changes.items() if value is not None}
    if not changes.get("dpi", 0) > 0:
        changes.pop("dpi", None)
    if arguments.get("data-report-exact"):
        changes.update(dpi=_REFERENCE_DPI, shrink=False, header_line=False)
    return replace(paper, **changes)


def length(value: object) -> float | None:
    """Return a length in mm as wkhtmltopdf reads it (``30``, ``30.5``, ``30mm``, ``3cm``, ``1in``).

    :return: None when it is no length
    """
    text = str(value).strip().lower()
    for unit, factor in (("mm", 1.0), ("cm", 10.0), ("in", 25.4), ("", 1.0)):
        if text.endswith(unit):
            try:
                return float(text.removesuffix(unit)) * factor
            except ValueError:
                return None
    return None


def content(document: Document, paper: Paper, title: str) -> Content:
    """Return the document as the kept page takes it.

    :param title: the PDF's title
    """
    lines = " kr-line" if paper.header_line else ""
    blocks = (
        _block("header", document.header, document.header_numbered, lines),
        _block("footer", document.footer, document.footer_numbered),
        f'<div id="kr-sheet">{document.body}</div>',
    )
    return Content(
        title=title,
        lang=document.lang,
        direction=document.direction,
        html="".join(blocks),
        page_width=paper.width,
        page_height=paper.height,
        top=paper.margin_top,
        bottom=paper.margin_bottom,
        left=paper.margin_left,
        right=paper.margin_right,
        header_top=paper.header_top,
        scale=paper.scale,
        shrink=paper.shrink,
        scripts=document.scripts,
    )


def _block(name: str, html: str, numbered: bool, classes: str = "") -> str:
    if not html:
        return ""
    more = " kr-numbered" if numbered else ""
    return f'<div id="kr-{name}" class="kr-block kr-{name}{more}{classes}">{html}</div>'


def head(document: Document, base_url: str) -> str:
    """Return the content of the kept page's head.

    :param base_url: against which the document's links are resolved
    """
    base = f'<base href="{escape(base_url)}"/>' if base_url else ""
    return f'<meta charset="utf-8"/>{base}{document.head}<style>{STYLE}</style>'
