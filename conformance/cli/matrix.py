"""``matrix``: several targets side by side."""

from __future__ import annotations

import os
from pathlib import Path

import click

from conformance.cli.errors import fail, user_errors
from conformance.cli.findings import known_findings
from conformance.record.reader import read
from conformance.report.files import write_whole
from conformance.report.matrix import markdown, render
from conformance.vocabulary.exit_codes import ExitCode


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("matrix.html"),
    show_default=True,
    metavar="FILE",
    help="File of the page.",
)
@click.option(
    "--markdown",
    "table",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the counts by capability as a Markdown table too.",
)
def command(*, records: tuple[Path, ...], out: Path, table: Path | None) -> None:
    """Show RECORDS side by side on one page: rules by targets, differences first, unranked.

    Columns have the order of RECORDS, and link to the report.html beside each record, if there is
    one.
    """
    with user_errors():
        read_records = [read(path) for path in records]
        found = [known_findings(record) for record in read_records]
    try:
        write_whole(out, render(read_records, [_link(path, out) for path in records], found))
        if table is not None:
            write_whole(table, markdown(read_records))
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", ExitCode.USAGE)
    click.echo(f"Matrix: {out}")


def _link(record: Path, page: Path) -> str:
    """Return the relative address of the report beside a record; empty when there is none."""
    report = record.parent / "report.html"
    if not report.is_file():
        return ""
    return Path(os.path.relpath(report, page.parent)).as_posix()
