"""Sentences about failed checks: what the server did, and what it must do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.engine.check_sentences import sentence
from conformance.engine.step_results import AnswerKind, Check
from conformance.vocabulary.verdicts import CheckVerdict

if TYPE_CHECKING:
    from conformance.catalog.model import Strength


def a_check(
    field: str, got: str, expected: str, said: str = "", strength: Strength = "must"
) -> Check:
    """Return a failed check of the step UploadPart."""
    return Check(
        step="UploadPart",
        strength=strength,
        field=field,
        verdict=CheckVerdict.FAIL if strength == "must" else CheckVerdict.WARN,
        expected=expected,
        got=got,
        answer=AnswerKind(operation="UploadPart", said=said),
    )


CODE = a_check("code", "absent", '"InvalidArgument"')


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (
            [a_check("status", "200", "400"), CODE],
            "accepted (200); must be rejected with 400 InvalidArgument",
        ),
        (
            [a_check("status", "404", "400", "404 NoSuchUpload"), CODE],
            "rejected with 404 NoSuchUpload; must be rejected with 400 InvalidArgument",
        ),
        ([a_check("status", "500", "404")], "failed with 500; must be rejected with 404"),
        (
            [a_check("status", "403", "200", "403 AccessDenied", "should")],
            "rejected with 403 AccessDenied; should succeed with 200",
        ),
        ([a_check("status", "200", "204")], "answered 200; must answer 204"),
        (
            [a_check("headers.x-amz-version-id.absent", '"null"', "absent")],
            'header x-amz-version-id is "null"; must not be sent',
        ),
        (
            [a_check("root", "<ListPartsResponse>, not <ListPartsResult>", "the documented root")],
            "root element is <ListPartsResponse>; must be <ListPartsResult>",
        ),
        (
            [a_check("UploadId.present", "absent", "present")],
            "UploadId is missing; must be present",
        ),
        ([a_check("status.not", "200", "not same as 200")], "status is 200; must not be the same"),
        (
            [a_check("Location.contains", '"a"', 'contains "b"')],
            'Location is "a"; must contain "b"',
        ),
        ([a_check("Parts.length", "2", "length 1")], "Parts is 2; must have length 1"),
    ],
)
def test_a_sentence_says_what_was_done_and_what_is_due(checks: list[Check], words: str) -> None:
    """Each kind of check has words of its own, after the name of its step."""
    assert sentence(checks) == f"UploadPart: {words}"


def test_a_step_that_did_not_run_has_no_expectation() -> None:
    """It only says why it was not run."""
    assert sentence([a_check("run", "not run: $etag has no value", "the step is run")]) == (
        "UploadPart was not run: $etag has no value"
    )
