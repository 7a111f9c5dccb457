"""What ``run --record-evidence`` does: Amazon S3's own answers, as dated sources."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from conformance.cli.errors import fail
from conformance.record.evidence import (
    contradictions_text,
    evidence,
    sources_yaml,
)
from conformance.record.options import OFF, PropertyOptions
from conformance.record.reader import read
from conformance.report import write_reports
from conformance.report.files import write_whole
from conformance.runs.recorder import RECORD_NAME
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.runs.spending_limit import check_limit, run_within
from conformance.targets.amazon import is_amazon
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from conformance.runs.display import Display
    from conformance.runs.options import RunOptions


def record_evidence(options: RunOptions, limit: float, display: Display) -> int:
    """Run within the limit (US dollars), write what S3 answered, and return the exit code.

    That is 1 when the run is not whole, or anything contradicts our sources.
    """
    check_limit(limit)
    selection = make_selection(replace(options, properties=PropertyOptions(profile=OFF)))
    if not selection.tests:
        fail("nothing was selected", ExitCode.NOTHING_SELECTED)
    profile = selection.profile
    for url in (profile.endpoint_url, profile.tls_endpoint_url):
        if url is not None and not is_amazon(url):
            fail(f"evidence is recorded from Amazon S3 alone: {url} is not", ExitCode.USAGE)
    if profile.launcher is not None:
        fail(f"evidence is recorded from Amazon S3 alone: {profile.name} is not", ExitCode.USAGE)
    run = Run(options, selection, display, write_reports)
    spent = 0.0
    try:
        with run:
            if run.begin():
                spent = run_within(run, limit)
    except KeyboardInterrupt:
        if run.ending is None:
            raise
    record = read(run.folder / RECORD_NAME)
    found = evidence(record)
    write_whole(run.folder / "evidence.yaml", sources_yaml(found, record))
    write_whole(run.folder / "contradictions.md", contradictions_text(found, record))
    for one in found.contradictions:
        name = f"{one.test.id}#{one.check.id}"
        click.echo(harmless(f"contradicts {name}: {one.check.got}, we say {one.check.expected}"))
    click.echo(
        f"{len(found.recordings)} answers recorded, {len(found.contradictions)} contradictions, "
        f"{len(found.confirmed)} weak sources borne out; at most {spent:.2f} USD"
    )
    click.echo(f"Evidence: {run.folder / 'evidence.yaml'}")
    return max(run.exit_code, ExitCode.DIFFERS if found.contradictions else ExitCode.EXPECTED)
