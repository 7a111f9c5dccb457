"""What a run would do, without starting or sending anything."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from conformance.vocabulary.text import harmless, tests

if TYPE_CHECKING:
    from conformance.runs.options import RunOptions
    from conformance.runs.selection import Selection


def show_plan(options: RunOptions, selection: Selection, *, as_json: bool) -> None:
    """Show the target and the tests that were chosen, one a line, or all as a JSON object."""
    ids = [test.id for test in selection.tests]
    profile = selection.profile
    if as_json:
        plan = {
            "target": profile.name,
            "endpoint_url": options.target.endpoint_url or profile.endpoint_url,
            "tests": ids,
            "left_out": len(selection.left_out),
        }
        click.echo(json.dumps(plan, indent=2))
        return
    for line in options.target.where():
        click.echo(harmless(line))
    for test in selection.tests:
        click.echo(f"{test.id}  {test.title}")
    click.echo(
        f"{tests(len(ids))} would be run on {profile.name}, {len(selection.left_out)} are left out"
    )
