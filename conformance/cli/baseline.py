"""``baseline``: what a target is known to do otherwise, made, mended and held to."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import click

from conformance.baseline.comparison import judged
from conformance.baseline.edit import EditError, Update, Wish, refuse_partial, update
from conformance.baseline.file import parse_baseline, read_text
from conformance.baseline.text import new_baseline
from conformance.cli.errors import fail, user_errors
from conformance.record.outcome import outcome
from conformance.record.reader import read
from conformance.report.annotations import workflow_commands
from conformance.report.files import write_whole
from conformance.runs.baseline import baseline_of
from conformance.terminal.baseline_lines import delta_lines
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

_EVERYTHING: Final = 10_000
FILE = click.argument("file", type=click.Path(path_type=Path))
RECORD = click.argument("record", type=click.Path(path_type=Path))
REASON = click.option("--because", default="", metavar="TEXT", help="The reason of new entries.")
CHECKS = click.option("--checks", is_flag=True, help="Accept new failures check by check.")


class _Day(click.ParamType[date]):
    """A date such as 2026-12-31."""

    name = "DATE"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the date."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date such as 2026-12-31", param, ctx)


@click.group()
def command() -> None:
    """Make, mend and check the baseline of a target: its accepted deviations.

    `run --baseline FILE` runs everything and ends in 0 only when the run is exactly as FILE says.
    """


@command.command()
@RECORD
@FILE
@REASON
@CHECKS
@click.option("--force", is_flag=True, help="Replace FILE when it is there.")
def init(*, record: Path, file: Path, because: str, checks: bool, force: bool) -> None:
    """Write the baseline FILE that accepts all that RECORD shows."""
    if file.exists() and not force:
        fail(
            f"{file} is there already: `baseline update` keeps what is written in it",
            ExitCode.USAGE,
        )
    with user_errors():
        known = read(record)
        try:
            refuse_partial(known)
        except EditError as error:
            fail(str(error), ExitCode.USAGE)
        text = new_baseline(known, checks=checks, reason=because)
        baseline, _ = parse_baseline(str(file), text)
    _write(file, text)
    click.echo(f"{file}: {len(baseline.entries)} entries, {len(baseline.judged)} judged tests")


@command.command("update")
@FILE
@RECORD
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Mend what concerns this test, check or entry alone; may be repeated.",
)
@click.option("--until", type=_Day(), help="The new last day of entries that have expired.")
@REASON
@CHECKS
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def update_command(
    *,
    file: Path,
    record: Path,
    only: tuple[str, ...],
    until: date | None,
    because: str,
    checks: bool,
    dry_run: bool,
) -> int:
    """Bring FILE up to date with RECORD; comments, order and reasons stay.

    Exit code 1 when something still differs, such as an entry that has expired and got no new date.
    """
    wish = Wish(today=_today(), only=only, until=until, reason=because, checks=checks)
    with user_errors():
        done = _updated(file, record, wish)
    if only and not done.changes:
        fail(f"nothing differs at {', '.join(only)}", ExitCode.USAGE)
    # Written before anything is said: a reader such as head may close the pipe at any line.
    if done.changes and not dry_run:
        _write(file, done.text)
    for line in done.changes or ("nothing to change",):
        click.echo(harmless(line))
    for one in done.left if not only else ():
        click.echo(harmless(f"left     {one.id}: {one.kind}, {one.text}"))
    return ExitCode.DIFFERS if done.left and not only else ExitCode.EXPECTED


@command.command()
@FILE
@RECORD
@click.option("--github", is_flag=True, help="Write annotations for GitHub Actions too.")
def check(*, file: Path, record: Path, github: bool) -> int:
    """Hold RECORD against FILE, as `run --baseline` does, and show all that differs."""
    with user_errors():
        known = read(record)
        baseline = baseline_of(known.run.target, file)
        known = judged(known, baseline, _today(), record_path=str(record))
    for line in delta_lines(known.baseline, limit=_EVERYTHING):
        click.echo(line)
    result = outcome(known)
    click.echo(harmless(result.sentence))
    if github:
        click.echo(workflow_commands(known), nl=False)
    return result.exit_code


def _updated(file: Path, record: Path, wish: Wish) -> Update:
    known = read(record)
    baseline_of(known.run.target, file)
    try:
        return update(str(file), read_text(file), known, wish)
    except EditError as error:
        fail(str(error), ExitCode.USAGE)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror or error}", ExitCode.USAGE)


def _today() -> date:
    return datetime.now(UTC).date()
