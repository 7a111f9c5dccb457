"""Records made by hand: small ones with everything in them, and big ones."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from conformance.record.catalog_line import CatalogLine, RuleText, SourceText
from conformance.record.model import (
    CapabilityLine,
    CheckLine,
    EndLine,
    ProblemLine,
    Record,
    RecordedBody,
    RecordedExchange,
    RecordedMessage,
    RunLine,
    TestLine,
)
from conformance.record.options import RecordedOptions
from conformance.targets.options import TargetChoice
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping


ENDPOINT = "http://127.0.0.1:9000"
AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260102/eu-west-1/s3/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=<redacted:9f2c1d3e>"
)
HOSTILE = (
    "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}"
    "\u202e\x1b[31m\x00"
)


def text_body(text: str, *, size: int | None = None) -> RecordedBody:
    """Return a body of UTF-8 text; a greater ``size`` means that only its start was kept."""
    data = text.encode()
    return RecordedBody(
        size=size or len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        truncated=size is not None,
    )


def binary_body(data: bytes, *, keep: int = 16 * 1024) -> RecordedBody:
    """Return a body of which at most ``keep`` bytes were kept."""
    return RecordedBody(
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        base64=base64.b64encode(data[:keep]).decode(),
        truncated=len(data) > keep,
    )


NO_BODY = RecordedBody(size=0, sha256=hashlib.sha256(b"").hexdigest())


def exchange(  # one argument for each thing that tests vary
    start_line: str = "POST /bucket/key?uploads HTTP/1.1",
    *,
    headers: tuple[tuple[str, str], ...] = (),
    body: RecordedBody = NO_BODY,
    status: str = "200 OK",
    answer_headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/xml"),),
    answer: RecordedBody = NO_BODY,
    signed: bool = True,
    **fields: Any,  # noqa: ANN401 - any field of RecordedExchange
) -> RecordedExchange:
    """Return an exchange with the endpoint; ``status`` empty means that no answer came."""
    own = [("Host", "127.0.0.1:9000")]
    if signed:
        own += [("X-Amz-Date", "20260102T030405Z"), ("x-amz-content-sha256", body.sha256)]
        own += [("Authorization", AUTHORIZATION)]
    method, target, _ = start_line.split(" ")
    if body.size or method in {"PUT", "POST"}:
        own.append(("Content-Length", str(body.size)))
    response = RecordedMessage(start_line=f"HTTP/1.1 {status}", headers=answer_headers, body=answer)
    values: dict[str, Any] = {
        "step": "CreateMultipartUpload",
        "role": "step",
        "operation": "CreateMultipartUpload",
        "identity": "main" if signed else "anonymous",
        "url": f"{ENDPOINT}{target}",
        "request": RecordedMessage(start_line=start_line, headers=(*own, *headers), body=body),
        "response": response if status else None,
        "started": "2026-01-02T03:04:05.678Z",
        "milliseconds": 3.25,
    }
    return RecordedExchange(**(values | fields))


def check(verdict: str = "PASS", **fields: Any) -> CheckLine:  # noqa: ANN401 - any field
    """Return a check of a status."""
    values: dict[str, Any] = {
        "id": "UploadPart.must.status",
        "verdict": CheckVerdict(verdict),
        "expected": "400",
        "got": "400" if verdict == "PASS" else "200",
        "exchange": 0,
    }
    return CheckLine(**(values | fields))


def a_test(
    id_: str = "upload-part/number[zero]",
    verdict: Verdict = Verdict.PASS,
    **fields: Any,  # noqa: ANN401 - any field of TestLine
) -> TestLine:
    """Return a test with one check and one exchange."""
    values: dict[str, Any] = {
        "id": id_,
        "scenario": id_.partition("[")[0],
        "title": "Part numbers begin with 1",
        "why": "a part under another number is lost when the upload is completed",
        "sentences": (
            "1. CreateMultipartUpload begins an upload.",
            "2. UploadPart must answer 400.",
        ),
        "rules": ("part.number-range",),
        "sources": ("UP-003",),
        "needs": (),
        "operations": ("UploadPart",),
        "level": "MUST",
        "impact": "interop",
        "file": "specs/scenarios/parts/numbers.yaml",
        "line": 12,
        "verdict": Verdict(verdict),
        "reason": "" if verdict == "PASS" else "UploadPart answered 200 instead of 400",
        "cause": "" if verdict == "PASS" else "UploadPart status: expected 400, got 200",
        "checks": (check("FAIL" if verdict == "FAIL" else "PASS"),),
        "exchanges": (exchange(),),
        "started": "2026-01-02T03:04:05Z",
        "seconds": 0.031,
    }
    return TestLine(**(values | fields))


def run_line(**fields: Any) -> RunLine:  # noqa: ANN401 - any field of RunLine
    """Return how a run against a local moto was begun."""
    values: dict[str, Any] = {
        "suite_version": "0.1.0",
        "catalog_digest": "c0ffee" * 10,
        "target": "moto",
        "endpoint_url": ENDPOINT,
        "region": "eu-west-1",
        "addressing": "path",
        "server": "Werkzeug/3.1 Python/3.11",
        "command": ("s3-conformance", "run", "--target", "moto", "-n", "2", "--out", "reports/x"),
        "options": RecordedOptions(target=TargetChoice(target="moto"), out="reports/x"),
        "started": "2026-01-02T03:04:00.000Z",
        "selected": (),
        "seeds": ("", "a", "b", "big", "c", "framing", "sse-c"),
    }
    return RunLine(**(values | fields))


CATALOG = CatalogLine(
    rules=(
        RuleText(
            id="part.number-range",
            statement="A part number is a whole number from 1 to 10,000.",
            level="MUST",
            impact="interop",
            sources=("UP-001", "UP-002"),
        ),
    ),
    sources=(
        SourceText(
            id="UP-001",
            grade="recorded",
            date="2025-11-02",
            text="UploadPart with partNumber=0 answers 400 InvalidArgument",
            where="https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html",
        ),
        SourceText(
            id="UP-002", grade="documented", date="", text="Part numbers end at 10000", where="N0"
        ),
        SourceText(
            id="UP-003", grade="inferred", date="2024", text="See also", where="javascript:alert(1)"
        ),
    ),
)


def record(
    *tests: TestLine,
    end: EndLine | str | None = "whole",
    run: Mapping[str, Any] | None = None,
    capabilities: tuple[CapabilityLine, ...] = (),
    problems: tuple[ProblemLine, ...] = (),
    catalog: CatalogLine = CATALOG,
) -> Record:
    """Return a record of these tests; by default of a whole run that selected just them."""
    ended = EndLine(exit_code=0, ended="2026-01-02T03:04:30Z", seconds=30.5, requests=1234)
    return Record(
        run=run_line(**({"selected": tuple(test.id for test in tests)} | dict(run or {}))),
        catalog=catalog,
        capabilities=capabilities,
        tests=tests,
        problems=problems,
        end=ended if isinstance(end, str) else end,
    )
