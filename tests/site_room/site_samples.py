"""Records made by hand and a small catalogue, from which small sites are built."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.catalog.load import load
from conformance.catalog.selections import Feature, Selections, Workload
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.catalog_line import CatalogLine, RuleText, SourceText
from conformance.record.model import (
    CapabilityLine,
    CheckLine,
    EndLine,
    Record,
    RecordedBody,
    RecordedExchange,
    RecordedMessage,
    RunLine,
    TestLine,
)
from conformance.site.observe import observe
from conformance.site.survey import survey
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog
    from conformance.site.model import ServerRun
    from conformance.site.survey import Survey

SPECS = Path(__file__).parents[1] / "catalog" / "specs"
HOSTILE = (
    "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{7*7}}"
    "javascript:alert(3)\u202e\x1b[31m\x00"
)


def small_catalog() -> Catalog:
    """Return the small catalogue of the catalogue's own tests, with one feature and workload."""
    catalog = load(specs=SPECS)
    test = catalog.tests[0]
    feature = Feature(
        id="uploads",
        title="Uploads",
        about="Uploads of objects.",
        group="Basics",
        capabilities=(),
        select=(test.scenario.id,),
    )
    capability = Feature(
        id="sse-c",
        title="Customer keys",
        about="Keys of the client.",
        group="Encryption",
        capabilities=("sse-c",),
        select=(),
    )
    workload = Workload(
        id="backup",
        title="Backup",
        about="Backups that are read again.",
        needs=("sse-c",),
        select=(test.scenario.id,),
    )
    chosen = Selections(
        features=(feature, capability), workloads=(workload,), servers={"moto": "emulator"}
    )
    first, *_ = catalog.sources.values()
    coded = replace(first, code="InvalidPart", notes="The answer has x-amz-checksum-sha256.")
    return replace(catalog, selections=chosen, sources={**catalog.sources, first.id: coded})


def exchange(text: str = "plain", *, status: str = "200 OK", step: str = "UploadPart") -> Any:  # noqa: ANN401 - a RecordedExchange
    """Return an exchange in which a text stands wherever one may."""
    body = RecordedBody(size=len(text.encode()), sha256="0" * 64, text=text)
    return RecordedExchange(
        step=step,
        role="step",
        operation=text,
        identity="main",
        url="http://127.0.0.1:9000/b/k",
        request=RecordedMessage(
            start_line="PUT /b/k?partNumber=1 HTTP/1.1", headers=((text, text),), body=body
        ),
        response=RecordedMessage(
            start_line=f"HTTP/1.1 {status}", headers=((text, text),), body=body
        ),
        started="2026-11-22T00:00:00.000Z",
        milliseconds=1.0,
    )


def line(name: str, verdict: Verdict, text: str = "plain", **fields: Any) -> TestLine:  # noqa: ANN401 - any field
    """Return a test line with one check."""
    failed = verdict in {Verdict.FAIL, Verdict.WARN}
    check = CheckLine(
        id="UploadPart.must.status",
        verdict=CheckVerdict(verdict.value) if failed else CheckVerdict.PASS,
        expected=f"400 {text}",
        got=f"200 {text}",
        exchange=0,
    )
    values: dict[str, Any] = {
        "id": name,
        "scenario": name.partition("[")[0],
        "title": f"A title: {text}",
        "why": f"A reason: {text}",
        "sentences": (f"1. UploadPart {text}",),
        "rules": (f"part.number-range{'' if text == 'plain' else text}",),
        "sources": (f"UP-001{'' if text == 'plain' else text}",),
        "needs": (text,),
        "operations": ("UploadPart",),
        "level": "MUST",
        "impact": "data-loss",
        "file": "f.yaml",
        "line": 1,
        "verdict": verdict,
        "reason": f"UploadPart answered 200: {text}" if verdict is not Verdict.PASS else "",
        "cause": f"UploadPart status {text}" if failed else "",
        "checks": (check,),
        "exchanges": (exchange(text),),
        "started": "2026-11-22T00:00:00.000Z",
        "seconds": 0.1,
    }
    return TestLine(**(values | fields))


def capability(
    name: str = "sse-c",
    *,
    probed: Any = "yes",  # noqa: ANN401 - one of the words
    claimed: Any = "unsaid",  # noqa: ANN401 - likewise
    reason: str = "",
    exchanges: tuple[RecordedExchange, ...] = (),
) -> CapabilityLine:
    """Return what a run found of a capability."""
    return CapabilityLine(
        name=name,
        about="keys",
        claimed=claimed,
        probed=probed,
        reason=reason,
        exchanges=exchanges,
    )


def record(
    *tests: TestLine,
    target: str = "moto",
    server: str = "moto 5",
    started: str = "2026-11-22T00:00:00.000Z",
    capabilities: tuple[CapabilityLine, ...] = (),
    text: str = "plain",
    **run: Any,  # noqa: ANN401 - any field of RunLine
) -> Record:
    """Return a whole record of these tests."""
    extra = "" if text == "plain" else text
    values: dict[str, Any] = {
        "suite_version": f"0.1{extra}",
        "catalog_digest": f"c0ffee{extra}",
        "target": target,
        "endpoint_url": "http://127.0.0.1:9000",
        "region": f"us-east-1{extra}",
        "addressing": f"path{extra}",
        "server": server,
        "command": ("s3-conformance", "run"),
        "started": started,
        "selected": tuple(test.id for test in tests),
    }
    rule = RuleText(
        id=f"part.number-range{extra}",
        statement=f"A part number must be from 1 to 10,000. {extra}",
        level="MUST",
        impact="data-loss",
        sources=(f"UP-001{extra}", "UP-not-there"),
    )
    source = SourceText(
        id=f"UP-001{extra}",
        grade="recorded",
        date=f"2025{extra}",
        text=f"UploadPart answers 400 {extra}",
        where=extra or "https://example.com/page",
        url="javascript:alert(1)" if extra else "",
        witnesses=(extra,) if extra else (),
    )
    return Record(
        run=RunLine(**(values | run)),
        catalog=CatalogLine(rules=(rule,), sources=(source,)),
        capabilities=capabilities,
        tests=tests,
        problems=(),
        end=EndLine(exit_code=1, ended="2026-11-22T00:01:00Z", seconds=60.0),
    )


def observed(one: Record) -> ServerRun:
    """Return a record as the site keeps it, with the findings of the record alone."""
    return observe(one, findings(one, book_of(one, None)))


def surveyed(catalog: Catalog, *records: Record) -> Survey:
    """Return what the pages of these records show."""
    return survey(catalog, [observed(one) for one in records])


def hostile_record(name: str) -> Record:
    """Return a record with hostile text in every field that an endpoint or a stranger can fill."""
    failed = exchange(HOSTILE)
    return record(
        line(f"{name}{HOSTILE}", Verdict.FAIL, HOSTILE),
        line(f"other/{HOSTILE}", Verdict.BLOCKED, HOSTILE),
        line(name, Verdict.FAIL, HOSTILE),
        target=f"evil{HOSTILE}",
        server=HOSTILE,
        text=HOSTILE,
        started=f"2026-11-23{HOSTILE}",
        capabilities=(
            capability(HOSTILE, probed="no", reason=HOSTILE, exchanges=(failed,)),
            capability("sse-c", probed="no", claimed="no", reason=HOSTILE),
        ),
    )
