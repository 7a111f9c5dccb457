"""What crosses from the processes that run tests to the one that keeps the record: plain data."""

from __future__ import annotations

from typing import Any

from conformance.record.model import TestLine
from conformance.record.to_json import dump
from conformance.runs.worker import EndedTest, EndedWorker

Packed = dict[str, Any]
"""Text, bytes, numbers and lists of them: what execnet, under xdist, carries, too."""


def pack_test(ended: EndedTest) -> Packed:
    """Return a test that ended as plain data."""
    return {"line": dump(ended.line), "lost": ended.lost}


def unpack_test(packed: Packed) -> EndedTest:
    """Return the test that was packed. ValueError when the line is of another type."""
    return EndedTest(_line(packed["line"]), packed["lost"])


def pack_worker(ended: EndedWorker) -> Packed:
    """Return what a worker says at its end as plain data."""
    return {
        "name": ended.name,
        "problems": list(ended.problems),
        "requests": ended.requests,
        "sent": ended.sent,
        "unfinished": [dump(line) for line in ended.unfinished],
    }


def unpack_worker(packed: Packed) -> EndedWorker:
    """Return what a worker said. ValueError when a line of it is of another type."""
    return EndedWorker(
        name=packed["name"],
        problems=tuple(packed["problems"]),
        requests=packed["requests"],
        sent=packed["sent"],
        unfinished=tuple(map(_line, packed["unfinished"])),
    )


def _line(data: bytes) -> TestLine:
    # Imported here: only the process that keeps the record needs it, and pydantic loads slowly.
    from conformance.record.lines import load  # noqa: PLC0415

    line = load(data)
    if not isinstance(line, TestLine):
        raise ValueError(f"not a test line but one of type {line.type}")  # noqa: TRY004  # bad data
    return line
