"""From records to servers: what the site keeps of each run. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.record.outcome import observed, whole
from conformance.report.visible import one_line
from conformance.site.addresses import slug
from conformance.site.model import Change, Server, ServerRun, TestResult, TestText

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.catalog.model import Test
    from conformance.findings.model import Finding
    from conformance.record.model import Record, TestLine

_REASON = 300
_NUMBER = re.compile(r"[0-9]{1,18}")


def observe(record: Record, found: Sequence[Finding]) -> ServerRun:
    """Return what the site needs of a record; all other exchanges can be forgotten then."""
    lines = {test.id: test for test in record.tests}
    first = {one.tests[0] for one in found if one.tests}
    return ServerRun(
        run=record.run,
        whole=whole(record),
        outcomes={
            test.id: TestResult(verdict=observed(test), reason=one_line(test.reason, _REASON))
            for test in record.tests
        },
        capabilities={line.name: line for line in record.capabilities},
        findings=tuple(found),
        shown={name: lines[name] for name in sorted(first & lines.keys())},
        rules={rule.id: rule for rule in record.catalog.rules},
        sources={source.id: source for source in record.catalog.sources},
        tests={test.id: _text(test) for test in record.tests},
        of_clients=bool(record.tests) and all(test.client for test in record.tests),
    )


def _text(test: TestLine) -> TestText:
    return TestText(
        id=test.id,
        title=test.title,
        why=test.why,
        sentences=test.sentences,
        rules=test.rules,
        sources=test.sources,
        needs=test.needs,
        operations=test.operations,
        level=test.level,
        impact=test.impact,
    )


def text_of(test: Test) -> TestText:
    """Return a test of the catalogue as the site shows it."""
    return TestText(
        id=test.id,
        title=test.title,
        why=test.scenario.why,
        sentences=test.sentences,
        rules=test.rules,
        sources=test.sources,
        needs=test.needs,
        operations=test.operations,
        level=test.level,
        impact=test.impact,
    )


def servers(runs: Iterable[ServerRun], kinds: Mapping[str, str]) -> tuple[Server, ...]:
    """Return the servers by name, each with its runs in order of version, then of time.

    A run of an earlier version may be younger: it was made for the history.
    The newest run of real clients is joined to the newest other run, where there is one.
    """
    by_name: dict[str, list[ServerRun]] = defaultdict(list)
    for run in runs:
        by_name[run.run.target].append(run)
    return tuple(
        Server(
            name=name,
            slug=slug(name),
            kind=kinds.get(name, "endpoint"),
            runs=_in_order(own),
        )
        for name, own in sorted(by_name.items())
    )


def _age(run: ServerRun) -> tuple[list[int], str]:
    """Return the numbers in the version of the server, and when the run began: ``5.1.0`` first."""
    return [int(one) for one in _NUMBER.findall(run.run.server)], run.run.started


def _in_order(runs: Sequence[ServerRun]) -> tuple[ServerRun, ...]:
    in_order = sorted(runs, key=_age)
    whole = [one for one in in_order if not one.of_clients]
    clients = [one for one in in_order if one.of_clients]
    if not whole or not clients:
        return tuple(in_order)
    return (*whole[:-1], _joined(whole[-1], clients[-1]))


def _joined(run: ServerRun, clients: ServerRun) -> ServerRun:
    """Return a run with what real clients showed; no test is in both."""
    selected = tuple(dict.fromkeys((*run.run.selected, *clients.run.selected)))
    return replace(
        run,
        run=replace(run.run, selected=selected),
        whole=run.whole and clients.whole,
        outcomes={**clients.outcomes, **run.outcomes},
        findings=_findings_of_both(run, clients),
        shown={**clients.shown, **run.shown},
        rules={**clients.rules, **run.rules},
        sources={**clients.sources, **run.sources},
        tests={**clients.tests, **run.tests},
    )


def _findings_of_both(run: ServerRun, clients: ServerRun) -> tuple[Finding, ...]:
    """Return the findings of both; an id that both have gets a mark, for it names a page."""
    taken = {one.id for one in run.findings}
    others = [
        replace(one, id=f"{one.id}-by-clients") if one.id in taken else one
        for one in clients.findings
    ]
    return (*run.findings, *others)


def changes(server: Server) -> tuple[Change, ...]:
    """Return what each run of a server changed, the newest first."""
    pairs = zip(server.runs, server.runs[1:], strict=False)
    return tuple(reversed([_change(before, after) for before, after in pairs]))


def _change(before: ServerRun, after: ServerRun) -> Change:
    had = {one.id for one in before.findings}
    has = {one.id for one in after.findings}
    return Change(
        before=before.run.started,
        after=after.run.started,
        versions=(before.run.server, after.run.server),
        new=tuple(one for one in after.findings if one.id not in had),
        gone=tuple(
            one
            for one in before.findings
            if one.id not in has
            and any(
                (outcome := after.outcomes.get(test)) is not None and outcome.verdict.passed
                for test in one.tests
            )
        ),
    )
