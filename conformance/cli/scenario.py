"""``scenario``: scenarios made from what somebody saw."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.exchanges.draft import draft
from conformance.exchanges.model import ExchangeError
from conformance.exchanges.read import read_exchanges
from conformance.report.files import write_whole
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless


@click.group("scenario")
def command() -> None:
    """Make scenarios from recorded exchanges."""


@command.command("from-exchange")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--test", "test_id", metavar="TEST", help="Take only the exchanges of this test from a record."
)
@click.option(
    "--set-up",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    help="The first N exchanges only prepare the others.",
)
@click.option(
    "--bucket-in-host", is_flag=True, help="The host names the bucket (virtual-host addressing)."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the draft is written; standard output by default.",
)
def from_exchange(
    *, file: Path, test_id: str | None, set_up: int, bucket_in_host: bool, out: Path | None
) -> None:
    """Write the draft of a scenario from the exchanges in FILE.

    FILE is a record of ours, a HAR, the log of `curl -v`, or a request and its answer as text.
    Nothing is sent. Buckets, keys, ids, customer keys, bodies and metadata of whoever saw it are
    replaced; what is missing is listed on standard error. The draft can be checked with `lint` and
    run as it is; `rules: [TODO]` and `sources: [TODO]` keep it out of the catalogue until somebody
    writes what Amazon S3 answers and where that is documented.
    """
    try:
        with user_errors():
            made = draft(
                read_exchanges(file, test_id),
                out.stem if out is not None else file.stem,
                bucket_in_host=bucket_in_host,
                set_up=set_up,
            )
            _check(made.text)
    except ExchangeError as error:
        fail(harmless(str(error)), ExitCode.USAGE)
    if out is None:
        click.echo(made.text, nl=False)
    else:
        write_whole(out, made.text)
        click.echo(f"Draft: {out}", err=True)
    click.echo("missing:", err=True)
    for line in made.missing:
        click.echo(f"  - {harmless(line)}", err=True)


def _check(text: str) -> None:
    """Load the draft as ``run`` would; raises `SpecError` where it is no scenario."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "draft.yaml"
        path.write_text(text, encoding="utf-8")
        load([path])
