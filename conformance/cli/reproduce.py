"""``reproduce``: a test as one file of Python's standard library."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.record.reader import read
from conformance.reproduce.errors import CannotReproduceError
from conformance.reproduce.facts import script_of
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless


@click.command()
@click.argument("identifier", metavar="TEST")
@click.option(
    "--record",
    "record_path",
    type=click.Path(path_type=Path),
    metavar="RECORD",
    help="Record with the test; properties need it for their counter-example.",
)
@click.option(
    "--files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Scenario files instead of the shipped ones; may be repeated.",
)
def command(*, identifier: str, record_path: Path | None, files: tuple[Path, ...]) -> None:
    """Write a script that repeats TEST, for a maintainer who does not have this suite.

    It is one file that needs nothing but Python: it sends the requests of the test, signed with
    the keys of the environment, checks what the test checks, names what S3 documents with the
    link, and removes what it made. It exits 0 where the server answers as documented, 1 where it
    does not, 2 where nothing was checked. Nothing secret is in it.

    Exit code 2 if a test can't be repeated this way; the message says why.
    """
    with user_errors():
        record = read(record_path) if record_path is not None else None
        named = files or tuple(map(Path, record.run.options.files if record is not None else ()))
        catalog = load(named or None)
    try:
        text = script_of(catalog, identifier, record)
    except CannotReproduceError as error:
        fail(harmless(f"no script repeats this: {error}"), ExitCode.USAGE)
    click.echo(text, nl=False)
