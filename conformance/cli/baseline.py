"""``baseline``: the accepted deviations of a target, written, updated and compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.baseline.comparison import judged
from conformance.baseline.edit import EditError, Update, Wish, refuse_partial, update
from conformance.baseline.file import parse_baseline, read_text
from conformance.baseline.new_entries import explained
from conformance.baseline.text import new_baseline
from conformance.baseline.upgrade import renewed, upgrade, with_renames
from conformance.cli.errors import fail, user_errors
from conformance.record.outcome import outcome, within_budget
from conformance.record.reader import read
from conformance.report.annotations import workflow_commands
from conformance.report.files import write_whole
from conformance.runs.baseline import baseline_book, baseline_of
from conformance.terminal.baseline_lines import delta_lines
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.baseline.new_entries import By
    from conformance.baseline.one_test import Difference
    from conformance.record.model import Record

_EVERYTHING: Final = 10_000
FILE = click.argument("file", type=click.Path(path_type=Path))
RECORD = click.argument("record", type=click.Path(path_type=Path))
RECORDS = click.argument(
    "records", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="RECORD..."
)
REASON = click.option("--because", default="", metavar="TEXT", help="The reason of new entries.")
BY = click.option(
    "--by",
    type=click.Choice(["finding", "test", "check"]),
    default="finding",
    show_default=True,
    help="What new entries are about: findings (rule and kind), tests, or checks.",
)


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
            self.fail(f"{value!r} is not a date such as 2026-12-31", param, ctx)


@click.group()
def command() -> None:
    """Write, update and check the baseline of a target: its accepted deviations.

    `run --baseline FILE` runs everything and exits with 0 only when the run is exactly as FILE
    says.
    """


@command.command()
@RECORDS
@FILE
@REASON
@BY
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def init(*, records: tuple[Path, ...], file: Path, because: str, by: By, force: bool) -> None:
    """Write the baseline FILE that accepts every deviation in the records of one target.

    An entry accepts a finding (a rule and a kind of deviation from it) in any number of tests. Give
    two records or more, and a test with different results in them may have any of these.
    """
    if file.exists() and not force:
        fail(
            f"{file} is there already: `baseline update` keeps what is written in it",
            ExitCode.USAGE,
        )
    with user_errors():
        known = [within_budget(read(record)) for record in records]
        try:
            for one in known:
                refuse_partial(one)
        except EditError as error:
            fail(str(error), ExitCode.USAGE)
        if len({one.run.target for one in known}) > 1:
            fail("the records are of different targets", ExitCode.USAGE)
        text = new_baseline(*known, by=by, reason=because, book=baseline_book(known[0]))
        baseline, _ = parse_baseline(str(file), text)
    _write(file, text)
    click.echo(f"{file}: {len(baseline.entries)} entries, {len(baseline.judged)} judged tests")


@command.command("update")
@FILE
@RECORDS
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Update only this test, finding, check or entry (repeatable).",
)
@click.option("--until", type=_Day(), help="The new last day of entries that have expired.")
@REASON
@BY
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def update_command(
    *,
    file: Path,
    records: tuple[Path, ...],
    only: tuple[str, ...],
    until: date | None,
    because: str,
    by: By,
    dry_run: bool,
) -> int:
    """Update FILE from the records; comments, order and reasons stay.

    A test with different results in the records may have any of these from then on.

    Exit code 1 when something still differs, such as an expired entry without a new date.
    """
    wish = Wish(today=_today(), only=only, until=until, reason=because, by=by)
    with user_errors():
        done = _updated(file, records, wish, _updated_whole)
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


@command.command("upgrade")
@FILE
@RECORDS
@click.option(
    "--only",
    multiple=True,
    metavar="ID",
    help="Update only this test, check or entry (repeatable).",
)
@REASON
@BY
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
def upgrade_command(
    *,
    file: Path,
    records: tuple[Path, ...],
    only: tuple[str, ...],
    because: str,
    by: By,
    dry_run: bool,
) -> int:
    """Update FILE to the release of the suite that made the records, and list each change.

    Follows renamed ids and accepts what the suite changed: tests that are new, were removed, or
    expect something else. What the server changed is left alone; `baseline update` accepts that.

    Exit code 1 when something differs that the suite did not change.
    """
    wish = Wish(today=_today(), only=only, reason=because, by=by)
    with user_errors():
        done = _updated(file, records, wish, upgrade)
    if done.changes and not dry_run:
        _write(file, done.text)
    for line in done.changes or ("nothing to change",):
        click.echo(harmless(line))
    for one in done.left:
        click.echo(harmless(f"left     {one.id}: {one.kind}, {one.text}"))
    return ExitCode.DIFFERS if done.left else ExitCode.EXPECTED


@command.command()
@FILE
@RECORD
@click.option("--github", is_flag=True, help="Write annotations for GitHub Actions too.")
@click.option("--strict", is_flag=True, help="Refuse entries whose reason still says TODO.")
def check(*, file: Path, record: Path, github: bool, strict: bool) -> int:
    """Compare RECORD with FILE, as `run --baseline` does, and show every difference."""
    with user_errors():
        known = read(record)
        baseline = baseline_of(known.run.target, file)
        known = judged(known, baseline, _today(), baseline_book(known), record_path=str(record))
    for line in delta_lines(known.baseline, limit=_EVERYTHING):
        click.echo(line)
    result = outcome(known)
    click.echo(harmless(result.sentence))
    if github:
        click.echo(workflow_commands(known), nl=False)
    unexplained = [one.id for one in baseline.entries if not explained(one)]
    if strict and unexplained:
        click.echo(f"{len(unexplained)} entries give no reason yet (TODO): {unexplained[0]}, …")
        return max(result.exit_code, ExitCode.DIFFERS)
    return result.exit_code


def _updated_whole(name: str, text: str, record: Record, wish: Wish) -> Update:
    """Bring a baseline up to date in all, its digests included."""
    text, renamed = with_renames(name, text, record)
    done = update(name, text, record, wish)
    if wish.only:
        return replace(done, changes=(*renamed, *done.changes))
    text, said = renewed(name, done.text, record, {one.id for one in done.left})
    return Update(text=text, changes=(*renamed, *done.changes, *said), left=done.left)


def _updated(
    file: Path,
    records: tuple[Path, ...],
    wish: Wish,
    change: Callable[[str, str, Record, Wish], Update],
) -> Update:
    text, changes = read_text(file), list[str]()
    left: tuple[Difference, ...] = ()
    for number, path in enumerate(records):
        known = read(path)
        baseline_of(known.run.target, file)
        asked = replace(wish, either=number > 0, book=baseline_book(known))
        try:
            done = change(str(file), text, known, asked)
        except EditError as error:
            fail(str(error), ExitCode.USAGE)
        text, left = done.text, done.left
        changes += done.changes
    return Update(text=text, changes=tuple(changes), left=left)


def _write(file: Path, text: str) -> None:
    try:
        write_whole(file, text)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror or error}", ExitCode.USAGE)


def _today() -> date:
    return datetime.now(UTC).date()
