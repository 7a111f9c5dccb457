"""``probe``: what a target can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.cli.errors import user_errors
from conformance.cli.options import BUCKET, JSON, say_where, target_options
from conformance.cli.signals import terminable
from conformance.runs.leftovers import target_for
from conformance.runs.probing import probe_all, probing
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from conformance.record.model import CapabilityLine
    from conformance.targets.options import TargetOptions


@click.command()
@target_options
@BUCKET
@JSON
def command(*, target: TargetOptions, bucket: str | None, as_json: bool) -> int:
    """Probe every capability of a target, and show what is declared beside what is detected.

    Exit code 1 when a declared capability is missing.
    """
    say_where(target, as_json=as_json)
    lines: list[CapabilityLine] = []
    with terminable(), user_errors():
        catalog = load()
        with target_for(catalog, target, bucket) as plan, probing(plan) as context:
            if not as_json:
                click.echo(f"{plan.profile.name} ({', '.join(plan.endpoint.urls.values())})")
            for line in probe_all(context, [*catalog.capabilities]):
                lines.append(line)
                if not as_json:
                    click.echo(_shown(line))
    if as_json:
        click.echo(json.dumps([_row(line) for line in lines], indent=2))
    return ExitCode.DIFFERS if any(map(_hollow, lines)) else ExitCode.EXPECTED


def _hollow(line: CapabilityLine) -> bool:
    """Return whether a claimed capability was asked for and not found to be there."""
    asked = line.probed in {"no", "ignored"} or bool(line.exchanges)
    return line.claimed == "yes" and line.probed != "yes" and asked


def _shown(line: CapabilityLine) -> str:
    """Return one capability as a line: name, claimed, probed, and why."""
    return f"{line.name:<20} {line.claimed:<7} {line.probed:<11} {harmless(line.reason)}".rstrip()


def _row(line: CapabilityLine) -> dict[str, str]:
    """Return one capability for machines."""
    return {
        "name": line.name,
        "about": line.about,
        "claimed": line.claimed,
        "probed": line.probed,
        "reason": line.reason,
    }
