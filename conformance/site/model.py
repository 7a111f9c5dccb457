"""What the site knows of servers: small enough to keep for many records at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.findings.model import Finding
    from conformance.record.catalog_line import RuleText, SourceText
    from conformance.record.model import CapabilityLine, RunLine, TestLine
    from conformance.vocabulary.impacts import Impact
    from conformance.vocabulary.verdicts import Verdict

Standing = Literal["works", "deviates", "ignored", "refuses", "not-tested"]
"""What a cell of the front says."""

STANDINGS: Final[Mapping[Standing, tuple[str, str]]] = {
    "works": ("✓", "works"),
    "deviates": ("△", "works, with deviations"),
    "ignored": ("✗", "ignored silently"),
    "refuses": ("○", "refuses"),
    "not-tested": ("?", "not tested"),
}
"""Symbol and word of each; a colour never says it alone."""

IMPACT_SYMBOLS: Final[Mapping[Impact, str]] = {
    "data-loss": "▼",
    "security": "◆",
    "interop": "△",
    "cosmetic": "▫",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """The worst thing that was seen of one feature, or for one workload, on one server."""

    standing: Standing
    impact: Impact | None = None
    """The worst impact of its deviations; None without any."""
    reasons: tuple[str, ...] = ()
    """Why it is so, where no finding says it."""
    findings: tuple[Finding, ...] = ()
    tested: int = 0
    passed: int = 0
    """Of those that were tested: neither failed nor a recommendation that is not followed."""
    total: int = 0
    """Tests of the catalogue that belong to it."""

    @property
    def share(self) -> int | None:
        """Per cent of the completed tests that passed, rounded down; None where none counts."""
        counts = self.tested and self.standing in {"works", "deviates", "ignored"}
        return self.passed * 100 // self.tested if counts else None

    @property
    def symbol(self) -> str:
        """The symbol that is shown."""
        return IMPACT_SYMBOLS[self.impact] if self.impact else STANDINGS[self.standing][0]

    @property
    def words(self) -> str:
        """The words beside the symbol."""
        return STANDINGS[self.standing][1]

    @property
    def severity(self) -> str:
        """The name of its colours: its standing, with the impact where there is one."""
        return f"{self.standing}-{self.impact}" if self.impact else self.standing


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    """What one test showed in one run."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRun:
    """One record, without the exchanges that nothing is shown of."""

    run: RunLine
    whole: bool
    outcomes: Mapping[str, TestResult]
    capabilities: Mapping[str, CapabilityLine]
    findings: tuple[Finding, ...]
    shown: Mapping[str, TestLine]
    """Test to its line, with its exchanges: the first test of each finding."""
    rules: Mapping[str, RuleText]
    sources: Mapping[str, SourceText]
    tests: Mapping[str, TestText]
    of_clients: bool = False
    """Whether real clients alone were run: such a run completes another, and is not a newer one."""

    @property
    def date(self) -> str:
        """The day on which the run began."""
        return self.run.started[:10]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestText:
    """A test as the site shows it, from the catalogue or from a record."""

    id: str
    title: str
    why: str
    sentences: tuple[str, ...]
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    needs: tuple[str, ...]
    operations: tuple[str, ...]
    level: str
    impact: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server with its runs, the newest version last."""

    name: str
    slug: str
    kind: str
    runs: tuple[ServerRun, ...]

    @property
    def latest(self) -> ServerRun:
        """The run that the tables show."""
        return self.runs[-1]

    @property
    def version(self) -> str:
        """What the server called itself."""
        return self.latest.run.server


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What is different between two runs of one server."""

    before: str
    after: str
    versions: tuple[str, str]
    """What the server called itself then."""
    new: tuple[Finding, ...]
    gone: tuple[Finding, ...]
    """Findings of which at least one test passed since; others may only not have been tested."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A feature, a client or a workload: a selection of tests with what it needs."""

    id: str
    title: str
    about: str
    group: str
    needs: tuple[str, ...]
    """Capabilities; those of which nothing is known do not count."""
    any_needed: bool
    """Whether the first of them decides, as for a feature; a workload needs all."""
    tests: frozenset[str] = field(default_factory=frozenset)
