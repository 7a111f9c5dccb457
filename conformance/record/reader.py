"""Reads a record back, also one that was cut short."""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, Final

from conformance.catalog.history.tables import table_of
from conformance.record.baseline_line import BaselineLine
from conformance.record.catalog_line import CatalogLine
from conformance.record.errors import RecordError
from conformance.record.lines import load as load_today
from conformance.record.model import (
    SCHEMA_VERSION,
    CapabilityLine,
    EndLine,
    Line,
    ProblemLine,
    Record,
    RetriedLine,
    RunLine,
    TestLine,
)
from conformance.record.version1 import load_version1

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LARGEST: Final = 1 << 30
"""Bytes to which a gzipped record may unpack."""
_GZIP: Final = b"\x1f\x8b"
CUT_SHORT = "the record was cut short in the middle of its last line"


def read(path: Path) -> Record:
    """Return the record at ``path``, gzipped or not; of schema 1 as if it were of today's.

    A last line that was cut in the middle is left out and noted as a problem. RecordError for a
    file that can't be opened, that does not begin with a ``run`` line, that is of a newer schema,
    or that has any other broken line.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(len(_GZIP)) == _GZIP
            file.seek(0)
            data = _unpacked(path, file) if packed else file.read()
    except OSError as error:
        raise RecordError(path, 0, f"the record can't be read: {error.strerror}") from error
    return _with_digests(_assemble(path, _lines(path, data)))


def _with_digests(record: Record) -> Record:
    """Return a record that is older than digests with those of its catalogue, if they are kept."""
    table = table_of(record.run.catalog_digest)
    if table is None or any(test.expects for test in record.tests):
        return record
    tests = tuple(
        replace(test, expects=str(table.expected.get(test.id) or "")) for test in record.tests
    )
    return replace(record, tests=tests)


def _unpacked(path: Path, file: BinaryIO) -> bytes:
    """Unpack as much as a record may hold: published ones come from strangers."""
    try:
        data = gzip.GzipFile(fileobj=file).read(LARGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise RecordError(path, 0, f"the record can't be unpacked: {error}") from error
    if len(data) > LARGEST:
        raise RecordError(path, 0, f"the record unpacks to more than {LARGEST:,} bytes")
    return data


def _lines(path: Path, data: bytes) -> Iterator[tuple[int, Line]]:
    *whole, rest = data.split(b"\n")
    load = load_version1 if _schema(path, (whole or [rest])[0]) == 1 else load_today
    for number, text in enumerate(whole, start=1):
        try:
            yield number, load(text)
        except ValueError as error:
            raise RecordError(path, number, f"this is not a line of a record: {error}") from None
    if not rest:
        return
    try:
        yield len(whole) + 1, load(rest)
    except ValueError:
        if whole:
            yield len(whole) + 1, ProblemLine(text=CUT_SHORT)
        else:
            raise RecordError(path, 1, "the record was cut short in its first line") from None


def _schema(path: Path, first: bytes) -> int:
    """Return the schema of a record by its first line, today's where that can't be read."""
    try:
        tree = json.loads(first)
    except (ValueError, RecursionError):
        return SCHEMA_VERSION
    schema = tree.get("schema") if isinstance(tree, dict) else None
    if not isinstance(schema, int) or tree.get("type") != "run":
        return SCHEMA_VERSION
    if schema > SCHEMA_VERSION:
        raise RecordError(
            path, 1, f"written by a newer suite (schema {schema}, known {SCHEMA_VERSION})"
        )
    return schema


def _assemble(path: Path, lines: Iterator[tuple[int, Line]]) -> Record:
    run = _first(path, next(lines, None))
    rest = list(lines)
    tests = tuple(line for _, line in rest if isinstance(line, TestLine))
    _refuse_repeats(path, tests)
    again = {line.test.id: line.test for _, line in rest if isinstance(line, RetriedLine)}
    tests = tuple(again.get(test.id, test) for test in tests)
    catalogs = [(number, line) for number, line in rest if isinstance(line, CatalogLine)]
    ends = [(number, line) for number, line in rest if isinstance(line, EndLine)]
    runs = [(number, line) for number, line in rest if isinstance(line, RunLine)]
    baselines = [(number, line) for number, line in rest if isinstance(line, BaselineLine)]
    second = [*runs, *catalogs[1:], *baselines[1:], *ends[1:]]
    if second:
        raise RecordError(path, min(number for number, _ in second), "a second line of its type")
    return Record(
        run=run,
        catalog=catalogs[0][1] if catalogs else CatalogLine(rules=(), sources=()),
        capabilities=tuple(line for _, line in rest if isinstance(line, CapabilityLine)),
        tests=tests,
        problems=tuple(line for _, line in rest if isinstance(line, ProblemLine)),
        end=ends[0][1] if ends else None,
        baseline=baselines[0][1] if baselines else None,
    )


def _first(path: Path, first: tuple[int, Line] | None) -> RunLine:
    if first is None:
        raise RecordError(path, 0, "the record is empty")
    run = first[1]
    if not isinstance(run, RunLine):
        raise RecordError(path, 1, f"the first line is of type {run.type}, not run")
    return run


def _refuse_repeats(path: Path, tests: tuple[TestLine, ...]) -> None:
    seen: set[str] = set()
    for test in tests:
        if test.id in seen:
            raise RecordError(path, 0, f"two test lines have the id {test.id}")
        seen.add(test.id)
