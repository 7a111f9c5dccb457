"""``evidence``: sources made from a record of Amazon S3."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.errors import fail, user_errors
from conformance.record.evidence import evidence, sources_yaml
from conformance.record.masking import masked_evidence
from conformance.record.reader import read
from conformance.report.files import write_whole
from conformance.targets.amazon import is_amazon
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless


@click.group("evidence")
def command() -> None:
    """Make sources from what Amazon S3 answered."""


@command.command("from-record")
@click.argument("record", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where the draft is written; standard output by default.",
)
def from_record(*, record: Path, out: Path | None) -> None:
    """Write drafts of sources, grade `recorded`, from the RECORD of a run against Amazon S3.

    One entry for each different answer. Account ids, access keys, ARNs, ids and the names of
    buckets and profiles are masked. Nothing is sent. Pick the entries that matter, give them ids
    of the file in specs/sources that they go into, and add the link where the record is published.
    """
    with user_errors():
        made = read(record)
    urls = [url for url in (made.run.endpoint_url, made.run.tls_endpoint_url) if url]
    if not urls or not all(map(is_amazon, urls)):
        where = harmless(" and ".join(urls) or "no endpoint")
        fail(f"the record is of {where}, and evidence comes from Amazon S3 alone", ExitCode.USAGE)
    found = masked_evidence(evidence(made), made)
    if not found.recordings:
        fail("the record holds no answer of Amazon S3 to a step", ExitCode.USAGE)
    text = sources_yaml(found, made)
    if out is None:
        click.echo(text, nl=False)
    else:
        write_whole(out, text)
        click.echo(f"Draft: {out}", err=True)
    click.echo(
        f"{len(found.recordings)} answers, {len(found.contradictions)} checks that differ from"
        " what the catalogue expects. Read each entry before you send it.",
        err=True,
    )
