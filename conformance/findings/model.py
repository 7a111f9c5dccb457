"""What a finding is: one rule, one kind of deviation, one place where it matters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal[
    "accepted",
    "refused",
    "wrong-error",
    "server-error",
    "no-answer",
    "lost",
    "wrong-bytes",
    "ignored",
    "missing",
    "wrong-value",
    "unreadable",
    "wording",
]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
"""Every kind of deviation; the list is closed."""

FindingVerdict = Literal["FAIL", "WARN"]
Impact = Literal["data-loss", "security", "interop", "cosmetic"]
IMPACTS: Final[tuple[Impact, ...]] = get_args(Impact)
"""Every impact, the worst first."""

RulesOfCheck: TypeAlias = "Callable[[str, str], tuple[str, ...]]"
"""From the ids of a test and of a check to the rules of the check: one; or two, of which the first
holds where the request was refused otherwise than it must be, and the second where it was not
refused; none where they are not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFacts:
    """What findings need to know of a rule."""

    id: str
    statement: str
    impact: Impact
    sources: tuple[str, ...]
    feature: str = ""
    """What it is a part of, in words that complete "does not look at …"; empty for itself alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """What one test shows of one defect, before findings of several tests are put together."""

    rule: str
    kind: Kind
    where: str
    """The S3 operation, or the part of its answer, in which it shows."""
    verdict: FindingVerdict
    impact: Impact
    operation: str
    step: str
    check: str
    """Id of the check that shows it best."""
    did: str
    """What the server did, in short: ``answered 500``, ``accepted it``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One defect of a target, with the tests that show it."""

    id: str
    """``rule/kind/where``, stable from run to run."""
    rule: str
    kind: Kind
    operation: str
    """The S3 operation or the feature in which it matters."""
    impact: Impact
    verdict: FindingVerdict
    title: str
    tests: tuple[str, ...]
    sources: tuple[str, ...]
    witnesses: int | None
    """Independent authors who saw Amazon S3 do it; None where that is not known."""
    target: str
    steps: tuple[str, ...] = ()
    """Names of the steps in which it shows, as check ids begin with them."""
