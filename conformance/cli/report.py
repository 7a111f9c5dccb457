"""``report``: make the reports of a record again."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.record.outcome import observed
from conformance.record.reader import read
from conformance.report import write_reports
from conformance.report.files import write_whole
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.facts import script_of
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from conformance.record.model import Record

_LONGEST_NAME: Final = 80


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the reports; by default the record's own.",
)
@click.option(
    "--reproduce",
    "scripts",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also write a script into this folder for each test that failed; see `reproduce`.",
)
def command(record: Path, out: Path | None, scripts: Path | None) -> None:
    """Write the reports of RECORD, complete or cut short.

    They are report.html, junit.xml, summary.md, ctrf.json and badge.json.
    """
    folder = out if out is not None else record.parent
    with user_errors():
        try:
            made = read(record)
            write_reports(made, folder, known_findings(made))
            if scripts is not None:
                _write_scripts(made, scripts)
        except OSError as error:
            fail(f"{folder} can't be written: {error.strerror or error}", ExitCode.USAGE)
    click.echo(f"Report: {folder / 'report.html'}")


def _write_scripts(record: Record, folder: Path) -> None:
    """Write a script for each FAIL, and say which tests have none."""
    catalog = load(tuple(map(Path, record.run.options.files)) or None)
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for test in record.tests:
        if observed(test) != "FAIL":
            continue
        try:
            text = script_of(catalog, test.id, record)
        except CannotReproduceError as error:
            click.echo(harmless(f"no script of {test.id}: {error}"), err=True)
            continue
        write_whole(folder / _file_name(test.id), text)
        written += 1
    click.echo(f"Scripts: {written} in {folder}")


def _file_name(test_id: str) -> str:
    """Return a name that is safe in every file system, whatever a record says."""
    words = re.sub(r"[^a-z0-9]+", "-", test_id.lower()).strip("-")
    if len(words) > _LONGEST_NAME or not words:
        words = f"{words[:_LONGEST_NAME]}-{hashlib.sha256(test_id.encode()).hexdigest()[:6]}"
    return f"{words}.py"
