"""Byte ranges of reads and copies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.reference.domain.messages import S3Error

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request

_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_COPY_RANGE = re.compile(r"bytes=(\d+)-(\d+)", re.ASCII)
_COPY_RANGE_HEADER = "x-amz-copy-source-range"

MAX_COPY_SOURCE = 5 * 1024**3
"""Bytes that one copy can take (UPC-033)."""


def parse_range(value: str | None, size: int) -> tuple[int, int] | None:
    """Return first and last offset (inclusive) of a Range header on ``size`` bytes.

    None means the whole object: no header, one that isn't a byte range, or several ranges, which
    S3 doesn't serve. Raises InvalidRange (416) for a range that starts past the end.
    """
    match = None if value is None else _RANGE.fullmatch(value.strip())
    if value is None or match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    if not first:
        length = _number(last)
        if length == 0 or size == 0:
            raise _unsatisfiable(value, size)
        return max(0, size - length), size - 1
    if last and _number(last) < _number(first):
        return None
    if _number(first) >= size:
        raise _unsatisfiable(value, size)
    return _number(first), min(_number(last), size - 1) if last else size - 1


def parse_copy_source_range(request: Request) -> tuple[int, int] | None:
    """Return first and last offset of x-amz-copy-source-range, None without the header.

    Raises InvalidArgument for any form but bytes=first-last (UPC-004..UPC-013).
    """
    value = request.headers.get(_COPY_RANGE_HEADER)
    if value is None:
        return None
    match = _COPY_RANGE.fullmatch(value)
    if match is None or _number(match[2]) < _number(match[1]):
        raise _argument(
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
            "and last are the zero-based offsets of the first and last bytes to copy",
            value,
        )
    return _number(match[1]), _number(match[2])


def check_copy_range(request: Request, span: tuple[int, int] | None, size: int) -> tuple[int, int]:
    """Return offset and length to copy from a source of ``size`` bytes.

    Raises InvalidArgument for an end beyond the source (UPC-014), InvalidRequest for a start
    beyond it (UPC-015) and for more than 5 GiB at once (UPC-033). Small sources take ranges too
    (UPC-003).
    """
    first, length = (0, size) if span is None else (span[0], span[1] - span[0] + 1)
    if span is not None and first >= size:
        text = "The specified copy range is invalid for the source object size"
        raise S3Error(400, "InvalidRequest", text)
    if span is not None and span[1] >= size:
        raise _argument(
            f"Range specified is not valid for source object of size: {size}",
            request.headers.get(_COPY_RANGE_HEADER) or "",
        )
    if length > MAX_COPY_SOURCE:
        raise S3Error(
            400,
            "InvalidRequest",
            "The specified copy source is larger than the maximum allowable size for a copy "
            f"source: {MAX_COPY_SOURCE}",
        )
    return first, length


def _number(digits: str) -> int:
    """Return the number, cut to what still is beyond every object (hostile lengths are cheap)."""
    return int(digits.lstrip("0")[:20] or "0")


def _unsatisfiable(value: str, size: int) -> S3Error:
    return S3Error(
        416,
        "InvalidRange",
        "The requested range is not satisfiable",
        (("RangeRequested", value), ("ActualObjectSize", str(size))),
    )


def _argument(message: str, value: str) -> S3Error:
    fields = (("ArgumentName", _COPY_RANGE_HEADER), ("ArgumentValue", value))
    return S3Error(400, "InvalidArgument", message, fields)
