"""Tests of a record made by hand: steps with what was wanted and what came."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.findings.model import RuleBook, RuleFacts
from conformance.record.catalog_line import CatalogLine
from conformance.record.model import (
    CheckLine,
    EndLine,
    Record,
    RecordedBody,
    RecordedExchange,
    RecordedMessage,
    RunLine,
    TestLine,
)
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

ENDPOINT = "http://127.0.0.1:9000"
BEGUN = "<R><UploadId>one</UploadId></R>"


@dataclass(frozen=True)
class Sent:
    """One step with its exchange and its checks as ``field: (expected, got, held)``."""

    operation: str = "UploadPart"
    status: int = 200
    checks: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    query: str = "uploadId=one&partNumber=1"
    key: str = "key"
    body: str = ""
    name: str = ""
    headers: tuple[tuple[str, str], ...] = (("Authorization", "x"),)
    identity: str = "main"
    strength: str = "must"


def begun() -> Sent:
    """Return the request that begins the upload ``one``."""
    return Sent("CreateMultipartUpload", query="uploads", body=BEGUN)


def status(wanted: str, got: str) -> dict[str, tuple[str, str, bool]]:
    """Return the check of a status."""
    return {"status": (wanted, got, wanted == got)}


def refusal(wanted: str, got: str, code: str, came: str = "") -> dict[str, tuple[str, str, bool]]:
    """Return the checks of a step that must be refused with a status and a code."""
    shown = f'"{came}"' if came else "absent"
    return {
        "status": (wanted, got, wanted == got),
        "code": (f'"{code}"', shown, code == came),
    }


def exchange(sent: Sent) -> RecordedExchange:
    """Return the exchange of a step; a status of 0 means that no answer came."""
    start = f"HTTP/1.1 {sent.status} Whatever"
    answer = RecordedMessage(
        start_line=start, headers=(), body=RecordedBody(size=len(sent.body), text=sent.body)
    )
    return RecordedExchange(
        step=sent.name or sent.operation,
        role="step",
        operation=sent.operation,
        identity=sent.identity,
        url=f"{ENDPOINT}/bucket/{sent.key}?{sent.query}",
        request=RecordedMessage(start_line="", headers=sent.headers, body=RecordedBody(size=0)),
        response=answer if sent.status else None,
        started="",
        milliseconds=1,
    )


def a_test(
    *steps: Sent,
    id_: str = "upload-part/something",
    rules: tuple[str, ...] = ("part.rule",),
    verdict: Verdict = Verdict.FAIL,
    **fields: Any,  # noqa: ANN401 - any field of TestLine
) -> TestLine:
    """Return a test of these steps."""
    bad = CheckVerdict.WARN if verdict is Verdict.WARN else CheckVerdict.FAIL
    values: dict[str, Any] = {
        "id": id_,
        "scenario": id_.partition("[")[0],
        "title": "",
        "why": "",
        "sentences": (),
        "rules": rules,
        "sources": ("UP-001",),
        "needs": (),
        "operations": ("UploadPart",),
        "level": "MUST",
        "impact": "data-loss",
        "file": "",
        "line": 1,
        "verdict": verdict,
        "reason": "",
        "checks": tuple(
            CheckLine(
                id=f"{sent.name or sent.operation}.{sent.strength}.{path}",
                verdict=CheckVerdict.PASS if held else bad,
                expected=wanted,
                got=got,
                exchange=position,
            )
            for position, sent in enumerate(steps)
            for path, (wanted, got, held) in sent.checks.items()
        ),
        "exchanges": tuple(map(exchange, steps)),
        "started": "",
        "seconds": 0.1,
    }
    return TestLine(**(values | fields))


def passing(test: TestLine) -> TestLine:
    """Return a test as it would be if all of its checks had held."""
    return a_test(id_=test.id, rules=test.rules, verdict=Verdict.PASS)


def record(*tests: TestLine) -> Record:
    """Return the record of a run that had these tests."""
    return Record(
        run=RunLine(
            suite_version="1",
            catalog_digest="",
            target="some-server",
            endpoint_url=ENDPOINT,
            region="us-east-1",
            addressing="path",
            command=("run", "--endpoint-url", ENDPOINT),
            started="2026-01-02T03:04:00.000Z",
            selected=tuple(test.id for test in tests),
        ),
        catalog=CatalogLine(rules=(), sources=()),
        capabilities=(),
        tests=tests,
        problems=(),
        end=EndLine(exit_code=1, ended="", seconds=1.0),
    )


def book(*rules: RuleFacts, of: Mapping[str, tuple[str, ...]] | None = None) -> RuleBook:
    """Return a book of rules in which a test's checks show those that ``of`` names."""
    known = of or {}
    return RuleBook(
        rules={rule.id: rule for rule in rules},
        rules_of=lambda test, _: known.get(test, ()),
        sources_of=lambda _test, _check: (),
        operation_of=lambda _test, check: check.partition(".")[0],
        impacts={},
        witnesses={"UP-001": ("aws", "someone")},
    )


def rule(id_: str, **fields: Any) -> RuleFacts:  # noqa: ANN401 - any field of RuleFacts
    """Return a rule that data is lost by, unless its fields say otherwise."""
    values: dict[str, Any] = {
        "id": id_,
        "statement": f"What {id_} says",
        "impact": "data-loss",
        "sources": ("UP-001",),
    }
    return RuleFacts(**(values | fields))
