"""Finds links that lead nowhere."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urldefrag

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


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
