"""Decompresses documents, if the client's request allowed the endpoint to compress them.

S3 compresses nothing. A server that does, where the request has ``Accept-Encoding: gzip``, is
within HTTP (RFC 9110, 8.4 and 12.5.3), and the clients that ask for it decode the document.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_GZIP: Final = 16 + zlib.MAX_WBITS


def document_of(
    body: bytes,
    asked: Iterable[tuple[str, str]],
    answered: Iterable[tuple[str, str]],
    *,
    most: int,
) -> bytes:
    """Return a document without the gzip that was asked for; as it is in every other case.

    ``asked`` and ``answered`` are the headers of request and answer, ``most`` is the largest
    document in bytes: one that grows beyond it, or is no whole gzip, stays as it came.
    """
    if (
        not body
        or "gzip" not in _said(asked, "accept-encoding")
        or _said(answered, "content-encoding") != {"gzip"}
    ):
        return body
    reader = zlib.decompressobj(wbits=_GZIP)
    try:
        document = reader.decompress(body, most)
    except zlib.error:
        return body
    return document if reader.eof and not reader.unused_data else body


def _said(headers: Iterable[tuple[str, str]], name: str) -> set[str]:
    """Return the codings of a header, in lower case and without their weights."""
    values = ",".join([value for key, value in headers if key.lower() == name])
    if not values:
        return set()
    return {one.partition(";")[0].strip().lower() for one in values.split(",")} - {""}
