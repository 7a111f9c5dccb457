"""``targets publish``: judge the known servers one after the other, and keep what came out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.cli.options import pages_with_marks
from conformance.cli.signals import terminable
from conformance.cli.site import surveyed, write_front
from conformance.record.reader import read
from conformance.record.writer import write_record
from conformance.report import badge, matrix, published
from conformance.report.files import write_whole
from conformance.targets.launchers.cache import servers_folder
from conformance.targets.launchers.data_folder import MEMORY
from conformance.targets.launchers.programs import venv_variable
from conformance.targets.launchers.registry import LAUNCHERS
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.record.model import Record

_RECORD: Final = "record.jsonl.gz"
_ALONE: Final = frozenset({"ceph-rgw"})
"""Judged by one worker: some requests end this server, and would take another's test with it."""


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*LAUNCHERS]), metavar="[NAME]...")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("reports/published"),
    show_default=True,
    metavar="DIR",
    help="Folder for the matrix and for one folder for each target.",
)
@pages_with_marks("--table", "pages", "table of counts")
@pages_with_marks("--front", "fronts", "front table of the site")
@click.option(
    "-n",
    "--workers",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Number of worker processes.",
)
@click.option(
    "--earlier",
    is_flag=True,
    help="Keep the records in NAME/earlier/VERSION.jsonl.gz, beside the newest: for history.",
)
@click.option(
    "--only-pages",
    is_flag=True,
    help="Run nothing: make summaries, badges, matrix and tables of the records in DIR again.",
)
def command(
    *,
    names: tuple[str, ...],
    out: Path,
    pages: tuple[Path, ...],
    fronts: tuple[Path, ...],
    workers: int,
    earlier: bool,
    only_pages: bool,
) -> int:
    """Run everything against the servers NAME (by default all), one at a time, and publish.

    Writes for each server the record (gzipped, without paths of this machine, and without the
    bodies and headers of tests that need no attention), its summary, badge and counter-examples;
    `report` makes the page. The matrix and the tables show all records in DIR, older ones too. Exit
    codes: 0 all were run, 3 some could not be run; the output says why.
    """
    begun = time.monotonic()
    left_out: list[str] = []
    with terminable(), user_errors():
        for name in () if only_pages else names or tuple(LAUNCHERS):
            if reason := _published(name, out / name, workers, earlier=earlier):
                left_out.append(name)
                click.echo(f"{name} was not published: {reason}", err=True)
        found = [name for name in LAUNCHERS if (out / name / _RECORD).is_file()]
        if not found:
            fail(f"no server could be run, and {out} holds no record", ExitCode.UNREACHABLE)
        if only_pages:
            for name in found:
                _write_summary(out / name, read(out / name / _RECORD))
        _write_pages(out, found, pages)
        if fronts:
            write_front(surveyed(out / name / _RECORD for name in found), fronts)
    took = time.monotonic() - begun
    click.echo(f"Matrix: {out / 'matrix.html'}, {len(found)} targets, {took:.0f} s in all")
    if left_out:
        click.echo(f"Not run this time: {', '.join(left_out)}", err=True)
    return ExitCode.UNREACHABLE if left_out else ExitCode.EXPECTED


def _published(name: str, folder: Path, workers: int, *, earlier: bool) -> str:
    """Run everything on one target and keep it in ``folder``; return why that was not possible.

    What the folder held before stays when it was not.
    """
    with tempfile.TemporaryDirectory(prefix="s3-conformance-publish-") as work:
        command = [
            sys.executable, "-m", "conformance.cli", "run",
            "-n", str(1 if name in _ALONE else workers), "--target", name, "--out", name,
        ]  # fmt: skip
        # In a folder of its own, so that the command in the record names none of this machine.
        done = subprocess.run(  # noqa: S603  # this interpreter and our own package
            command,
            cwd=work,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        made = Path(work) / name
        if done.returncode not in (ExitCode.EXPECTED, ExitCode.DIFFERS):
            return done.stderr.strip() or f"the run ended with exit code {done.returncode}"
        places = (*_places(), work, str(Path(work).resolve()))
        if earlier:
            record = _keep_record(made, lambda one: _earlier(folder, one), places)
        else:
            record = _keep(made, folder, places)
    if record.end is not None:
        click.echo(
            f"{name}: {record.run.server}, {record.end.requests:,} requests "
            f"in {record.end.seconds:.0f} s"
        )
    return ""


def _earlier(folder: Path, record: Record) -> Path:
    """Return where the record of an earlier version is kept, by the name that the server has."""
    version = re.sub(r"[^a-z0-9.]+", "-", record.run.server.lower()).strip("-.")
    return folder / "earlier" / f"{version}.jsonl.gz"


def _keep_record(made: Path, place: Callable[[Record], Path], places: tuple[str, ...]) -> Record:
    """Keep what is published of a run's record, where ``place`` says; return it."""
    write_record(made / "lean.jsonl", published.lean(read(made / "record.jsonl")))
    text = published.without_places((made / "lean.jsonl").read_text("utf-8"), places)
    path = place(read(made / "lean.jsonl"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(published.packed(text))
    return read(path)


def _keep(made: Path, folder: Path, places: tuple[str, ...]) -> Record:
    """Put what is published of a run into ``folder``, in place of what an earlier one left."""
    for path in (folder / "counter-examples").glob("*.yaml"):
        path.unlink()
    record = _keep_record(made, lambda _record: folder / _RECORD, places)
    _write_summary(folder, record)
    for path in sorted((made / "counter-examples").glob("*.yaml")):
        clean = published.without_places(path.read_text("utf-8"), places)
        write_whole(folder / "counter-examples" / path.name, clean)
    return record


def _write_summary(folder: Path, record: Record) -> None:
    write_whole(folder / "summary.md", published.summary_page(record, known_findings(record)))
    write_whole(folder / "badge.json", badge.render(record))


def _places() -> tuple[str, ...]:
    """Return the folders that are this machine's own affair."""
    named = [os.environ.get(venv_variable(name), "") for name in LAUNCHERS]
    names = [sys.prefix, sys.base_prefix, *sys.path, tempfile.gettempdir(), str(MEMORY), *named]
    found = [Path(name).expanduser() for name in names if name]
    found += [Path.home(), Path.cwd(), servers_folder()]
    both = {str(way) for path in found for way in (path.absolute(), path.resolve())}
    return tuple(both - {"/", "/usr"})


def _write_pages(out: Path, names: list[str], pages: tuple[Path, ...]) -> None:
    """Write the matrix, and the tables, of the records that ``out`` holds."""
    records = [read(out / name / _RECORD) for name in names]
    summaries = [out / name / "summary.md" for name in names]
    found = [known_findings(record) for record in records]
    write_whole(out / "matrix.html", matrix.render(records, _links(summaries, out), found))
    for page in pages:
        made = published.table(records, _links(summaries, page.parent))
        try:
            write_whole(page, published.with_table(page.read_text("utf-8"), made))
        except ValueError as error:
            fail(f"{page}: {error}", ExitCode.USAGE)


def _links(files: list[Path], folder: Path) -> list[str]:
    """Return the ways from ``folder`` to the files, as addresses."""
    return [Path(os.path.relpath(file, folder)).as_posix() for file in files]
