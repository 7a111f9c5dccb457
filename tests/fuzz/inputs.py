"""What is fuzzed: each takes one input, and raises for nothing but a mistake of the project's."""

from __future__ import annotations

import contextlib
import itertools
import socket
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hypothesis import strategies as st

from conformance.baseline.file import parse_baseline
from conformance.catalog.drafts import read_scenarios
from conformance.catalog.expand import expand_file
from conformance.catalog.problems import Problems, SpecError
from conformance.catalog.read_catalog import read_facts
from conformance.catalog.select import SelectionError, select
from conformance.catalog.yaml12 import read as read_yaml
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.errors import RecordError
from conformance.record.outcome import outcome
from conformance.record.reader import read as read_record
from conformance.targets.profile_file import load_profile
from conformance.vocabulary.specs_folder import specs_root
from conformance.wire.answer import AnswerReader, WireFault
from conformance.wire.model import Limits
from conformance.wire.parse import ROOTS, parse

from .mutations import bytes_like, texts_like

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.facts import Facts
    from conformance.catalog.model import Catalog

_HERE: Final = Path(__file__).parents[1]
_LIMITS: Final = Limits(answer_seconds=0.2, whole_seconds=0.5, document_bytes=65536)


@cache
def _facts() -> Facts:
    return read_facts(specs_root(), Problems())


@cache
def _catalog() -> Catalog:
    from conformance.catalog.load import load  # noqa: PLC0415  # takes seconds

    return load()


def scenario(text: str) -> None:
    """Read a file of scenarios and expand its tests."""
    problems = Problems()
    node = read_yaml("fuzzed.yaml", text, problems)
    draft = read_scenarios(node, problems) if node is not None else None
    if draft is not None:
        for _ in expand_file(draft, _facts(), problems):
            pass
    problems.sorted()


def profile(text: str) -> None:
    """Read a profile, and make its endpoint."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "profile.yaml"
        path.write_text(text, "utf-8", "replace")
        with contextlib.suppress(SpecError):
            found = load_profile(path, _facts().capabilities)
            with contextlib.suppress(ValueError):
                found.endpoint()


def baseline(text: str) -> None:
    """Read a baseline."""
    with contextlib.suppress(SpecError):
        parse_baseline("fuzzed.yaml", text)


def record(data: bytes) -> None:
    """Read a record, and conclude from it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.jsonl"
        path.write_bytes(data)
        with contextlib.suppress(RecordError):
            found = read_record(path)
            outcome(found)
            findings(found, book_of(found, None))


def selection(text: str) -> None:
    """Read an expression of ``--select``."""
    with contextlib.suppress(SelectionError):
        select(_catalog(), (text,))


def answer(data: bytes) -> None:
    """Read the bytes of an answer off a socket that is closed behind them, and parse it."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall(data[:60_000])
        theirs.shutdown(socket.SHUT_WR)
        reader = AnswerReader(ours, _LIMITS, head=False)
        with contextlib.suppress(WireFault):
            raw = reader.read()
            parse("ListParts", "GET", raw.status, raw.headers, raw.body)


def document(data: bytes) -> None:
    """Parse a document as an answer to each operation that has one."""
    for operation, status in itertools.product(ROOTS, (200, 400)):
        parse(operation, "GET", status, (("x-amz-a", "b"),), data)


@cache
def _texts(*patterns: str) -> tuple[str, ...]:
    root = specs_root()
    paths = sorted(path for pattern in patterns for path in root.glob(pattern))
    return tuple(path.read_text("utf-8") for path in paths)


BASELINE = """\
format: 1
target: minio
entries:
  - tests: [complete/etag*, "abort/**"]
    allow: FAIL
    reason: known since 2026
    until: 2027-01-31
  - checks: ["list-parts/shape#ListParts.must.Parts"]
    allow: [FAIL, WARN]
    reason: a list
"""
ANSWERS = (
    (
        b'HTTP/1.1 200 OK\r\nContent-Length: 38\r\nETag: "a"\r\n\r\n'
        b"<ListPartsResult><Key>k</Key></ListPar"
    ),
    (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"5\r\n<a>b<\r\n3\r\n/a>\r\n0\r\nX: y\r\n\r\n"
    ),
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 Not Found\r\n\r\n<Error><Code>A</Code></Error>",
    b"HTTP/1.0 204 No Content\r\nConnection: close\r\n\r\n",
)
DOCUMENTS = (
    (
        b'<?xml version="1.0" encoding="UTF-8"?><ListPartsResult xmlns="http://s3/"><Bucket>b</Bucket>'
        b"<PartNumberMarker>1</PartNumberMarker><IsTruncated>true</IsTruncated><Part><PartNumber>1"
        b"</PartNumber><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>5</Size></Part>"
        b"</ListPartsResult>"
    ),
    b"<Error><Code>NoSuchUpload</Code><Message>m</Message><UploadId>u</UploadId></Error>",
    (
        b"<ListMultipartUploadsResult><Upload><Key>k</Key><Initiated>x</Initiated><Owner><ID>1</ID>"
        b"</Owner></Upload><CommonPrefixes><Prefix>p</Prefix></CommonPrefixes>"
        b"</ListMultipartUploadsResult>"
    ),
)
EXPRESSIONS = (
    "complete/** and not (level:must or rule:list-parts.order)",
    "test:abort/repeated or source:ABT-*",
)


def _record_seed() -> tuple[bytes, ...]:
    return ((_HERE / "fuzz" / "record.jsonl").read_bytes(),)


INPUTS: dict[str, tuple[Callable[..., None], Callable[[], st.SearchStrategy[object]]]] = {
    "scenario": (scenario, lambda: texts_like(_texts("scenarios/*/*.yaml", "scenarios/*.yaml"))),
    "profile": (profile, lambda: texts_like(_texts("targets/*.yaml"))),
    "baseline": (baseline, lambda: texts_like((BASELINE,))),
    "record": (record, lambda: bytes_like(_record_seed())),
    "selection": (selection, lambda: texts_like(EXPRESSIONS) | st.text(max_size=60)),
    "answer": (answer, lambda: bytes_like(ANSWERS) | st.binary(max_size=200)),
    "document": (document, lambda: bytes_like(DOCUMENTS) | st.binary(max_size=200)),
}
"""What to call, and what makes its input."""
