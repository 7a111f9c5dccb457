"""Answers that were lost in a row: of all requests, and of those that write."""

from __future__ import annotations

from conformance.wire.lost import LostRow
from conformance.wire.model import Answer, Exchange, Request


def exchange(method: str, *, lost: bool) -> Exchange:
    """Return an exchange with or without an answer."""
    return Exchange(
        operation="Any",
        identity="main",
        request=Request(method=method, target="/", url="", headers=(), body=b"", payload=b""),
        answer=None if lost else Answer(status=200, reason="", headers=(), body=b""),
        fault="timeout" if lost else None,
    )


def test_an_answer_ends_the_row() -> None:
    """Any answer does for a row of all, an answer to a write for both."""
    row = LostRow()
    for _ in range(3):
        row.note(exchange("PUT", lost=True))
    assert row.length == 3
    row.note(exchange("GET", lost=False))
    assert row.length == 3  # what writes is still not answered
    row.note(exchange("POST", lost=False))
    assert row.length == 0


def test_reads_count_alone() -> None:
    """Reads that are lost make a row, which a read ends."""
    row = LostRow()
    for _ in range(5):
        row.note(exchange("HEAD", lost=True))
    assert row.length == 5
    row.note(exchange("GET", lost=False))
    assert row.length == 0
    row.note(exchange("PUT", lost=True))
    row.clear()
    assert row.length == 0
