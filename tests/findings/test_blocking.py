"""A blocked test names the finding that blocks it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.findings.blocking import RULES, blocking
from conformance.vocabulary.verdicts import Verdict

from .samples import Sent, a_test, book, rule, status

if TYPE_CHECKING:
    from conformance.record.model import Role, TestLine


def blocked(*steps: Sent, role: Role = "given") -> TestLine:
    """Return a blocked test of these set-up steps."""
    test = a_test(*steps, verdict=Verdict.BLOCKED)
    exchanges = tuple(replace(one, role=role) for one in test.exchanges)
    return replace(test, exchanges=exchanges)


@pytest.mark.parametrize(
    ("operation", "got", "named"),
    [
        ("CreateMultipartUpload", 500, "life.create-returns-id/server-error"),
        ("UploadPart", 403, "part.etag/refused"),
        ("PutObject", 403, "PutObject/refused"),
    ],
)
def test_a_failed_set_up_step_names_its_own_rule(operation: str, got: int, named: str) -> None:
    """The rule of the operation, not of the test; an operation without one stands for itself."""
    step = Sent(operation, status=got, checks=status("200", str(got)))
    known = book(rule("life.create-returns-id"), rule("part.etag"), rule("part.rule"))
    assert blocking(blocked(step), known) == named


def test_an_empty_answer_to_a_set_up_step_is_named_as_what_it_lacks() -> None:
    """A part without an ETag is missing something, and was not refused."""
    step = Sent("UploadPart", checks={"ETag": ("present", "absent", False)})
    assert blocking(blocked(step), book(rule("part.etag"))) == "part.etag/missing"


def test_what_no_set_up_step_blocks_names_nothing() -> None:
    """Neither a failed test, nor one whose bucket could not be had."""
    step = Sent("UploadPart", status=403, checks=status("200", "403"))
    assert blocking(a_test(step), book()) == ""
    assert blocking(blocked(), book()) == ""
    assert blocking(blocked(step, role="set-up"), book()) == ""


def test_every_rule_that_is_named_is_in_the_catalogue() -> None:
    """A rule that nobody has would lead nowhere."""
    assert set(RULES.values()) <= load().rules.keys()
