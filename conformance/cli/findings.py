"""``findings``: what a record shows, one defect of the target a line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.cli.errors import user_errors
from conformance.cli.options import JSON
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.reader import read
from conformance.report.finding_lines import finding_lines
from conformance.vocabulary.contest import contest_url
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import escaped
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.findings.model import Finding
    from conformance.record.model import Record


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@JSON
def command(*, records: tuple[Path, ...], as_json: bool) -> int:
    """Show the findings of RECORDS: each defect once, with the tests that show it.

    A finding is a rule, a kind of deviation from it and, where that matters, an operation. Those of
    failed tests come first, then recommendations that are not followed (WARN), both sorted by their
    impact on users. A record may be gzipped or cut short. Exit code 0 without findings, 1 with any.
    """
    with user_errors():
        read_records = [read(path) for path in records]
        found = [(record, one) for record in read_records for one in known_findings(record)]
    if as_json:
        click.echo(json.dumps([_row(finding) for _, finding in found], indent=2))
    else:
        for record, finding in found:
            for line in finding_lines(finding, record):
                click.echo(escaped(line))
        if not found:
            click.echo("no findings")
    return ExitCode.DIFFERS if found else ExitCode.EXPECTED


def known_findings(record: Record) -> tuple[Finding, ...]:
    """Return the findings of a record, with the catalogue's word on the rules of its checks."""
    return findings(record, book_of(record, load()))


def _row(finding: Finding) -> dict[str, object]:
    """Return one finding as scripts rely on it."""
    return {
        "id": finding.id,
        "target": finding.target,
        "verdict": finding.verdict.value,
        "rule": finding.rule,
        "kind": finding.kind,
        "operation": finding.operation,
        "impact": finding.impact,
        "title": finding.title,
        "tests": finding.tests,
        "sources": finding.sources,
        "witnesses": finding.witnesses,
        "contest": contest_url(finding.tests[0]) if finding.verdict is Verdict.FAIL else None,
    }
