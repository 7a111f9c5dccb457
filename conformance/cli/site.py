"""``site``: the compatibility site, made of records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import pages_with_marks
from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.record.reader import read
from conformance.report.files import write_whole
from conformance.site.build import SiteError, build
from conformance.site.front_table import front_table, with_front
from conformance.site.observe import observe
from conformance.site.survey import survey
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.site.survey import Survey


@click.command()
@click.argument("records", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="The folder of the site; files of an earlier build are replaced, others stay.",
)
@pages_with_marks("--table", "pages", "front table")
def command(*, records: tuple[Path, ...], out: Path, pages: tuple[Path, ...]) -> None:
    """Build a static site of RECORDS: what each server does, with evidence for each answer.

    Several records of one server become its history; the tables show the newest. The pages need no
    network and no JavaScript, but for the search. Nothing is sent to any server.
    """
    with user_errors():
        seen = surveyed(records)
    write_front(seen, pages)
    try:
        built = build(seen, out)
    except SiteError as error:
        fail(str(error), ExitCode.USAGE)
    except OSError as error:
        fail(f"{out} can't be written: {error.strerror or error}", ExitCode.USAGE)
    click.echo(
        f"Site: {out / 'index.html'} ({built.pages:,} pages, {built.bytes / 1e6:.1f} MB;"
        f" the largest page is {built.largest} with {built.largest_bytes:,} bytes)"
    )


def surveyed(records: Iterable[Path]) -> Survey:
    """Read the records and return what the site shows of them; errors as `read` raises them."""
    catalog = load()
    runs = []
    # One at a time: what is kept of a record is a small part of it.
    for path in records:
        record = read(path)
        runs.append(observe(record, findings(record, book_of(record, catalog))))
    return survey(catalog, runs)


def write_front(seen: Survey, pages: Iterable[Path]) -> None:
    """Write the front table into each page; a page without its marks ends the command with 2."""
    made = front_table(seen)
    for page in pages:
        try:
            write_whole(page, with_front(page.read_text("utf-8"), made))
        except ValueError as error:
            fail(f"{page}: {error}", ExitCode.USAGE)
