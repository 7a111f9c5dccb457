"""Everything that the pages show, put together once: servers, questions, cells, evidence."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.catalog.select import select
from conformance.site.model import Question
from conformance.site.observe import servers as grouped
from conformance.site.observe import text_of
from conformance.site.standing import cell

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.catalog.model import Catalog, Rule
    from conformance.catalog.selections import Feature, Workload
    from conformance.findings.model import Finding
    from conformance.record.catalog_line import RuleText
    from conformance.site.model import Cell, Server, ServerRun, TestText

REFERENCE: Final = "reference"
"""The target that passes by construction: nobody can choose it, so no table compares it."""
AMAZON: Final = "aws"
CLIENTS: Final = "Clients"
_OF_CLIENT: Final = re.compile(r"clients/([a-z0-9]+(?:-[a-z0-9]+)*)/.*", re.DOTALL)
"""The id of a test in which a real client ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEntry:
    """A rule as the site shows it."""

    id: str
    statement: str
    level: str
    impact: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """A source as the site shows it."""

    id: str
    grade: str
    date: str
    operation: str
    text: str
    code: str
    notes: str
    where: str
    url: str
    witnesses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the pages are made of."""

    catalog: Catalog
    servers: tuple[Server, ...]
    compared: tuple[Server, ...]
    """Those that the tables compare: all but the suite's own reference, unless it is alone."""
    features: tuple[Question, ...]
    workloads: tuple[Question, ...]
    cells: Mapping[tuple[str, str], Cell]
    """By name of the server and id of the question."""
    tests: Mapping[str, TestText]
    rules: Mapping[str, RuleEntry]
    sources: Mapping[str, SourceEntry]
    tests_of_rule: Mapping[str, tuple[str, ...]]
    rules_of_source: Mapping[str, tuple[str, ...]]
    tests_of_source: Mapping[str, tuple[str, ...]]
    found: Mapping[tuple[str, str], tuple[Finding, ...]]
    """By name of the server and id of a rule or a test: findings that show it."""

    def cell(self, server: Server, question: Question) -> Cell:
        """Return what one server shows of one question."""
        return self.cells[server.name, question.id]

    @property
    def recorded(self) -> int:
        """How many sources are answers of Amazon S3 on record."""
        return sum(1 for one in self.catalog.sources.values() if one.grade == "recorded")

    @property
    def amazon_was_run(self) -> bool:
        """Whether a run against Amazon S3 itself is among the records."""
        return any(one.name == AMAZON for one in self.servers)


def survey(catalog: Catalog, runs: Iterable[ServerRun]) -> Survey:
    """Put together what the pages show of these runs."""
    chosen = catalog.selections
    every = grouped(runs, chosen.servers)
    compared = tuple(one for one in every if one.name != REFERENCE) or every
    features = (*(_feature(one, catalog) for one in chosen.features), *_clients(catalog, every))
    workloads = tuple(_workload(one, catalog) for one in chosen.workloads)
    tests = {
        **{name: text for one in every for name, text in one.latest.tests.items()},
        **{test.id: text_of(test) for test in catalog.tests},
    }
    rules = _rules(catalog, every)
    return Survey(
        catalog=catalog,
        servers=every,
        compared=compared,
        features=features,
        workloads=workloads,
        cells={
            (server.name, question.id): cell(question, server.latest)
            for server in every
            for question in (*features, *workloads)
        },
        tests=tests,
        rules=rules,
        sources=_sources(catalog, every),
        tests_of_rule=_inverted((name, text.rules) for name, text in tests.items()),
        rules_of_source=_inverted((name, rule.sources) for name, rule in rules.items()),
        tests_of_source=_inverted((name, text.sources) for name, text in tests.items()),
        found=_found(every),
    )


def _feature(feature: Feature, catalog: Catalog) -> Question:
    needs = set(feature.capabilities)
    tests = (
        select(catalog, feature.select)
        if feature.select
        else tuple(test for test in catalog.tests if needs.intersection(test.needs))
    )
    return Question(
        id=feature.id,
        title=feature.title,
        about=feature.about,
        group=feature.group,
        needs=feature.capabilities,
        any_needed=True,
        tests=frozenset(test.id for test in tests),
    )


