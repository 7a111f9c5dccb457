"""``merge``: one record of the parts that several machines ran."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.baseline.comparison import judged
from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.cli.gate_options import BASELINE
from conformance.record.merge import MergeError, merge
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.record.writer import write_record
from conformance.report import write_reports
from conformance.runs.baseline import baseline_book, baseline_of
from conformance.runs.recorder import RECORD_NAME
from conformance.terminal.baseline_lines import delta_lines
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import counted, harmless, tests

if TYPE_CHECKING:
    from conformance.record.model import Record


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="Folder of the merged record and its reports.",
)
@BASELINE
def command(*, records: tuple[Path, ...], out: Path, baseline: Path | None) -> int:
    """Merge RECORDS, the parts of one run (`run --shard I/N`), into one record with its reports.

    Refuses records of different suite versions, catalogues, targets or servers, and records that
    overlap. Exit code 1 when a part or a result is missing, 3 or 4 when a part ended with that code
    for a reason that no test shows; otherwise that of a whole run.
    """
    if again := _given_twice(records):
        fail(f"{again} is given twice: the records overlap", ExitCode.USAGE)
    with user_errors():
        try:
            merged = merge({str(path): read(path) for path in records})
        except MergeError as error:
            fail(str(error), ExitCode.USAGE)
        record = merged.record
        target = out / RECORD_NAME
        if baseline is not None:
            today = datetime.now(UTC).date()
            accepted = baseline_of(record.run.target, baseline)
            book = baseline_book(record)
            record = judged(record, accepted, today, book, record_path=str(target))
        elif held := [path for path in records if _was_judged(path)]:
            fail(
                f"{held[0]} was compared with a baseline: say which counts with --baseline",
                ExitCode.USAGE,
            )
        result = outcome(record)
        code = max(result.exit_code, merged.least)
        if record.end is not None:
            end = replace(record.end, exit_code=code, verdicts=dict(result.counts.items()))
            record = replace(record, end=end)
        try:
            write_record(target, record)
            write_reports(record, out, known_findings(record))
        except OSError as error:
            fail(f"{out} can't be written: {error.strerror or error}", ExitCode.USAGE)
    for line in (*delta_lines(record.baseline), *merged.missing, *merged.faults):
        click.echo(harmless(line))
    click.echo(f"{tests(len(record.tests))} of {len(records)} records: {counted(result.counts)}")
    click.echo(harmless(result.sentence if not merged.missing else "Parts are missing."))
    click.echo(f"Report: {out / 'report.html'}")
    return code


def _given_twice(paths: tuple[Path, ...]) -> Path | None:
    """Return a path that names the file of an earlier one, however it is written."""
    seen: set[Path] = set()
    for path in paths:
        real = path.resolve()
        if real in seen:
            return path
        seen.add(real)
    return None


def _was_judged(path: Path) -> bool:
    record: Record = read(path)
    return record.baseline is not None
