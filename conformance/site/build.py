"""Writes the site into a folder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.report.files import write_whole
from conformance.site.data import documents
from conformance.site.page import LARGEST, own_file
from conformance.site.pages import pages
from conformance.vocabulary.errors import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.site.survey import Survey

OWN_FILES: Final = ("site.css", "search.js")


class SiteError(ConformanceError, RuntimeError):
    """The site can't be made of these records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What was written."""

    pages: int
    """HTML files."""
    bytes: int
    """Of all files together."""
    largest: str
    """The address of the largest page."""
    largest_bytes: int


def files(survey: Survey) -> Iterator[tuple[str, str]]:
    """Yield the address of each file of the site, from its root, with its text."""
    for name in OWN_FILES:
        yield name, own_file(name)
    yield from documents(survey)
    yield from pages(survey)


def build(survey: Survey, folder: Path) -> Built:
    """Write all files; the folder is made, and nothing in it is removed.

    Raises `SiteError` for a page that is larger than `LARGEST`, OSError where a file can't be
    written.
    """
    sizes: dict[str, int] = {}
    for address, text in files(survey):
        size = len(text.encode())
        if address.endswith(".html") and size > LARGEST:
            raise SiteError(f"{address} has {size:,} bytes, and no page may have over {LARGEST:,}")
        write_whole(folder / address, text)
        sizes[address] = size
    of_pages = {address: size for address, size in sizes.items() if address.endswith(".html")}
    largest = max(of_pages, key=lambda address: of_pages[address])
    return Built(
        pages=len(of_pages),
        bytes=sum(sizes.values()),
        largest=largest,
        largest_bytes=of_pages[largest],
    )
