"""``run``: judge a target."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.errors import fail, user_errors
from conformance.cli.gate_options import GateOptions, gate_arguments
from conformance.cli.options import (
    BUCKET,
    FILES,
    JSON,
    LEVEL,
    SELECT,
    run_level,
    say_where,
    target_options,
    without_secrets,
)
from conformance.cli.property_options import property_arguments
from conformance.cli.signals import terminable
from conformance.engine.limits import read_concurrency
from conformance.runs.loop import run_here
from conformance.runs.options import RunOptions
from conformance.runs.retrying import run_again
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.terminal.display import JsonDisplay, PlainDisplay
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from conformance.findings.model import Finding
    from conformance.record.model import Record
    from conformance.record.options import PropertyOptions
    from conformance.runs.display import Display
    from conformance.targets.options import TargetOptions


class _Workers(click.ParamType[str]):
    """A number of processes, or ``auto`` for one a core."""

    name = "N|auto"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value as xdist takes it."""
        if value != "auto" and not (value.isdecimal() and int(value) > 0):
            self.fail(f"{value!r} is neither a number from 1 nor auto", param, ctx)
        return value


@click.command()
@target_options
@click.option(
    "-n",
    "--workers",
    type=_Workers(),
    default="1",
    show_default=True,
    help="Processes that run tests; auto for one a core.",
)
@click.option(
    "--concurrency",
    metavar="N|auto",
    default="auto",
    show_default=True,
    help="Tests in flight in each process; auto takes more while the way to the endpoint is what "
    "takes time, and fewer when the endpoint slows down or answers 503 or 429. With --against and "
    "--record-evidence always one.",
)
@SELECT
@LEVEL
@click.option("--strict", is_flag=True, help="WARN and VARIANT fail the run too.")
@BUCKET
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the run's files; by default reports/<target>/<UTC time>.",
)
@click.option("-v", "--verbose", is_flag=True, help="List the ten longest tests at the end, too.")
@property_arguments
@gate_arguments
@JSON
@FILES
def command(  # noqa: PLR0913  # one argument an option
    *,
    target: TargetOptions,
    workers: str,
    concurrency: str,
    select: tuple[str, ...],
    level: str | None,
    strict: bool,
    bucket: str | None,
    out: Path | None,
    verbose: bool,
    properties: PropertyOptions | None,
    gate: GateOptions,
    as_json: bool,
    files: tuple[Path, ...],
) -> int:
    """Run the tests of FILES (by default all) against a target and report what it breaks.

    Without a target, the embedded reference endpoint is started and asked. Exit codes: 0 as
    expected, 1 differs, 2 usage, spec, profile or credentials (nothing judged), 3 target
    unreachable, 4 fault of the suite, 5 nothing selected.
    """
    options = RunOptions(
        target=target,
        files=files,
        select=select,
        level=run_level(level),
        strict=strict,
        bucket=bucket,
        concurrency=read_concurrency(concurrency, "--concurrency"),
        out=out,
        properties=properties,
        baseline=gate.baseline,
        retries=(2 if gate.baseline else 0) if gate.retries is None else gate.retries,
        flaky_fails=gate.flaky == "fail",
        shard=gate.shard,
        command=("s3-conformance", *without_secrets(sys.argv[1:])),
        face="command",
    )
    with terminable(), user_errors():
        if gate.against is not None:
            if workers != "1" or properties is not None:
                raise click.UsageError("--against takes turns: without --workers and --properties")
            if as_json:
                raise click.UsageError(
                    "--against writes no JSON: the records of both runs are in its folder"
                )
            from conformance.cli.against import run_against  # noqa: PLC0415  # few runs need it

            say_where(target)
            return run_against(options, gate.against)
        if gate.record_evidence:
            if workers != "1" or properties is not None:
                raise click.UsageError("--record-evidence: without --workers and --properties")
            from conformance.cli.evidence import record_evidence  # noqa: PLC0415  # likewise

            return record_evidence(
                options, gate.spend_limit or 0.0, _display(as_json=as_json, verbose=verbose)
            )
        selection = make_selection(options)
        if not selection.tests:
            fail("nothing was selected", ExitCode.NOTHING_SELECTED)
        say_where(target, as_json=as_json)
        run = Run(options, selection, _display(as_json=as_json, verbose=verbose), _write_reports)
        try:
            with run:
                if run.begin():
                    _run_tests(run, workers)
                    run_again(run, options.retries)
        except KeyboardInterrupt:
            if run.ending is None:
                raise
    return run.exit_code


def _run_tests(run: Run, workers: str) -> None:
    """Run the plan's tests in this process, or have pytest and xdist spread them over several."""
    if workers == "1":
        run_here(run)
        return
    # Imported here: one process needs neither pytest nor xdist.
    from conformance.pytest_plugin.spread import spread_tests  # noqa: PLC0415

    spread_tests(run, workers)


def _write_reports(record: Record, folder: Path, found: tuple[Finding, ...]) -> None:
    """Write the reports; what makes them is loaded when the first test has long been sent."""
    from conformance.report import write_reports  # noqa: PLC0415  # see above

    write_reports(record, folder, found)


def _display(*, as_json: bool, verbose: bool) -> Display:
    """Return what suits whoever reads standard output."""
    if as_json:
        return JsonDisplay(sys.stdout)
    if not sys.stdout.isatty() and "FORCE_COLOR" not in os.environ:
        return PlainDisplay(sys.stdout, verbose=verbose)
    from rich.console import Console  # noqa: PLC0415  # pipes and logs need none of it

    from conformance.terminal.live import LiveDisplay  # noqa: PLC0415  # likewise

    console = Console(file=sys.stdout, highlight=False)
    if console.is_terminal:
        return LiveDisplay(console, verbose=verbose)
    return PlainDisplay(sys.stdout, verbose=verbose)
