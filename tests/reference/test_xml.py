"""Documents and dates as S3 writes them."""

from __future__ import annotations

from datetime import UTC, datetime

from conformance.reference import xml


def test_escaping() -> None:
    """LP-019, LMU-015: quotes and control characters."""
    assert xml.escape("<a & \"b\"> 'c' \t\x01\x7f é") == (
        "&lt;a &amp; &quot;b&quot;&gt; 'c' &#x9;&#x1;&#x7f; é"
    )
    nested = xml.document("A", [("B", [("C", "")]), ("D", "x")], namespace=False)
    assert nested == b'<?xml version="1.0" encoding="UTF-8"?>\n<A><B><C></C></B><D>x</D></A>'


def test_dates() -> None:
    """Milliseconds in documents, GMT in headers."""
    moment = datetime(2026, 1, 2, 3, 4, 5, 678_900, tzinfo=UTC)
    assert xml.iso8601(moment) == "2026-01-02T03:04:05.678Z"
    assert xml.http_date(moment) == "Fri, 02 Jan 2026 03:04:05 GMT"
