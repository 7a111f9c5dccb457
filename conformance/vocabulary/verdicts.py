"""What a test or a check can come to, with all that follows from it: one definition for every room.

The order of the members is the order of reports: what needs attention first, what was not run last.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, Self

Kind = Literal["bad", "untested", "doubtful", "unrun", "good"]
"""Families of verdicts: they share a colour and a symbol's shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Traits:
    symbol: str
    kind: Kind
    meaning: str
    fails: bool = False
    fails_when_strict: bool = False
    tested: bool = False
    quiet: bool = False


class Verdict(StrEnum):
    """The verdict of a test. Each is a string too, as it is in a record."""

    FAIL = (
        "FAIL",
        _Traits(
            symbol="✗", kind="bad", meaning="a documented rule is broken", fails=True, tested=True
        ),
    )
    XPASS = (
        "XPASS",
        _Traits(
            symbol="✗",
            kind="bad",
            meaning="passes although the baseline expects a failure",
            fails=True,
            tested=True,
        ),
    )
    ERROR = (
        "ERROR",
        _Traits(
            symbol="!",
            kind="untested",
            meaning="the connection or this tool failed; this says nothing about the endpoint",
            fails=True,
        ),
    )
    BLOCKED = (
        "BLOCKED",
        _Traits(
            symbol="⊘",
            kind="untested",
            meaning="a set-up step failed, so the rule could not be tested",
            fails=True,
        ),
    )
    FLAKY = (
        "FLAKY",
        _Traits(
            symbol="~",
            kind="doubtful",
            meaning="not the same result twice when it was run again",
            tested=True,
        ),
    )
    WARN = (
        "WARN",
        _Traits(
            symbol="△",
            kind="doubtful",
            meaning="a recommendation is not followed",
            fails_when_strict=True,
            tested=True,
        ),
    )
    DISPUTED = (
        "DISPUTED",
        _Traits(
            symbol="?",
            kind="doubtful",
            meaning="the sources contradict each other; shown, never a failure",
            tested=True,
        ),
    )
    XFAIL = (
        "XFAIL",
        _Traits(
            symbol="≈",
            kind="doubtful",
            meaning="fails as the baseline expects",
            tested=True,
            quiet=True,
        ),
    )
    VARIANT = (
        "VARIANT",
        _Traits(
            symbol="✓",
            kind="good",
            meaning="an allowed answer that differs from Amazon S3's",
            fails_when_strict=True,
            tested=True,
        ),
    )
    PASS = (
        "PASS",
        _Traits(
            symbol="✓",
            kind="good",
            meaning="every check has the documented result",
            tested=True,
            quiet=True,
        ),
    )
    UNSUPPORTED = (
        "UNSUPPORTED",
        _Traits(
            symbol="○",
            kind="unrun",
            meaning="the endpoint or its profile says that it does not offer this",
            quiet=True,
        ),
    )
    SKIP = (
        "SKIP",
        _Traits(
            symbol="○",
            kind="unrun",
            meaning="needs a capability that is neither declared nor detected",
            quiet=True,
        ),
    )

    symbol: str
    """Tells kinds apart without colour."""
    kind: Kind
    meaning: str
    """Half a sentence for legends."""
    tested: bool
    """Says something about the endpoint: the test was carried through."""
    quiet: bool
    """Is counted, and gets no line of its own on a terminal."""
    fails: bool
    """Makes a run end in 1."""
    fails_when_strict: bool

    def __new__(cls, name: str, traits: _Traits | None = None) -> Self:
        """Make a member out of its name in records and its traits."""
        if traits is None:
            raise ValueError(f"{name} is not a verdict")
        member = str.__new__(cls, name)
        member._value_ = name
        member.symbol = traits.symbol
        member.kind = traits.kind
        member.meaning = traits.meaning
        member.tested = traits.tested
        member.quiet = traits.quiet
        member.fails = traits.fails
        member.fails_when_strict = traits.fails_when_strict
        return member

    def failed(self, *, strict: bool = False) -> bool:
        """Return whether the verdict fails a run; WARN and VARIANT do so in a strict one."""
        return self.fails or (strict and self.fails_when_strict)

    def acceptable(self, *, strict: bool = False) -> bool:
        """Return whether the verdict fails a run and a baseline can accept it."""
        return self.failed(strict=strict) and self is not Verdict.XPASS

    @property
    def order(self) -> int:
        """The place in reports, from 0: what needs attention first."""
        return _ORDER[self]

    @property
    def attention(self) -> bool:
        """Whether somebody has to look at the test: it fails, or does not follow a SHOULD."""
        return self.fails or self is Verdict.WARN

    @property
    def not_run(self) -> bool:
        """Whether the test was left out, because the target does not offer what it needs."""
        return self.kind == "unrun"

    @property
    def passed(self) -> bool:
        """Whether the test was carried through and fails no run: what a green run is made of."""
        return self.tested and not self.fails


_ORDER: Final = {verdict: place for place, verdict in enumerate(Verdict)}
NOT_RUN: Final = "NOT RUN"
"""Not a verdict: a selected test that has no line in the record."""
NOT_RUN_SYMBOL: Final = "○"
NOT_RUN_MEANING: Final = "selected, but the run ended before the test did"


class CheckVerdict(StrEnum):
    """The verdict of one check."""

    PASS = "PASS"  # noqa: S105  # no password
    VARIANT = "VARIANT"
    WARN = "WARN"
    FAIL = "FAIL"
    DISPUTED = "DISPUTED"
    OBSERVED = "OBSERVED"
    """Shown without an expectation."""

    @property
    def good(self) -> bool:
        """Whether nothing is to be said against the endpoint, not even that it differs."""
        return self in {CheckVerdict.PASS, CheckVerdict.OBSERVED}

    def failed(self, *, strict: bool = False) -> bool:
        """Return whether the check fails its test."""
        return self is CheckVerdict.FAIL or (
            strict and self in {CheckVerdict.WARN, CheckVerdict.VARIANT}
        )

    @property
    def allowed(self) -> bool:
        """Whether nothing is amiss; another allowed answer is not."""
        return self.good or self is CheckVerdict.VARIANT

    @property
    def of_test(self) -> Verdict:
        """The same as the verdict of a test; what was only observed passes."""
        return _OF_TEST[self]


_OF_TEST: Final = {
    one: Verdict.PASS if one is CheckVerdict.OBSERVED else Verdict(one.value)
    for one in CheckVerdict
}
