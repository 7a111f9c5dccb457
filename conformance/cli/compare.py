"""``compare``: what changed from one record to the next."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Final

import click

from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.record.reader import read
from conformance.report.changes import Comparison, compare
from conformance.report.files import write_whole
from conformance.report.html.compare_page import render, terminal_lines
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

_ALL: Final = 1_000_000


@click.command()
@click.argument("first", type=click.Path(path_type=Path))
@click.argument("others", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="WARN and VARIANT are failures too.")
@click.option(
    "--all", "whole", is_flag=True, help="Show every test, not only the first of each kind."
)
@click.option(
    "--html",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a page with the exchanges side by side (of the last two records).",
)
def command(
    *, first: Path, others: tuple[Path, ...], strict: bool, whole: bool, html: Path | None
) -> int:
    """Show what changed from record FIRST to each of OTHERS, each compared with the one before it.

    Exit code 1 when anything turned worse: a test or a check that passed fails, or a test that had
    a verdict has none; also when two records have no test in common.
    """
    with user_errors():
        records = [read(path) for path in (first, *others)]
        found = [known_findings(record) for record in records]
    pairs = pairwise(zip(records, found, strict=True))
    comparisons = [
        compare(one, other, strict=strict, found=(mine, theirs))
        for (one, mine), (other, theirs) in pairs
    ]
    # Written before anything is said: a reader such as head may close the pipe at any line.
    if html is not None:
        try:
            write_whole(html, render(comparisons[-1]))
        except OSError as error:
            fail(f"{html} can't be written: {error.strerror or error}", ExitCode.USAGE)
    for comparison in comparisons:
        for line in terminal_lines(comparison, limit=_ALL) if whole else terminal_lines(comparison):
            click.echo(harmless(line))
    if html is not None:
        click.echo(f"Page: {html}")
    return ExitCode.DIFFERS if any(_worse(one) for one in comparisons) else ExitCode.EXPECTED


def _worse(comparison: Comparison) -> bool:
    return bool(comparison.regressions) or not comparison.common
