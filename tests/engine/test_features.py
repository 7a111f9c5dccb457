"""Scenarios with `ignored`: a feature is honoured or refused, or it fails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.engine.runner import run_test

from .fakes import FakeSender, make_context, make_test, ok, refusal, step

if TYPE_CHECKING:
    from conformance.wire.model import Answer

FEATURE = (
    step("CreateMultipartUpload", must={"status": 200}),
    step("GetObject", must={"status": 400}),
)


@pytest.mark.parametrize(
    ("answers", "verdict"),
    [
        ({"GetObject": refusal(400, "InvalidRequest")}, "PASS"),
        ({"CreateMultipartUpload": refusal(501, "NotImplemented")}, "PASS"),
        ({"CreateMultipartUpload": refusal(400, "InvalidArgument")}, "PASS"),
        ({}, "FAIL"),
        ({"CreateMultipartUpload": refusal(503, "SlowDown")}, "BLOCKED"),
    ],
)
def test_a_feature_is_honoured_or_refused(answers: dict[str, Answer], verdict: str) -> None:
    """What is accepted without effect fails, what is refused passes, no answer is neither."""
    made = make_test(*FEATURE)
    test = replace(made, scenario=replace(made.scenario, ignored="sse-c"))
    line = run_test(test, make_context(FakeSender(dict(answers))))
    assert line.verdict == verdict
    failed = [check.id for check in line.checks if check.verdict == "FAIL"]
    assert bool(failed) == (verdict == "FAIL")


def test_a_recommendation_says_nothing_of_a_feature() -> None:
    """A step that breaks a SHOULD alone neither ends the story nor fails it."""
    first = step("CreateMultipartUpload", must={"status": 200}, should={"Bucket": "another"})
    made = make_test(first, step("GetObject", must={"status": 400}))
    test = replace(made, scenario=replace(made.scenario, ignored="sse-c"))
    refused = {"GetObject": refusal(400, "InvalidRequest")}
    assert run_test(test, make_context(FakeSender(refused))).verdict == "PASS"
    ignored = run_test(test, make_context(FakeSender()))
    assert ignored.verdict == "FAIL"
    assert ignored.reason.startswith("accepted, and without effect: GetObject")


def test_a_feature_that_the_profile_says_to_be_ignored_is_disputed() -> None:
    """It is shown with the reason, and never fails."""
    made = make_test(*FEATURE)
    test = replace(made, scenario=replace(made.scenario, ignored="sse-c"))
    line = run_test(test, make_context(FakeSender(), ignores={"sse-c": "a test double"}))
    assert line.verdict == "DISPUTED"
    assert line.reason == "ignored, as the profile says: a test double"


@pytest.mark.parametrize(
    ("problem", "body", "read", "verdict"),
    [
        ("the body is empty", b"", ok(), "FAIL"),
        ("the body is empty", b"", refusal(400, "InvalidRequest"), "BLOCKED"),
        ("no XML", b"<html>", ok(), "BLOCKED"),
    ],
    ids=["shown", "not shown", "page"],
)
def test_what_follows_an_unreadable_success_shows_whether_a_feature_is_ignored(
    problem: str, body: bytes, read: Answer, verdict: str
) -> None:
    """A server that takes a copy for a part answers nothing; a page of a proxy says nothing."""
    made = make_test(*FEATURE)
    test = replace(made, scenario=replace(made.scenario, ignored="copy"))
    unreadable = replace(ok(body=body), problem=problem)
    answers = {"CreateMultipartUpload": unreadable, "GetObject": read}
    line = run_test(test, make_context(FakeSender(answers)))
    assert line.verdict == verdict
