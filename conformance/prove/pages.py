"""The proof as one page of HTML or Markdown."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import Environment

from conformance.prove.report import collateral

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault
    from conformance.prove.model import Finding, Proof, Red
    from conformance.prove.survey import Survey

HTML: Final = "proof.html.j2"
MARKDOWN: Final = "proof.md.j2"


@dataclass(frozen=True, slots=True)
class Row:
    """One fault as the pages show it."""

    fault: Fault
    finding: Finding
    threads: tuple[str, ...]
    """Where users met such a server."""

    @property
    def caught_by(self) -> tuple[Red, ...]:
        """One test of each scenario that caught it."""
        return tuple({red.scenario: red for red in reversed(self.finding.caught_by)}.values())[::-1]


def render(
    template: str,
    catalog: Catalog,
    faults: Mapping[str, Fault],
    proof: Proof,
    survey: Survey | None,
) -> str:
    """Return a page by its template, `HTML` or `MARKDOWN`; only the former tells seconds."""
    environment = Environment(
        autoescape=template.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    text = files("conformance.prove").joinpath("templates", template).read_text("utf-8")
    groups: dict[str, list[Row]] = {name: [] for name in proof.rules}
    for finding in proof.findings:
        fault = faults[finding.fault]
        row = Row(fault, finding, _threads(catalog, fault))
        for rule in finding.rules:
            groups.setdefault(rule, []).append(row)
    reasons: dict[str, list[str]] = {}
    for mutant in survey.mutants if survey is not None else ():
        if mutant.fate == "excused":
            reasons.setdefault(mutant.reason, []).append(mutant.id)
    return environment.from_string(text).render(
        catalog=catalog,
        proof=proof,
        survey=survey,
        groups=groups,
        reasons=reasons,
        collateral=collateral(proof),
        caught=sum(one.result == "caught" for one in proof.findings),
        proven=len(proof.rules) - len(proof.unproven),
    )


def _threads(catalog: Catalog, fault: Fault) -> tuple[str, ...]:
    known = catalog.ledger.incompatibilities
    found = (thread for name in fault.known if name in known for thread in known[name].threads)
    return tuple(dict.fromkeys(found))
