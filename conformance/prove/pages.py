"""The proof as a page of Markdown or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment

from conformance.prove.kept import KeptProof, renewed
from conformance.prove.proof import asleep, wanted
from conformance.prove.report import collateral, collateral_of
from conformance.prove.survey import excuse_of, excuses

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault
    from conformance.prove.kept import KeptFault
    from conformance.prove.model import Finding, Proof, Red
    from conformance.prove.survey import Survey

_HTML: Final = "proof.html.j2"
_MARKDOWN: Final = "proof.md.j2"


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One fault of a proof that was just made, as the HTML page shows it."""

    fault: Fault
    finding: Finding
    threads: tuple[str, ...]
    """Where users met such a server."""

    @property
    def caught_by(self) -> tuple[Red, ...]:
        """One test of each scenario that caught it."""
        return tuple({red.scenario: red for red in reversed(self.finding.caught_by)}.values())[::-1]


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One fault as the Markdown page shows it."""

    fault: Fault
    kept: KeptFault | None
    """None while it is not proven yet."""
    threads: tuple[str, ...]

    @property
    def caught_by(self) -> tuple[tuple[str, str], ...]:
        """The scenarios that caught it, each with a check that failed."""
        return () if self.kept is None else tuple(self.kept.caught_by.items())


def kept_page(catalog: Catalog, faults: Mapping[str, Fault], kept: KeptProof) -> str:
    """Return the Markdown page of all rules and all ``faults``, from the stored results."""
    rules = wanted(catalog, faults, every_rule=True)
    woken = {scenario for one in kept.faults.values() for scenario in one.caught_by}
    unmoved = asleep(catalog.tests, {test.id for test in catalog.tests}, woken)
    return _markdown(catalog, faults, kept, rules, unmoved)


def markdown(
    catalog: Catalog, faults: Mapping[str, Fault], proof: Proof, survey: Survey | None
) -> str:
    """Return the Markdown page of a proof that was just made, of its ``faults`` alone."""
    kept = renewed(KeptProof(), proof, survey, faults)
    return _markdown(catalog, faults, kept, proof.rules, None)


def html(catalog: Catalog, faults: Mapping[str, Fault], proof: Proof, survey: Survey | None) -> str:
    """Return the HTML page of such a proof, with its tests and its seconds."""
    groups: dict[str, list[FoundRow]] = {name: [] for name in proof.rules}
    for finding in proof.findings:
        fault = faults[finding.fault]
        row = FoundRow(fault, finding, _threads(catalog, fault))
        for rule in finding.rules:
            groups.setdefault(rule, []).append(row)
    excused = [one.id for one in survey.mutants if one.fate == "excused"] if survey else ()
    return _filled(
        _HTML,
        catalog=catalog,
        proof=proof,
        survey=survey,
        groups=groups,
        reasons=_reasons(excused),
        collateral=collateral(proof),
        caught=sum(one.result == "caught" for one in proof.findings),
        proven=len(proof.rules) - len(proof.unproven),
    )


def _markdown(
    catalog: Catalog,
    faults: Mapping[str, Fault],
    kept: KeptProof,
    rules: Sequence[str],
    unmoved: Sequence[str] | None,
) -> str:
    groups: dict[str, list[KeptRow]] = {name: [] for name in rules}
    for fault in faults.values():
        row = KeptRow(fault, kept.faults.get(fault.id), _threads(catalog, fault))
        for rule in fault.rules:
            groups.setdefault(rule, []).append(row)
    caught = [faults[name] for name, one in kept.faults.items() if one.result == "caught"]
    proven = {rule for fault in caught if not fault.should for rule in fault.rules}
    disturbed = {one.fault: one.disturbed for one in kept.faults.values()}
    measured = {name: found for name, found in disturbed.items() if found is not None}
    return _filled(
        _MARKDOWN,
        catalog=catalog,
        faults=faults,
        rules=rules,
        groups=groups,
        unmoved=unmoved,
        caught=len(caught),
        proven=sum(rule in proven for rule in rules),
        waiting=sum(name not in kept.faults for name in faults),
        measured=measured,
        collateral=collateral_of(measured),
        mutations=kept.mutations,
        reasons=_reasons(() if kept.mutations is None else kept.mutations.excused),
    )


def _filled(template: str, **values: object) -> str:
    environment = Environment(
        autoescape=template.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = files("conformance.prove").joinpath("templates", template).read_text("utf-8")
    return environment.from_string(text).render(values)


def _reasons(excused: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """Return why mutations may survive, each reason with the ids of those that did."""
    known = excuses()
    reasons: dict[str, list[str]] = {}
    for name in excused:
        excuse = excuse_of(name, known)
        reasons.setdefault("" if excuse is None else excuse.reason, []).append(name)
    return reasons


def _threads(catalog: Catalog, fault: Fault) -> tuple[str, ...]:
    known = catalog.ledger.incompatibilities
    found = (thread for name in fault.known if name in known for thread in known[name].threads)
    return tuple(dict.fromkeys(found))
