"""The first two lines of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.catalog.check_rules import citing_rules, rules_of_step
from conformance.record.model import CatalogLine, RuleText, RunLine, SourceText
from conformance.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.catalog.model import Catalog, Rule, Source, Test
    from conformance.runs.options import RunOptions
    from conformance.runs.target import Target


def run_line(
    options: RunOptions,
    target: Target,
    *,
    selected: Sequence[str],
    seeds: Sequence[str],
    digest: str,
    server: str,
    started: str,
) -> RunLine:
    """Say how the run is begun; ``digest`` is the catalogue's, ``server`` the header's value."""
    urls = target.endpoint.urls
    first = next(iter(urls.values()))
    return RunLine(
        suite_version=__version__,
        catalog_digest=digest,
        target=target.name,
        endpoint_url=urls.get("http", first),
        tls_endpoint_url=urls.get("tls", ""),
        region=target.endpoint.region,
        addressing=target.endpoint.addressing,
        server=target.version or server,
        command=options.command,
        started=started,
        selected=tuple(selected),
        strict=options.strict,
        shard=str(options.shard) if options.shard is not None else "",
        seeds=tuple(seeds),
    )


def catalog_line(catalog: Catalog, tests: Iterable[Test]) -> CatalogLine:
    """Return the rules that the tests and their checks show, and all sources that these name."""
    chosen = tuple(tests)
    citing = citing_rules(catalog.rules)
    rules = [
        catalog.rules[name]
        for name in _unique(rule for test in chosen for rule in _shown(test, citing))
        if name in catalog.rules
    ]
    named = [*(s for rule in rules for s in rule.sources), *(s for t in chosen for s in _cited(t))]
    return CatalogLine(
        rules=tuple(_rule(rule) for rule in rules),
        sources=tuple(
            _source(catalog.sources[name]) for name in _unique(named) if name in catalog.sources
        ),
    )


def _shown(test: Test, citing: Mapping[str, tuple[str, ...]]) -> Iterable[str]:
    """Return the rules of a test and of its steps."""
    yield from test.rules
    for step in test.steps:
        for one in step.concurrently or (step,):
            yield from rules_of_step(test, one, citing)


def _cited(test: Test) -> Iterable[str]:
    """Return the sources of a test and of its steps."""
    yield from test.sources
    for step in (*test.given, *test.steps):
        for one in (step, *step.concurrently):
            yield from one.sources


def _unique(names: Iterable[str]) -> list[str]:
    return sorted(set(names))


def _rule(rule: Rule) -> RuleText:
    return RuleText(
        id=rule.id,
        statement=rule.statement,
        level=rule.level,
        impact=rule.impact,
        sources=rule.sources,
    )


def _source(source: Source) -> SourceText:
    parts = (source.operation, source.condition, _answer(source), source.notes)
    return SourceText(
        id=source.id,
        grade=source.grade,
        date=source.date,
        text=" · ".join(filter(None, parts)),
        where=source.where,
        url=source.url,
        witnesses=source.witnesses,
    )


def _answer(source: Source) -> str:
    """Return what the source says is answered: ``400 InvalidPart: One or more …``."""
    head = " ".join(filter(None, (str(source.status or ""), source.code)))
    return ": ".join(filter(None, (head, source.message)))
