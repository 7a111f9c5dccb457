"""What ``run --against`` does: the same requests on two targets, and how they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.cli.findings import known_findings
from conformance.record.outcome import observed, whole
from conformance.record.reader import read
from conformance.report import write_reports
from conformance.report.changes import compare
from conformance.report.files import write_whole
from conformance.report.html.compare_page import render, sentence
from conformance.runs.side_by_side import SideBySide, other_target
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless, tests

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.record.model import TestLine
    from conformance.runs.options import RunOptions


def run_against(options: RunOptions, other: str) -> int:
    """Run on both targets and return the exit code: 1 where the first does worse."""
    duel = SideBySide(options, other_target(other, options.target), write_reports)
    shown = _Shown(duel.names)
    click.echo(
        f"{tests(len(duel.runs[0].selection.tests))} on {' and '.join(duel.names)}, in turns"
    )
    try:
        duel.carry_out(shown)
    except KeyboardInterrupt:
        if any(run.ending is None for run in duel.runs):
            raise
    first, second = (read(path) for path in duel.records)
    comparison = compare(
        second,
        first,
        strict=options.strict,
        found=(known_findings(second), known_findings(first)),
    )
    page = duel.folder / "compare.html"
    write_whole(page, render(comparison))
    for name, run in zip(duel.names, duel.runs, strict=True):
        click.echo(harmless(f"{name}: {run.ending.sentence if run.ending else 'no end'}"))
    click.echo(harmless(sentence(comparison)))
    click.echo(f"Page: {page}")
    cut = not (whole(first) and whole(second))
    worse = bool(comparison.regressions) or not comparison.common or cut
    return duel.exit_code or (ExitCode.DIFFERS if worse else ExitCode.EXPECTED)


class _Shown:
    """Writes each test on which the two do not agree."""

    def __init__(self, names: tuple[str, str]) -> None:
        self._width = max(len(name) for name in names)
        self._names = names

    def __call__(self, lines: Sequence[TestLine]) -> None:
        first, second = lines
        if observed(first) == observed(second):
            return
        click.echo(f"differs  {first.id}")
        for name, line in zip(self._names, (first, second), strict=True):
            click.echo(harmless(f"  {name:<{self._width}}  {observed(line)}: {line.said}"))
