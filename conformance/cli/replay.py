"""``replay``: a recorded test once more."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.errors import user_errors
from conformance.cli.findings import known_findings
from conformance.cli.options import options_of_recorded_target, without_secrets
from conformance.cli.signals import terminable
from conformance.record.outcome import observed
from conformance.record.reader import read
from conformance.report import write_reports
from conformance.report.changes import compare
from conformance.report.files import write_whole
from conformance.report.html.compare_page import render, terminal_lines
from conformance.runs.display import Silence
from conformance.runs.folder import default_folder
from conformance.runs.loop import run_serially
from conformance.runs.recorder import RECORD_NAME
from conformance.runs.replay import make_replay
from conformance.runs.run import Run
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from conformance.record.model import Record
    from conformance.targets.options import TargetOptions


@click.command()
@click.argument("record", type=click.Path(path_type=Path))
@click.argument("identifier", metavar="ID")
@options_of_recorded_target
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the new record; by default reports/replay/<UTC time>.",
)
@click.option("--yes", is_flag=True, help="Send requests to the recorded address, wherever it is.")
def command(
    *, record: Path, identifier: str, target: TargetOptions, out: Path | None, yes: bool
) -> int:
    """Run the test ID of RECORD again and show what is different now.

    Without target options it uses the endpoint of the record: a server that `targets` knows is
    started again, any other is reached at its recorded address with the usual credentials. The
    first line shows which. A recorded address outside this machine needs --yes, and a record never
    chooses credentials. Exit code 0 when the verdict is the recorded one, 1 when it is another.
    """
    with terminable(), user_errors():
        known = read(record)
        folder = out or default_folder("replay")
        replay = make_replay(known, identifier, target, folder, anywhere=yes)
        for note in replay.notes:
            click.echo(harmless(note))
        if replay.changed:
            click.echo("the scenario has changed since it was recorded: it is run as it is now")
        command_line = ("s3-conformance", *without_secrets(sys.argv[1:]))
        options = replace(replay.options, command=command_line, face="command")
        run = Run(options, replay.selection, Silence(), write_reports)
        with run:
            if run.begin():
                run_serially(run)
        again = read(folder / RECORD_NAME)
    if run.exit_code > ExitCode.DIFFERS or not only(again, identifier).tests:
        click.echo(harmless(run.ending.sentence if run.ending is not None else "no end"), err=True)
        return max(run.exit_code, ExitCode.DIFFERS)
    return _shown(only(known, identifier), only(again, identifier), folder)


def only(record: Record, test_id: str) -> Record:
    """Return a record as if it held this test alone."""
    tests = tuple(test for test in record.tests if test.id == test_id)
    run = replace(record.run, selected=(test_id,), left_out=())
    return replace(record, run=run, tests=tests)


def _shown(before: Record, again: Record, folder: Path) -> int:
    """Show both verdicts and what differs, and return the exit code."""
    was, now = before.tests[0], again.tests[0]
    comparison = compare(before, again, found=(known_findings(before), known_findings(again)))
    click.echo(harmless(f"recorded  {observed(was)}: {was.said}"))
    click.echo(harmless(f"now       {observed(now)}: {now.said}"))
    for line in terminal_lines(comparison):
        click.echo(harmless(line))
    page = folder / "compare.html"
    write_whole(page, render(comparison))
    click.echo(f"Page: {page}")
    return ExitCode.EXPECTED if observed(was) == observed(now) else ExitCode.DIFFERS
