"""Finds links that lead nowhere, and how many clicks a page is away."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FRONT = "index.html"


def clicks(site: Mapping[str, str]) -> dict[str, int]:
    """Return how many links from the front each page is away; pages without a way are left out."""
    away = {FRONT: 0}
    last = [FRONT]
    while last:
        found = [
            normpath(join(dirname(page), unquote(urldefrag(link).url)))
            for page in last
            for link in html.document_fromstring(site[page]).xpath("//a/@href")
            if "://" not in link and not link.startswith("#")
        ]
        new = {page for page in found if page in site and page.endswith(".html")} - away.keys()
        away |= dict.fromkeys(new, away[last[0]] + 1)
        last = sorted(new)
    return away


def dead_links(site: Mapping[str, str]) -> Iterator[str]:
    """Yield ``page: link`` for each internal link to a file or place that is not there."""
    pages = {
        address: html.document_fromstring(text)
        for address, text in site.items()
        if address.endswith(".html")
    }
    ids = {address: set(root.xpath("//@id")) for address, root in pages.items()}
    for address, root in pages.items():
        for link in root.xpath("//@href | //@src"):
            if link.startswith(("https://", "http://", "data:")):
                continue
            path, fragment = urldefrag(link)
            target = normpath(join(dirname(address), unquote(path))) if path else address
            known = target in site
            if not known or (fragment and unquote(fragment) not in ids.get(target, set())):
                yield f"{address}: {link}"
