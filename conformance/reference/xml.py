"""Answers as XML, escaped and dated as Amazon S3 does it."""

from __future__ import annotations

import re
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import quote_plus

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

Node: TypeAlias = "tuple[str, str | Sequence[Node]]"
"""An element: its name, and its text or its children."""

NAMESPACE: Final = "http://s3.amazonaws.com/doc/2006-03-01/"
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
CONTENT_TYPE: Final = ("Content-Type", "application/xml")

LITERAL: Final = '"'
"""How a quote stands in the results of Complete and of copies (MS-082)."""
_NAMED: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
_SPECIAL: Final = re.compile('[&<>"\x00-\x1f\x7f]')


def escape(text: str) -> str:
    """Escape text for an element: quotes as ``&quot;`` (LP-019), control characters by number.

    A control character below U+0020 makes a document that XML 1.0 does not allow; S3 sends it so
    anyway, which is what ``encoding-type=url`` is for.
    """
    return _SPECIAL.sub(lambda m: _NAMED.get(m[0]) or f"&#x{ord(m[0]):x};", text)


def document(
    root: str,
    children: Sequence[Node],
    *,
    namespace: bool = True,
    lead: str = "",
    quotes: str = _NAMED['"'],
) -> bytes:
    """Return a whole document in UTF-8; empty elements are written with both tags (XML-006).

    ``lead`` follows the declaration; ``quotes`` is how a quote within a text is written.
    """
    start = f'<{root} xmlns="{NAMESPACE}">' if namespace else f"<{root}>"
    pieces = [DECLARATION, lead, start]
    _write(children, pieces, quotes)
    pieces.append(f"</{root}>")
    return "".join(pieces).encode()


def _write(nodes: Sequence[Node], pieces: list[str], quotes: str) -> None:
    for name, content in nodes:
        pieces.append(f"<{name}>")
        if isinstance(content, str):
            pieces.append(escape(content).replace(_NAMED['"'], quotes))
        else:
            _write(content, pieces, quotes)
        pieces.append(f"</{name}>")


def optional(*nodes: tuple[str, str | None]) -> list[Node]:
    """Return the elements that have a text."""
    return [(name, text) for name, text in nodes if text is not None]


def quoted(etag: str) -> str:
    """Return the ETag in its double quotes."""
    return f'"{etag}"'


def boolean(value: bool) -> str:
    """Return ``true`` or ``false``."""
    return "true" if value else "false"


def iso8601(moment: datetime) -> str:
    """Return UTC with milliseconds, as ``LastModified`` and ``Initiated`` have it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def http_date(moment: datetime) -> str:
    """Return the form of the Last-Modified header; ``moment`` is UTC."""
    return format_datetime(moment, usegmt=True)


def url_encoded(text: str) -> str:
    """Encode a key for ``encoding-type=url``: space is ``+``, the slash stays (LMU-013)."""
    return quote_plus(text, safe="/*", encoding="utf-8", errors="surrogateescape")
