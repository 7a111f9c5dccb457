"""The stored results of the proof: one line for each fault, so each can be updated alone.

The page is made from these lines, the catalogue and the registry of faults; a fault without a line
is shown as not proven yet.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic needs it to read lines
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import TypeAdapter

from conformance.prove.model import Result  # noqa: TC001 - pydantic needs it to read lines

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from conformance.prove.model import Finding, Proof
    from conformance.prove.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFault:
    """The stored result of one fault."""

    fault: str
    result: Result
    caught_by: Mapping[str, str] = field(default_factory=dict)
    """Scenario to the first check of it that failed."""
    disturbed: tuple[str, ...] | None = None
    """Rules that it turned red beside its own; None where only its own were looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMutations:
    """The stored result of all mutations together."""

    mutations: int
    caught: int
    warned: int
    excused: tuple[str, ...]
    """Ids of those that survive with a reason; ``survivors.yaml`` has the reasons."""
    survived: tuple[str, ...]

    @property
    def share(self) -> float:
        """Return the share that is noticed of those that can matter, from 0 to 1."""
        matter = self.mutations - len(self.excused)
        return (self.caught + self.warned) / matter if matter else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProof:
    """All stored results."""

    faults: Mapping[str, KeptFault] = field(default_factory=dict)
    mutations: KeptMutations | None = None


_LINE: Final[TypeAdapter[KeptFault | KeptMutations]] = TypeAdapter(KeptFault | KeptMutations)


def read(file: Path) -> KeptProof:
    """Return the results in a file; raises OSError, and ValueError for a malformed line."""
    faults: dict[str, KeptFault] = {}
    mutations: KeptMutations | None = None
    for line in file.read_text("utf-8").splitlines():
        one = _LINE.validate_json(line)
        if isinstance(one, KeptFault):
            faults[one.fault] = one
        else:
            mutations = one
    return KeptProof(faults=faults, mutations=mutations)


def text(kept: KeptProof) -> str:
    """Return the file's text: faults by id, the mutations last."""
    lines: list[KeptFault | KeptMutations] = [kept.faults[name] for name in sorted(kept.faults)]
    if kept.mutations is not None:
        lines.append(kept.mutations)
    return "".join(f"{_LINE.dump_json(one).decode()}\n" for one in lines)


def renewed(
    kept: KeptProof, proof: Proof, survey: Survey | None, known: Collection[str]
) -> KeptProof:
    """Return the results updated with a new proof; faults that are not ``known`` are removed.

    What a fault disturbs is only looked at by a whole proof; another one leaves it as it was.
    """
    faults = dict(kept.faults)
    for finding in proof.findings:
        before = faults.get(finding.fault)
        unseen = None if before is None else before.disturbed
        disturbed = finding.disturbed if proof.whole else unseen
        faults[finding.fault] = _of(finding, disturbed)
    return KeptProof(
        faults={name: one for name, one in faults.items() if name in known},
        mutations=kept.mutations if survey is None else _of_all(survey),
    )


def known_of(kept: KeptProof, known: Iterable[str]) -> KeptProof:
    """Return the stored results of faults that still exist."""
    faults = {name: kept.faults[name] for name in known if name in kept.faults}
    return KeptProof(faults=faults, mutations=kept.mutations)


def _of(finding: Finding, disturbed: tuple[str, ...] | None) -> KeptFault:
    """Return what is kept of a finding, in an order that does not depend on how fast tests were."""
    caught_by: dict[str, str] = {}
    if finding.result == "caught":
        for red in sorted(finding.caught_by, key=lambda red: (red.scenario, red.test)):
            caught_by.setdefault(red.scenario, red.checks[0])
    return KeptFault(
        fault=finding.fault,
        result=finding.result,
        caught_by=caught_by,
        disturbed=None if disturbed is None else tuple(sorted(disturbed)),
    )


def _of_all(survey: Survey) -> KeptMutations:
    return KeptMutations(
        mutations=len(survey.mutants),
        caught=survey.count("caught"),
        warned=survey.count("warned"),
        excused=tuple(one.id for one in survey.mutants if one.fate == "excused"),
        survived=tuple(one.id for one in survey.mutants if one.fate == "survived"),
    )