def _clients(catalog: Catalog, every: Iterable[Server]) -> Iterable[Question]:
    """Yield one feature for each client: its requests in the catalogue, and the client itself."""
    tests: dict[str, set[str]] = {name: set() for name in catalog.dialects}
    for test in catalog.tests:
        if test.dialect:
            tests.setdefault(test.dialect.partition(":")[0], set()).add(test.id)
    for server in every:
        for name in server.latest.tests:
            if match := _OF_CLIENT.fullmatch(name):
                tests.setdefault(match[1], set()).add(name)
    for name, own in sorted(tests.items()):
        dialect = catalog.dialects.get(name)
        title = dialect.client if dialect is not None else name
        written = f"{title} {dialect.version}" if dialect is not None else name
        yield Question(
            id=f"client-{name}",
            title=title,
            about=f"Requests in the form that {written} sends, and the client itself where it ran.",
            group=CLIENTS,
            needs=(),
            any_needed=True,
            tests=frozenset(own),
        )


def _workload(workload: Workload, catalog: Catalog) -> Question:
    return Question(
        id=workload.id,
        title=workload.title,
        about=workload.about,
        group="Workloads",
        needs=workload.needs,
        any_needed=False,
        tests=frozenset(test.id for test in select(catalog, workload.select)),
    )


def _entry(rule: Rule | RuleText) -> RuleEntry:
    return RuleEntry(
        id=rule.id,
        statement=rule.statement,
        level=rule.level,
        impact=rule.impact,
        sources=rule.sources,
    )


def _rules(catalog: Catalog, every: Iterable[Server]) -> dict[str, RuleEntry]:
    of_records = {
        rule.id: _entry(rule) for server in every for rule in server.latest.rules.values()
    }
    of_catalog = {rule.id: _entry(rule) for rule in catalog.rules.values()}
    known = {**of_records, **of_catalog}
    # A finding may name a rule that nothing else knows: it has a page anyway.
    named = {one.rule for server in every for one in server.latest.findings}
    unknown = {
        name: RuleEntry(id=name, statement=name, level="", impact="interop", sources=())
        for name in sorted(named - known.keys())
    }
    return {**known, **unknown}


def _sources(catalog: Catalog, every: Iterable[Server]) -> dict[str, SourceEntry]:
    of_records = {
        one.id: SourceEntry(
            id=one.id,
            grade=one.grade,
            date=one.date,
            operation="",
            text=one.text,
            code="",
            notes="",
            where=one.where,
            url=one.url,
            witnesses=one.witnesses,
        )
        for server in every
        for one in server.latest.sources.values()
    }
    of_catalog = {
        one.id: SourceEntry(
            id=one.id,
            grade=one.grade,
            date=one.date,
            operation=one.operation,
            text=_answer(one.condition, one.status, one.code, one.message),
            code=one.code,
            notes=one.notes,
            where=one.where,
            url=one.url,
            witnesses=one.witnesses,
        )
        for one in catalog.sources.values()
    }
    return {**of_records, **of_catalog}


def _answer(condition: str, status: int | None, code: str, message: str) -> str:
    answer = " ".join(part for part in (str(status or ""), code) if part)
    said = f"“{message}”" if message else ""
    parts = [part for part in (answer, said) if part]
    return f"{condition}: {', '.join(parts)}" if parts else condition


def _inverted(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, others in pairs:
        for other in dict.fromkeys(others):
            found[other].append(name)
    return {name: tuple(sorted(others)) for name, others in found.items()}


def _found(every: Iterable[Server]) -> dict[tuple[str, str], tuple[Finding, ...]]:
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for server in every:
        for one in server.latest.findings:
            for name in dict.fromkeys((one.rule, *(key.rule for key in one.keys), *one.tests)):
                found[server.name, name].append(one)
    return {key: tuple(some) for key, some in found.items()}
