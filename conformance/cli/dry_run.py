"""What a run would do, without starting or sending anything."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from conformance.runs.estimate import estimate, lines
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from conformance.runs.options import RunOptions
    from conformance.runs.selection import Selection


def show_plan(options: RunOptions, selection: Selection, *, as_json: bool) -> None:
    """Show the target, the tests that were chosen, one a line, and what they would send and cost.

    As JSON: one object with the target, the ids and how many tests are left out.
    """
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
    made = estimate(selection, bucket=options.bucket, environ=os.environ)
    for line in ("", *lines(made, selection)):
        click.echo(harmless(line))
