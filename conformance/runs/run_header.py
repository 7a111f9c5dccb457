"""The first two lines of a record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from conformance.catalog.check_rules import citing_rules, rules_of_step
from conformance.catalog.model import single_steps
from conformance.catalog.seeds import seeds
from conformance.record.catalog_line import CatalogLine, RuleText, SourceText
from conformance.record.model import RunLine
from conformance.record.options import RecordedOptions
from conformance.targets.options import OPTIONS
from conformance.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.catalog.model import Catalog, Rule, Source, Test
    from conformance.runs.options import RunOptions
    from conformance.runs.selection import Selection
    from conformance.runs.target import Target

_OF_RUNNING: Final[dict[str, Any]] = {
    row.field: None for row in OPTIONS if row.running_only and row.recorded
}


def run_line(
    options: RunOptions,
    target: Target,
    selection: Selection,
    tests: Sequence[Test],
    *,
    server: str,
    started: str,
    drawn: int | None = None,
) -> RunLine:
    """Return the first line of the record, with options and selected tests.

    ``server`` is the header's value, ``drawn`` the seed that a soak drew for itself.
    """
    urls = target.endpoint.urls
    first = next(iter(urls.values()))
    return RunLine(
        suite_version=__version__,
        catalog_digest=selection.digest,
        catalog_version="" if options.files else __version__,
        target=target.name,
        endpoint_url=urls.get("http", first),
        tls_endpoint_url=urls.get("tls", ""),
        region=target.endpoint.region,
        addressing=target.endpoint.addressing,
        server=target.version or server,
        command=options.command,
        options=recorded_options(options, target, drawn),
        started=started,
        selected=tuple(test.id for test in tests),
        left_out=selection.left_out,
        strict=options.strict,
        flaky_fails=options.flaky_fails,
        shard=str(options.shard) if options.shard is not None else "",
        seeds=tuple(seeds(tests)),
    )


def recorded_options(
    options: RunOptions, target: Target, drawn: int | None = None
) -> RecordedOptions:
    """Return the options that repeat the run, with the ``drawn`` seed.

    A target that nothing named is named, so that no variable leads elsewhere; what is only for
    endpoints that already run is left out where the server was started.
    """
    choice = options.target.choice()
    if not choice.named:
        choice = replace(choice, target=target.name)
    if target.profile.launcher is not None:
        choice = replace(choice, **_OF_RUNNING)
    properties = options.properties
    if properties is not None and drawn is not None:
        properties = replace(properties, seed=drawn)
    return RecordedOptions(
        face=options.face,
        target=choice,
        files=tuple(map(str, options.files)),
        select=options.select,
        level=options.level or "",
        bucket=options.bucket,
        properties=properties,
        out=str(options.out or ""),
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
    for step in single_steps(test.steps):
        yield from rules_of_step(test, step, citing)


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
