"""The document for dashboards: every verdict has its status, and half a run is not green."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.report import badge, ctrf
from conformance.vocabulary.verdicts import Verdict

from .samples import HOSTILE, a_test, check, record

if TYPE_CHECKING:
    from conformance.record.model import Record

KEYS = {
    "name", "status", "rawStatus", "duration", "suite", "tags", "filePath", "line", "message",
    "trace", "extra",
}  # fmt: skip
"""The format knows these, and forbids keys that it does not know."""
STATUSES = ("passed", "failed", "skipped", "pending", "other")


def document(made: Record) -> dict[str, Any]:
    """Render and read a document, and hold it to what the format asks of every one."""
    read: dict[str, Any] = json.loads(ctrf.render(made))
    assert (read["reportFormat"], read["specVersion"]) == ("CTRF", "1.0.0")
    results = read["results"]
    assert results["tool"]["name"] == "s3-conformance"
    summary, tests = results["summary"], results["tests"]
    assert summary["tests"] == len(tests) == sum(summary[status] for status in STATUSES)
    for test in tests:
        assert test["name"]
        assert set(test) <= KEYS
        assert test["status"] in STATUSES
        assert isinstance(test["duration"], int)
    assert isinstance(summary["start"], int)
    assert summary["stop"] >= summary["start"] > 0
    return results  # type: ignore[no-any-return]  # a part of what was read


def test_every_verdict_has_its_status() -> None:
    """What fails a run has failed, what was not tested was skipped, the verdict itself is kept."""
    verdicts = tuple(Verdict)
    results = document(record(*(a_test(f"t/{name}", name) for name in verdicts)))
    statuses = {test["rawStatus"]: test["status"] for test in results["tests"]}
    assert {name for name in verdicts if statuses[name] == "failed"} == {
        "FAIL", "ERROR", "BLOCKED", "XPASS",
    }  # fmt: skip
    assert {name for name in verdicts if statuses[name] == "skipped"} == {"SKIP", "UNSUPPORTED"}
    assert statuses["XFAIL"] == "other"
    strict = document(
        record(a_test("t/w", Verdict.WARN), a_test("t/v", Verdict.VARIANT), run={"strict": True})
    )
    assert strict["summary"]["failed"] == 2


@pytest.mark.parametrize("how", ["cut short", "nothing judged"])
def test_what_is_not_whole_is_not_green(how: str) -> None:
    """One more test stands for the run, and has failed."""
    cut = record(a_test("t/a"), end=None, run={"selected": ("t/a", "t/b")})
    results = document(cut if how == "cut short" else record(a_test("t/a", Verdict.SKIP)))
    assert results["tests"][-1]["name"] == "run"
    assert results["summary"]["failed"] == 1
    assert results["summary"]["pending"] == (how == "cut short")


def test_a_failure_brings_checks_and_the_command() -> None:
    """Place, message, what was expected, and how to run it again; nothing invisible."""
    made = record(
        a_test("a/b[c]", Verdict.FAIL, reason=HOSTILE, checks=(check(Verdict.FAIL), check()))
    )
    (test,) = document(made)["tests"]
    assert test["suite"] == ["a"]
    assert test["trace"].splitlines()[0] == ("FAIL UploadPart.must.status: expected 400, got 200")
    assert "s3-conformance run --select 'a/b[c]'" in test["trace"]
    assert "\u202e" not in test["message"]


def test_the_badge_counts_and_does_not_grade() -> None:
    """The colour is one whatever came out, and half a run says so."""
    bad = json.loads(
        badge.render(record(a_test("a", Verdict.FAIL), a_test("b"), a_test("c", Verdict.SKIP)))
    )
    good = json.loads(badge.render(record(a_test("b"))))
    assert bad["message"] == "1 passed, 1 failed, 1 not tested"
    assert good["message"] == "1 passed"
    assert bad["color"] == good["color"]
    assert set(good) == {"schemaVersion", "label", "message", "color"}
    half = json.loads(badge.render(record(a_test("b"), end=None, run={"selected": ("b", "c")})))
    assert half["message"] == "cut short: 1 passed, 1 not tested"
    assert json.loads(badge.render(record()))["message"].endswith("no test")
