"""One page of keys, with those behind a delimiter rolled up; shared by all lists of keys."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from conformance.reference.xml import url_encoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

BAD_TOKEN: Final = "The continuation token provided is incorrect"  # noqa: S105 - a message


def key_order(key: str) -> bytes:
    """Return what keys are sorted by: their UTF-8 bytes (LMU-003)."""
    return key.encode("utf-8", "surrogateescape")


@dataclass(slots=True)
class Page(Generic[T]):
    """What one answer lists; ``entries`` holds items and rolled-up prefixes as they come."""

    items: list[T] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last_item: T | None = None
    """The last entry, when that is an item."""
    last_prefix: str | None = None
    """The last entry, when that is a rolled-up prefix."""
    truncated: bool = False

    @property
    def count(self) -> int:
        """Items and rolled-up prefixes together: each counts as one (LMU-010)."""
        return len(self.items) + len(self.prefixes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which keys a request asks for."""

    prefix: str = ""
    delimiter: str = ""
    after: str = ""
    """Keys rolled up to a prefix that begins this key were on an earlier page (LMU-012)."""
    limit: int = 1000

    def rolled_up(self, key: str) -> str | None:
        """Return the common prefix that stands for ``key``, or None if it stands for itself."""
        if not self.delimiter:
            return None
        end = key.find(self.delimiter, len(self.prefix))
        return None if end < 0 else key[: end + len(self.delimiter)]


def take(entries: Iterable[tuple[str, T]], window: Window) -> Page[T]:
    """Return the first page of ``entries``, which come in order and behind the marker.

    A limit of 0 gives an empty page that is not truncated (LMU-016).
    """
    page: Page[T] = Page()
    if window.limit == 0:
        return page
    for key, item in entries:
        if not key.startswith(window.prefix):
            continue
        common = window.rolled_up(key)
        if common is not None and (common == page.last_prefix or window.after.startswith(common)):
            continue
        if page.count == window.limit:
            page.truncated = True
            break
        if common is None:
            page.items.append(item)
            page.last_item, page.last_prefix = item, None
        else:
            page.prefixes.append(common)
            page.last_item, page.last_prefix = None, common
    return page


def encoder(url: bool) -> Callable[[str], str]:
    """Return how an answer writes keys, prefixes, delimiters and markers."""
    return url_encoded if url else str
