"""The results of the proof, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.vocabulary.verdicts import Verdict

Result = Literal["caught", "escaped", "broken", "unexercised"]
"""What happened to a fault: ``broken`` when it made the reference crash, a defect of ours."""


@dataclass(frozen=True, slots=True)
class Red:
    """One test that failed because of a fault."""

    test: str
    scenario: str
    rules: tuple[str, ...]
    verdict: Verdict
    """FAIL or WARN."""
    checks: tuple[str, ...]
    """Ids of the checks that failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultlessRun:
    """The run without faults: which tests count, their durations, what each fault can change."""

    green: frozenset[str]
    not_green: Mapping[str, str]
    """Tests that are left out, with their verdicts."""
    seconds: Mapping[str, float]
    touched: Mapping[str, frozenset[str]]
    """Fault id to the tests that it can change at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One fault, run with some tests."""

    fault: str
    tests: int
    red: tuple[Red, ...]
    crashes: tuple[str, ...]
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One fault with its result."""

    fault: str
    rules: tuple[str, ...]
    result: Result
    caught_by: tuple[Red, ...]
    """Red tests that show one of the fault's own rules."""
    green_rules: tuple[str, ...]
    """Own rules that stayed green."""
    disturbed: tuple[str, ...]
    """Rules of red tests that show none of the fault's own."""
    tests: int
    crashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All findings."""

    findings: tuple[Finding, ...]
    rules: tuple[str, ...]
    """The rules that were to be proven, in the order of the catalogue."""
    unproven: tuple[str, ...]
    left_out: Mapping[str, str]
    asleep: tuple[str, ...] | None
    """Scenarios that hold something, and that no fault of their rules turned red.

    None where not all faults were planted.
    """
    whole: bool
    """Every fault met every test that it can touch, not its own rules' alone."""
    seconds: float

    @property
    def escaped(self) -> tuple[Finding, ...]:
        """Faults that the tests of their own rules did not catch, or not for all rules."""
        return tuple(one for one in self.findings if one.result != "caught")

    @property
    def proven(self) -> bool:
        """Whether there is nothing left to fix."""
        return not self.escaped and not self.unproven and not self.asleep
