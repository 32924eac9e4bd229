"""Pages of several documents in one."""

from lxml import html


def join_pages(pages: list[bytes]) -> bytes:
    """Return one page of HTML with what stands in the main part of each.

    :param pages: each a whole page of one report
    """
    parser = html.HTMLParser(encoding="utf-8")
    first, *others = (html.document_fromstring(page, parser=parser) for page in pages)
    place = _find_main(first)
    for other in others:
        place.extend(_find_main(other))
    return html.tostring(first, encoding="utf-8", doctype="<!DOCTYPE html>")


def _find_main(page):
    found = page.find(".//main")
    return page.body if found is None else found
