"""The second proof: which share of the mutations is noticed, and which survive."""

from __future__ import annotations

import time
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib.resources import files
from typing import TYPE_CHECKING, Final, Literal

import yaml

from conformance.prove.workers import Job

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault
    from conformance.prove.model import Trial
    from conformance.prove.workers import Crew

Fate = Literal["caught", "warned", "excused", "survived"]
"""``warned`` by a WARN alone; ``excused`` survived, and has its reason."""
_SURVIVORS: Final = "survivors.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One mutation with its result."""

    id: str
    says: str
    fate: Fate
    by: str
    """The test that noticed it; empty when none did."""
    tests: int
    """Tests that it met; 0 when no scenario touches the place."""
    reason: str = ""
    """Why it can't matter, or can't be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """All mutations."""

    mutants: tuple[Mutant, ...]
    idle: tuple[str, ...]
    """Reasons in ``survivors.yaml`` that excuse nothing any more."""
    seconds: float

    def count(self, *fates: Fate) -> int:
        """Return how many have one of these results."""
        return sum(one.fate in fates for one in self.mutants)

    @property
    def share(self) -> float:
        """Return the share that is noticed of those that can matter, from 0 to 1."""
        matter = len(self.mutants) - self.count("excused")
        return self.count("caught", "warned") / matter if matter else 1.0


@dataclass(frozen=True, slots=True)
class Excuse:
    """Why mutations of certain ids can survive."""

    pattern: str
    """With ``*`` for anything."""
    reason: str


def excuses() -> tuple[Excuse, ...]:
    """Return the reasons that are kept with this package."""
    text = files("conformance.prove").joinpath(_SURVIVORS).read_text("utf-8")
    return tuple(
        Excuse(pattern, entry["reason"])
        for entry in yaml.safe_load(text) or ()
        for pattern in entry["mutations"]
    )


def excuse_of(mutation: str, known: Sequence[Excuse]) -> Excuse | None:
    """Return why that mutation can survive, or None."""
    return next((one for one in known if fnmatchcase(mutation, one.pattern)), None)


def survey(
    catalog: Catalog,
    faults: Mapping[str, Fault],
    crew: Crew,
    tell: Callable[[Mutant], None] | None = None,
) -> Survey:
    """Run each mutation against the tests that it touches until one fails."""
    started = time.perf_counter()
    base = crew.faultless_run(tuple(faults), [test.id for test in catalog.tests])
    order = sorted(
        (test.id for test in catalog.tests if test.id in base.green), key=base.seconds.__getitem__
    )
    jobs = [
        Job(name, tuple(test for test in order if test in base.touched[name]), until="red")
        for name in faults
    ]
    known = excuses()
    used: set[str] = set()
    found: dict[str, Mutant] = {}
    for trial in crew.trials(jobs):
        mutant = _judged(faults[trial.fault], trial, known, used)
        found[mutant.id] = mutant
        if tell is not None:
            tell(mutant)
    return Survey(
        mutants=tuple(found[name] for name in faults),
        idle=tuple(one.pattern for one in known if one.pattern not in used),
        seconds=time.perf_counter() - started,
    )


def _judged(fault: Fault, trial: Trial, known: Sequence[Excuse], used: set[str]) -> Mutant:
    failed = next((red.test for red in trial.red if red.verdict == "FAIL"), "")
    warned = next((red.test for red in trial.red), "")
    fate: Fate = "caught" if failed else "warned" if warned else "survived"
    reason = ""
    if fate == "survived":
        excuse = excuse_of(fault.id, known)
        if excuse is not None:
            fate, reason = "excused", excuse.reason
            used.add(excuse.pattern)
    return Mutant(
        id=fault.id,
        says=fault.says,
        fate=fate,
        by=failed or warned,
        tests=trial.tests,
        reason=reason,
    )
