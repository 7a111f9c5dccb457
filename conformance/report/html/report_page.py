"""The report as one HTML page that needs no network and no JavaScript."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from conformance.baseline.suite_words import finding_words, headline
from conformance.report.finding_lines import again
from conformance.report.html.page import environment, parts
from conformance.report.html.page_budget import room
from conformance.report.html.sources import Evidence
from conformance.report.html.view import TestView, capability_views, test_views
from conformance.report.rerun import command_line, create_bucket
from conformance.report.summary import findings_of, summarize
from conformance.report.words import VERDICTS, VerdictWords
from conformance.report.works_with import client_rows, sentence
from conformance.vocabulary.verdicts import NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record

_PIECES_AT_ONCE: Final = 64
"""Pieces of the template that are joined before they are written; a test is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """Tests of one operation, counted a verdict, in the order of the columns."""

    operation: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGroup:
    """The tests of one verdict."""

    words: VerdictWords
    tests: tuple[TestView, ...]


def render(record: Record, found: Sequence[Finding] | None = None) -> str:
    """Return the page for a record, whole or cut short; below 16 MB whatever the run."""
    return "".join(pieces(record, found))


def pieces(record: Record, found: Sequence[Finding] | None = None) -> Iterator[str]:
    """Return what `render` does, piece by piece, so that it need not be in memory whole."""
    known = findings_of(record) if found is None else found
    failed = (one for one in known if one.verdict == "FAIL")
    space = room(record, frozenset(one.tests[0] for one in failed if one.tests))
    evidence = Evidence(record)
    views = test_views(record, space, evidence)
    summary = summarize(record, known)
    clients = client_rows(record, known)
    shown = {view.line.id: view for view in views}
    page = parts(("report.css",), ("report.js",))
    template = environment().get_template("report.html.j2")
    stream = template.stream(
        record=record,
        run=record.run,
        end=record.end,
        summary=summary,
        suite=record.baseline.suite if record.baseline is not None else None,
        suite_headline=headline,
        suite_words=finding_words,
        again=partial(again, run=record.run),
        tiles=[(VERDICTS[name], count) for name, count in summary.counts.items()],
        views=shown,
        groups=_groups(views),
        roomy=space.roomy,
        tight=not space.whole("FAIL"),
        evidence=evidence,
        clients=clients,
        clients_sentence=sentence(clients) or "No client was tested",
        laws=[view for view in views if view.line.search],
        law_counts=Counter(view.line.verdict for view in views if view.line.search),
        capabilities=capability_views(record, space),
        columns=[VERDICTS[name] for name in summary.counts if name != NOT_RUN],
        operations=_operations(record, tuple(summary.counts)),
        command=command_line(record.run.command),
        create_bucket=create_bucket(record.run),
        style=page.style,
        script=page.script,
        style_hash=page.style_hash,
        script_hash=page.script_hash,
    )
    stream.enable_buffering(_PIECES_AT_ONCE)
    return stream


def _groups(views: tuple[TestView, ...]) -> list[VerdictGroup]:
    groups: dict[str, list[TestView]] = {}
    for view in views:
        groups.setdefault(view.line.verdict, []).append(view)
    return [
        VerdictGroup(words=VERDICTS[name], tests=tuple(members)) for name, members in groups.items()
    ]


def _operations(record: Record, verdicts: tuple[str, ...]) -> list[OperationRow]:
    table: dict[str, Counter[str]] = {}
    for test in record.tests:
        for operation in dict.fromkeys(test.operations):
            table.setdefault(operation, Counter())[test.verdict] += 1
    columns = [name for name in verdicts if name != NOT_RUN]
    return [
        OperationRow(
            operation=operation,
            counts=tuple(found[name] for name in columns),
            total=found.total(),
        )
        for operation, found in sorted(table.items())
    ]
