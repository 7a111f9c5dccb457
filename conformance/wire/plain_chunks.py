"""Joins the chunks of a body that has come whole, as documents of S3 do."""

from __future__ import annotations

import re
from typing import Final

_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_LINE_END: Final = b"\r\n"


def joined_chunks(came: bytes) -> tuple[int | None, bytes]:
    """Return how many bytes the chunks hold, and those bytes with what came behind the chunks.

    The number is None where the last chunk has not come, or where there is more than sizes and
    data: extensions of chunks, trailing headers (RFC 9112, 7.1). Then the bytes are those given.
    """
    pieces: list[bytes] = []
    length = place = 0
    while (size := _SIZE.match(came, place)) is not None:
        start, count = size.end(), int(size[1], 16)
        place = start + count + len(_LINE_END)
        if came[start + count : place] != _LINE_END:
            return None, came
        if not count:
            return length, b"".join([*pieces, came[place:]])
        pieces.append(came[start : start + count])
        length += count
    return None, came
