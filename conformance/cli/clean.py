"""``clean``: remove what a killed run left on a target."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.cli.errors import user_errors
from conformance.cli.options import say_where, target_options
from conformance.cli.signals import terminable
from conformance.runs.leftovers import (
    find_leftovers,
    remove_leftovers,
    stand_ins_of,
    target_for,
)
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.engine.sweep import Plan
    from conformance.targets.options import TargetOptions


@click.command()
@target_options
@click.option("--bucket", metavar="NAME", help="Look only in this existing bucket.")
@click.option(
    "--run",
    "runs",
    multiple=True,
    metavar="ID",
    help="Remove what this run created even if it may still be in progress (repeatable).",
)
@click.option("--yes", is_flag=True, help="Delete what is listed.")
def command(*, target: TargetOptions, bucket: str | None, runs: tuple[str, ...], yes: bool) -> int:
    """List what runs left behind: their own buckets, and keys below their own prefix.

    Nothing else is read, and nothing is deleted without --yes. A run in progress renews a lease, a
    small object in its bucket; what it created is kept as long as the lease is younger than a
    minute. Without a lease a run counts as in progress for an hour. Exit code 1 when the target
    could not be listed completely, or something could not be deleted.
    """
    say_where(target)
    with (
        terminable(),
        user_errors(),
        target_for(load(), target, bucket) as plan,
        Wire(plan.endpoint, plan.identities) as wire,
    ):
        stand_ins = stand_ins_of(plan)
        found = find_leftovers(wire, bucket, stand_ins, runs)
        for text in _listed(found.plan):
            click.echo(harmless(text))
        for text in found.left:
            click.echo(f"left    {harmless(text)}; --run {text[:16]} removes it")
        problems = list(found.plan.problems)
        if found.plan.empty:
            click.echo("nothing to clean")
        elif yes:
            problems += remove_leftovers(wire, found, bucket, stand_ins)
        else:
            click.echo("nothing was deleted; --yes deletes what is listed above")
    for text in problems:
        click.echo(f"problem: {harmless(text)}", err=True)
    return ExitCode.DIFFERS if problems else ExitCode.EXPECTED


def _listed(found: Plan) -> Iterator[str]:
    """Yield a line for each thing that was found."""
    for upload in found.uploads:
        yield f"upload  {upload.bucket}/{upload.key} {upload.upload_id}"
    for one in found.stored:
        yield f"object  {one.shown}"
    for bucket in found.buckets:
        yield f"bucket  {bucket}"
