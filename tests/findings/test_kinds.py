"""Each kind of deviation, from the checks of one step."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from conformance.findings.failures import failures
from conformance.findings.kinds import kind_of
from conformance.findings.model import Kind
from conformance.vocabulary.verdicts import Verdict

from .samples import Sent, a_test, refusal, status

STEPS = {
    "accepted": Sent(status=200, checks=refusal("400", "200", "BadDigest")),
    "refused": Sent(status=403, checks=status("200", "403")),
    "wrong-error": Sent(status=400, checks=refusal("400", "400", "BadDigest", "InvalidPart")),
    "server-error": Sent(status=500, checks=refusal("404", "500", "NoSuchUpload")),
    "no-answer": Sent(status=0, checks=status("200", "no answer")),
    "lost": Sent("GetObject", status=404, checks=status("200", "404")),
    "wrong-bytes": Sent(
        "GetObject", checks={"Body.bytes_of": ("100 bytes, SHA-256 a…", "9 bytes", False)}
    ),
    "missing": Sent("ListParts", checks={"Parts[0].ETag.present": ("present", "absent", False)}),
    "wrong-value": Sent("ListParts", checks={"MaxParts": ("1000", "1001", False)}),
    "unreadable": Sent(
        "ListParts", checks={"answer": ("a readable answer", "LastModified is not a date", False)}
    ),
    "wording": Sent(
        status=400,
        checks={"status": ("400", "400", True), "message": ('"a"', '"b"', False)},
    ),
}


@pytest.mark.parametrize("kind", STEPS)
def test_each_kind_is_told_from_the_step(kind: Kind) -> None:
    """What was wanted and what came decide."""
    (failure,) = failures(a_test(STEPS[kind]), Verdict.FAIL)
    assert kind_of(failure) == kind


def test_only_ignored_is_not_told_from_one_step() -> None:
    """That nothing came of a request shows in more than its own answer."""
    assert set(get_args(Kind)) - set(STEPS) == {"ignored"}


def test_a_501_is_a_refusal_and_no_breakdown() -> None:
    """A server that says that it has no such thing has not broken down."""
    (failure,) = failures(a_test(Sent(status=501, checks=status("200", "501"))), Verdict.FAIL)
    assert kind_of(failure) == "refused"


def test_an_empty_success_is_accepted_where_a_rejection_must_come() -> None:
    """That the answer holds nothing is the lesser matter."""
    checks = refusal("404", "204", "NoSuchUpload")
    checks["answer"] = ("a readable answer", "the body is empty", False)
    (failure,) = failures(a_test(Sent("ListParts", status=204, checks=checks)), Verdict.FAIL)
    assert kind_of(failure) == "accepted"


def test_an_error_without_a_readable_document_is_unreadable() -> None:
    """The status is right, and nobody can tell which error it is."""
    sent = Sent("ListParts", status=404, checks=refusal("404", "404", "NoSuchUpload"))
    test = a_test(sent)
    noted = [
        check if not check.id.endswith("code") else replace(check, note="the body is not XML")
        for check in test.checks
    ]
    (failure,) = failures(a_test(sent, checks=tuple(noted)), Verdict.FAIL)
    assert kind_of(failure) == "unreadable"
