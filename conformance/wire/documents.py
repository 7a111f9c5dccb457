"""Writes the document that completes an upload, in the form of a client."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.vocabulary.dialects import Document

_OPERATION: Final = "CompleteMultipartUpload"
_ELEMENT: Final = re.compile(r"\{(\w+|\*)\}")
_ALL: Final = "*"
_CHECKSUM: Final = "Checksum"
"""Stands for the one element whose name begins so, or for all that do."""


def completion(document: Document, operation: str, members: Mapping[str, object]) -> bytes | None:
    """Return the document that names the parts of ``MultipartUpload`` in the client's form.

    None for every other operation, and where the members hold no list of parts: the serialiser's
    own document goes out then.
    """
    upload = members.get("MultipartUpload")
    parts = upload.get("Parts") if isinstance(upload, Mapping) else None
    if operation != _OPERATION or not isinstance(parts, list | tuple):
        return None
    pieces = [document.start]
    for part in parts:
        if isinstance(part, Mapping):
            pieces += _part(document, part)
    pieces.append(document.end)
    return "".join(pieces).encode()


def _part(document: Document, part: Mapping[str, object]) -> Iterator[str]:
    for piece in document.part:
        found = _ELEMENT.search(piece)
        if found is None:
            yield piece
            continue
        for name in _names(found[1], part):
            text = _text(name, part[name], document.quote)
            yield piece.replace(found[0], f"<{name}>{text}</{name}>")


def _names(element: str, part: Mapping[str, object]) -> list[str]:
    """Return the members that a piece stands for: the one of that name, or several."""
    if element == _ALL:
        return [name for name, value in part.items() if value is not None]
    if element == _CHECKSUM:
        return [name for name in part if name.startswith(_CHECKSUM) and part[name] is not None]
    return [element] if part.get(element) is not None else []


def _text(name: str, value: object, quote: str) -> str:
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace('"', quote) if name == "ETag" else text
