"""What a finding amounts to in a part of its tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.findings.model import Finding
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.vocabulary.impacts import Impact

FINDING = Finding(
    id="a.b/lost/GetObject",
    rule="a.b",
    kind="lost",
    operation="GetObject",
    impact="security",
    verdict=Verdict.FAIL,
    title="It must be there. GetObject lost it",
    did="lost it",
    tests=("t/a", "t/b", "t/c", "t/d"),
    sources=(),
    witnesses=None,
    target="moto",
    steps=("s",),
    impacts={"t/a": "security", "t/b": "interop", "t/c": "data-loss"},
)


@pytest.mark.parametrize(
    ("tests", "impact"),
    [
        (("t/a", "t/b"), "security"),
        (("t/b", "t/elsewhere"), "interop"),
        (("t/c",), "security"),
        (("t/d",), "security"),
        ((), "security"),
    ],
    ids=["the-worst-of-both", "the-milder-alone", "never-worse-than-all", "not-known", "none"],
)
def test_the_impact_in_some_tests_is_what_they_show(tests: tuple[str, ...], impact: Impact) -> None:
    """A cell of the site is about some tests, which may show the milder half of a defect."""
    assert FINDING.impact_in(tests) == impact
