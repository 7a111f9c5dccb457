"""``report``: make the reports of a record again."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.record.reader import read
from conformance.report import write_reports
from conformance.vocabulary.exit_codes import ExitCode


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the reports; by default the record's own.",
)
def command(record: Path, out: Path | None) -> None:
    """Write the reports of RECORD, also of one that was cut short.

    They are report.html, junit.xml, summary.md, ctrf.json and badge.json.
    """
    folder = out if out is not None else record.parent
    with user_errors():
        try:
            made = read(record)
            write_reports(made, folder, known_findings(made))
        except OSError as error:
            fail(f"{folder} can't be written: {error.strerror or error}", ExitCode.USAGE)
    click.echo(f"Report: {folder / 'report.html'}")
