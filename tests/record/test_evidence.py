"""Amazon's answers as sources that the catalogue reads, and contradictions that name ours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from baseline.baseline_samples import of, one_test

from conformance.catalog import yaml12
from conformance.catalog.facts import Facts, read_sources
from conformance.catalog.problems import Problems
from conformance.record.catalog_line import CatalogLine, RuleText, SourceText
from conformance.record.evidence import (
    contradictions_text,
    evidence,
    sources_yaml,
)
from conformance.record.model import Record, RecordedBody, RecordedExchange, RecordedMessage
from conformance.targets.amazon import is_amazon
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from conformance.record import model

MESSAGE = 'Part number must be an integer between 1 and 10000: "inclusive" & more'
ESCAPED = MESSAGE.replace("&", "&amp;")
ERROR = f"<Error><Code>InvalidArgument</Code><Message>{ESCAPED}</Message></Error>"


def exchange(status: str, text: str = "", role: str = "step") -> RecordedExchange:
    """Return an exchange of UploadPart."""
    body = RecordedBody(size=len(text), text=text)
    return RecordedExchange(
        step="UploadPart", role=role, operation="UploadPart", identity="main", url="u",  # type: ignore[arg-type]  # one of its words
        request=RecordedMessage(start_line="PUT / HTTP/1.1", headers=(), body=RecordedBody(size=0)),
        response=RecordedMessage(start_line=f"HTTP/1.1 {status}", headers=(), body=body),
        started="2026-11-21T01:02:03.004Z", milliseconds=1.0,
    )  # fmt: skip


def amazon(*tests: model.TestLine) -> Record:
    """Return a record of Amazon S3 with a rule and two weak sources."""
    made = of(*tests)
    source = SourceText(id="UP-1", grade="inferred", date="", text="400 InvalidArgument", where="w")
    rule = RuleText(id="r", statement="s", level="MUST", impact="interop", sources=("UP-1",))
    run = replace(made.run, endpoint_url="https://s3.eu-west-1.amazonaws.com", region="eu-west-1")
    other = replace(source, id="UP-2")
    return replace(made, run=run, catalog=CatalogLine(rules=(rule,), sources=(source, other)))


def test_recordings_are_a_source_file_that_the_catalogue_reads() -> None:
    """Status, code and message as they came, dated, with test, step and place."""
    lines = one_test("a/b[zero]", Verdict.PASS)
    set_up = exchange("200 OK", role="given")
    refused = exchange("400 Bad Request", ERROR)
    made = amazon(replace(lines, exchanges=(set_up, refused, exchange("200 OK"))))
    found = evidence(made)
    text = sources_yaml(found, made)
    problems, facts = Problems(), Facts()
    root = yaml12.read("evidence.yaml", text, problems)
    assert root is not None
    read_sources(root, facts, problems)
    assert problems.sorted() == ()
    first, second = facts.sources.values()
    assert (first.grade, first.date, first.status) == ("recorded", "2026-11-21", 400)
    assert (first.operation, first.code, first.message) == (
        "UploadPart", "InvalidArgument", MESSAGE,
    )  # fmt: skip
    assert first.condition == "t: UploadPart"
    assert "eu-west-1" in first.where
    assert "test a/b[zero], step UploadPart" in first.where
    assert (second.status, second.code) == (200, "")


def test_a_contradiction_names_the_sources_that_are_in_doubt() -> None:
    """Those of the test's rules; what held elsewhere is not called borne out then."""
    failed = one_test("a/b", Verdict.FAIL, status=CheckVerdict.FAIL)
    held = one_test("a/c", Verdict.PASS)
    found = evidence(amazon(failed, held))
    ((one),) = found.contradictions
    assert (one.test.id, one.check.id) == ("a/b", "s.must.status")
    assert [source.id for source in one.sources] == ["UP-1"]
    assert found.confirmed == ()
    text = contradictions_text(found, amazon(failed, held))
    assert "## `a/b`" in text
    assert "    expected  400\n    recorded  200" in text
    assert "UP-1 (inferred" in text


def test_weak_sources_whose_tests_hold_are_borne_out() -> None:
    """Only those that a test stands on."""
    assert [one.id for one in evidence(amazon(one_test("a/c", Verdict.PASS))).confirmed] == ["UP-1"]


@pytest.mark.parametrize("verdict", [Verdict.SKIP, Verdict.BLOCKED, Verdict.ERROR])
def test_what_was_not_tried_contradicts_nothing(verdict: Verdict) -> None:
    """A set-up that failed on our account is no evidence on a rule."""
    line = replace(one_test("a/b", Verdict.FAIL, status=CheckVerdict.FAIL), verdict=verdict)
    assert evidence(amazon(line)).contradictions == ()


@pytest.mark.parametrize(
    ("url", "truth"),
    [
        ("https://s3.us-east-1.amazonaws.com", True),
        ("http://S3.AMAZONAWS.COM.:80/", True),
        ("https://s3.cn-north-1.amazonaws.com.cn", True),
        ("http://127.0.0.1:9000", False),
        ("https://amazonaws.com.example.org", False),
        ("https://notamazonaws.com", False),
        ("https://example.org/s3.amazonaws.com", False),
    ],
)
def test_only_amazon_is_amazon(url: str, truth: bool) -> None:
    """Evidence from anybody else would be worth nothing."""
    assert is_amazon(url) is truth
    if not truth:
        with pytest.raises(ValueError, match="Amazon S3 alone"):
            evidence(replace(of(), run=replace(of().run, endpoint_url=url)))
