"""The report in the Common Test Report Format (CTRF), which CI dashboards read."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final

import orjson

from conformance.baseline.suite_words import as_text
from conformance.report.rerun import rerun
from conformance.report.summary import beyond_tests, by_test, findings_of, summarize
from conformance.report.visible import one_line, relative, shorten, visible
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.verdicts import NOT_RUN, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record, TestLine

SPEC_VERSION: Final = "1.0.0"
_TRACE_LIMIT: Final = 8000
_STATUSES: Final[Mapping[Verdict, str]] = {
    Verdict.PASS: "passed",
    Verdict.VARIANT: "passed",
    Verdict.WARN: "passed",
    Verdict.DISPUTED: "passed",
    Verdict.FAIL: "failed",
    Verdict.XPASS: "failed",
    Verdict.ERROR: "failed",
    Verdict.BLOCKED: "failed",
    Verdict.FLAKY: "other",
    Verdict.XFAIL: "other",
    Verdict.SKIP: "skipped",
    Verdict.UNSUPPORTED: "skipped",
}


def render(record: Record, found: Sequence[Finding] | None = None) -> str:
    """Return the JSON document.

    The verdict itself is ``rawStatus``. Selected tests that never ended are ``pending``. What
    differs from the baseline and no test shows is a test of its own, so that each failure is
    counted once. A run that was cut short, or in which nothing was tested, has one more test,
    ``run``, which has failed: the document can't look green.
    """
    tests = [*_tests(record, findings_of(record) if found is None else found)]
    counts = Counter(str(test["status"]) for test in tests)
    start = _milliseconds(record.run.started)
    stop = _milliseconds(record.end.ended) if record.end else start
    run = record.run
    document = {
        "reportFormat": "CTRF",
        "specVersion": SPEC_VERSION,
        "generatedBy": f"s3-conformance {run.suite_version}",
        "results": {
            "tool": {"name": "s3-conformance", "version": run.suite_version},
            "summary": {
                "tests": len(tests),
                **{
                    status: counts[status]
                    for status in ("passed", "failed", "skipped", "pending", "other")
                },
                "start": start,
                "stop": stop,
            },
            "tests": tests,
            "environment": {
                "appName": _clean(run.target),
                "appVersion": _clean(run.server),
                "extra": {
                    "endpoint": _clean(run.endpoint_url),
                    "catalogDigest": _clean(run.catalog_digest),
                    **_suite_changes(record),
                },
            },
        },
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"


def _suite_changes(record: Record) -> dict[str, str]:
    suite = record.baseline.suite if record.baseline is not None else None
    return {"suiteChanges": _clean(as_text(suite), _TRACE_LIMIT)} if suite is not None else {}


def _tests(record: Record, found: Sequence[Finding]) -> Iterator[dict[str, object]]:
    shown = by_test(found)
    for test in record.tests:
        yield _test(test, record, shown.get(test.id, ()))
    summary = summarize(record, found)
    for name in summary.not_run:
        yield {
            "name": _clean(name) or "unnamed",
            "status": "pending",
            "rawStatus": NOT_RUN,
            "duration": 0,
            "message": "the run ended before this test did",
        }
    for one in beyond_tests(record):
        yield {
            "name": _clean(f"{one.kind} {one.id}"),
            "status": "failed",
            "rawStatus": one.kind,
            "duration": 0,
            "suite": ["baseline"],
            "message": _clean(one.text),
            "trace": _clean(one.mend, _TRACE_LIMIT),
        }
    complaint = summary.warning or ("" if summary.judged else summary.sentence)
    if complaint:
        yield {"name": "run", "status": "failed", "duration": 0, "message": _clean(complaint)}


def _test(test: TestLine, record: Record, found: Sequence[Finding]) -> dict[str, object]:
    strict = record.run.strict and test.verdict.fails_when_strict
    scenario = test.id.partition("[")[0]
    made: dict[str, object] = {
        "name": _clean(test.id) or "unnamed",
        "status": "failed" if strict else _STATUSES[test.verdict],
        "rawStatus": test.verdict,
        "duration": round(test.seconds * 1000),
        "suite": [_clean(part) for part in scenario.split("/")[:-1]] or ["scenarios"],
        "tags": [test.level, test.impact, *(_clean(rule) for rule in test.rules)],
        "filePath": _clean(relative(test.file)),
        "line": test.line,
    }
    if test.retries:
        made |= {"retries": len(test.retries), "flaky": test.verdict is Verdict.FLAKY}
    extra: dict[str, object] = {
        "rules": [_clean(rule) for rule in test.rules],
        "level": test.level,
        "impact": test.impact,
    }
    if found:
        extra["findings"] = [{"id": one.id, "title": _clean(one.title)} for one in found]
    made["extra"] = extra
    if test.verdict != "PASS":
        made["message"] = _clean(test.said)
        lines = [
            f"{check.verdict} {check.id}: expected {check.expected}, got {check.got}"
            for check in test.checks
            if check.verdict not in {"PASS", "OBSERVED"}
        ]
        lines.append(rerun(test.id, record.run))
        if test.verdict is Verdict.FAIL:
            lines.append(contest_line(test.id))
        made["trace"] = _clean("\n".join(lines), _TRACE_LIMIT)
    return made


def _milliseconds(utc: str) -> int:
    try:
        return round(datetime.fromisoformat(utc).timestamp() * 1000)
    except ValueError:
        return 0


def _clean(text: str, limit: int = 1000) -> str:
    return one_line(text, limit) if "\n" not in text else shorten(visible(text), limit)
