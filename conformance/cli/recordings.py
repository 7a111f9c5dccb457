"""``recordings``: what Amazon S3 was recorded to answer, asked of the reference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import JSON
from conformance.cli.recorded_reference import oracle_against_reference, sources_against_reference
from conformance.recordings.oracle import OracleError
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.recordings.outcome import Comparison

_SHOWN: Final = 5
"""Names shown of one cause."""
_LONGEST: Final = 120


@click.command()
@click.argument("oracle", required=False, type=click.Path(path_type=Path), metavar="[FILE]")
@JSON
@click.pass_context
def command(ctx: click.Context, *, oracle: Path | None, as_json: bool) -> None:
    """Send recorded requests to the reference again and compare its answers with those of S3.

    Without FILE these are the requests of the catalogue's sources; with FILE the exchanges of that
    file, which you must provide: JSON lines with group, test, n, request and response. The command
    compares status, code, message, elements, their order, and all headers.

    Exit code 1 when an answer differs in a way that specs/recordings.yaml does not explain, or when
    a difference that it explains is gone.
    """
    with user_errors():
        catalog = load()
    try:
        if oracle is None:
            found = sources_against_reference(catalog)
        else:
            found = oracle_against_reference(oracle, catalog)
    except (OSError, OracleError) as error:
        fail(harmless(str(error)), ExitCode.USAGE)
    click.echo(json.dumps(as_tree(found), indent=2) if as_json else "\n".join(_shown(found)))
    ctx.exit(ExitCode.EXPECTED if found.as_expected else ExitCode.DIFFERS)


def as_tree(found: Comparison) -> dict[str, object]:
    """Return a comparison as scripts rely on it."""
    return {
        "identical": found.identical,
        "total": len(found.outcomes),
        "groups": {
            name: {"identical": same, "total": every}
            for name, (same, every) in found.counts().items()
        },
        "known": [
            {
                "of": one.of,
                "reason": one.reason,
                "source": one.source,
                "names": [outcome.name for outcome in outcomes],
            }
            for one, outcomes in found.known
        ],
        "new": {
            outcome.name: [
                {"aspect": one.aspect, "recorded": one.recorded, "own": one.own}
                for one in outcome.differences
            ]
            for outcome in found.new
        },
        "stale": [one.of for one in found.stale],
    }


def _shown(found: Comparison) -> Iterator[str]:
    width = max((len(name) for name in found.counts()), default=0)
    for name, (same, every) in found.counts().items():
        yield f"{name:{width}}  {same:>5} of {every:>4} identical"
    yield f"{'all':{width}}  {found.identical:>5} of {len(found.outcomes):>4} identical"
    for one, outcomes in found.known:
        yield f"\nknown: {len(outcomes)} of {one.of} ({', '.join(one.aspects)})"
        yield f"  {one.reason}"
        yield f"  {one.source}"
    for one in found.stale:
        yield f"\nargued, and no longer so: {one.of} ({', '.join(one.aspects)})  {one.place}"
    for cause in found.causes():
        yield f"\nnew: {len(cause.names)} differ in {cause.aspect}"
        yield f"  S3         {_said(cause.recorded)}"
        yield f"  reference  {_said(cause.own)}"
        yield from (f"    {name}" for name in cause.names[:_SHOWN])
        if len(cause.names) > _SHOWN:
            yield f"    … and {len(cause.names) - _SHOWN} more"


def _said(text: str) -> str:
    shown = harmless(" ".join(text.split())) or "(nothing)"
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
