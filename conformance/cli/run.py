"""``run``: test a target."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.display_options import display_arguments
from conformance.cli.errors import fail, user_errors
from conformance.cli.gate_options import GateOptions, gate_arguments
from conformance.cli.options import (
    BUCKET,
    FILES,
    JSON,
    LAST_FAILED,
    LEVEL,
    MENTIONING,
    SELECT,
    run_level,
    say_where,
    target_options,
    without_secrets,
)
from conformance.cli.property_options import property_arguments
from conformance.cli.signals import terminable
from conformance.engine.limits import read_concurrency
from conformance.engine.one_core import usable_cores
from conformance.runs.heap import give_back_large_blocks
from conformance.runs.loop import run_here, run_serially
from conformance.runs.options import RunOptions
from conformance.runs.retrying import run_again
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.runs.tier import Spending
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from conformance.findings.model import Finding
    from conformance.record.model import Record
    from conformance.record.options import PropertyOptions
    from conformance.runs.display import Display
    from conformance.targets.options import TargetOptions
    from conformance.terminal.detail import Detail


class _Workers(click.ParamType[str]):
    """A number of processes, or ``auto`` for one a core."""

    name = "N|auto"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the value as `number_of_processes` takes it."""
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
    help="Number of worker processes; auto uses one per core.",
)
@click.option(
    "--concurrency",
    metavar="N|auto",
    default="auto",
    show_default=True,
    help="Number of tests in flight in each process; auto raises it while the network takes most "
    "of the time, and lowers it when the endpoint slows down or answers 503 or 429. Always "
    "one with --against and --record-evidence.",
)
@SELECT
@MENTIONING
@LAST_FAILED
@LEVEL
@click.option("--strict", is_flag=True, help="WARN and VARIANT fail the run too.")
@BUCKET
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the run's files; by default reports/<target>/<UTC time>.",
)
@property_arguments
@gate_arguments
@click.option(
    "--dry-run",
    is_flag=True,
    help="Start and send nothing. Show the tests, their number of requests and bytes, what the "
    "run creates and needs, and what it costs on Amazon S3.",
)
@display_arguments
@JSON
@FILES
def command(  # noqa: PLR0913  # one argument an option
    *,
    target: TargetOptions,
    workers: str,
    concurrency: str,
    select: tuple[str, ...],
    mentioning: tuple[str, ...],
    last_failed: str | None,
    level: str | None,
    strict: bool,
    bucket: str | None,
    out: Path | None,
    properties: PropertyOptions | None,
    gate: GateOptions,
    dry_run: bool,
    display: Display,
    detail: Detail,
    as_json: bool,
    files: tuple[Path, ...],
) -> int:
    """Run the tests of FILES (by default all) against a target and report what it breaks.

    Without a target, the embedded reference endpoint is started and tested. Exit codes: 0 as
    expected, 1 differs, 2 wrong options, specs, profile or credentials (nothing was tested), 3
    target unreachable, 4 bug in s3-conformance, 5 nothing selected.

    Each option can also be set in a file (--config) or by a variable, such as
    S3_CONFORMANCE_MAXFAIL for --maxfail. The command line overrides variables, and variables
    override the file.
    """
    with user_errors():
        only = _only(last_failed, target, strict=strict)
    options = RunOptions(
        target=target,
        files=files,
        select=select,
        mentioning=mentioning,
        only=only,
        most_failures=gate.most_failures,
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
        budget=gate.budget,
        command=("s3-conformance", *without_secrets(sys.argv[1:])),
        face="command",
    )
    alone = workers == "1" and properties is None
    with terminable(), user_errors():
        if gate.against is not None:
            return _against(options, gate.against, alone=alone, as_json=as_json, detail=detail)
        if gate.record_evidence:
            if not alone:
                raise click.UsageError("--record-evidence: without --workers and --properties")
            # Imported here: few runs need it.
            from conformance.cli.evidence import record_evidence  # noqa: PLC0415

            return record_evidence(options, gate.spend_limit or 0.0, display)
        spending = _spending(gate, workers)
        selection = make_selection(options)
        if not selection.tests:
            fail("nothing was selected", ExitCode.NOTHING_SELECTED)
        if dry_run:
            from conformance.cli.dry_run import show_plan  # noqa: PLC0415  # likewise

            show_plan(options, selection, as_json=as_json)
            return ExitCode.EXPECTED
        if detail != "quiet":
            say_where(target, as_json=as_json)
        return _run(Run(options, selection, display, _write_reports), workers, spending)


def _against(options: RunOptions, other: str, *, alone: bool, as_json: bool, detail: Detail) -> int:
    if not alone:
        raise click.UsageError("--against takes turns: without --workers and --properties")
    if as_json:
        raise click.UsageError(
            "--against writes no JSON: the records of both runs are in its folder"
        )
    from conformance.cli.against import run_against  # noqa: PLC0415  # few runs need it

    if detail != "quiet":
        say_where(options.target)
    return run_against(options, other)


def _run(run: Run, workers: str, spending: Spending | None) -> int:
    """Run all tests, and again those that would count by chance; return the exit code."""
    try:
        with run:
            if run.begin():
                _run_tests(run, workers, spending)
                if not run.stopped:
                    run_again(run, run.options.retries)
    except KeyboardInterrupt:
        if run.ending is None:
            raise
    return run.exit_code


def _spending(gate: GateOptions, workers: str) -> Spending | None:
    """Return what keeps the run within its budget; None without one."""
    if gate.budget is None:
        return None
    if workers != "1":
        raise click.UsageError("--budget counts one worker's time: without --workers")
    return Spending(gate.budget)


def _run_tests(run: Run, workers: str, spending: Spending | None) -> None:
    """Run the plan's tests in this process, or spread them over several."""
    number = number_of_processes(workers)
    if number > 1:
        # Imported here: one process needs none of it.
        from conformance.runs.processes import run_in_processes  # noqa: PLC0415

        run_in_processes(run, number)
        return
    give_back_large_blocks()
    if spending is None:
        run_here(run)
    else:
        run_serially(run, leaves_out=spending.refuses)


def number_of_processes(asked: str) -> int:
    """Return the number that ``asked`` is; ``auto`` means one a core."""
    return int(asked) if asked != "auto" else len(usable_cores()) or os.cpu_count() or 1


def _only(named: str | None, target: TargetOptions, *, strict: bool) -> frozenset[str] | None:
    """Return the tests that ``--last-failed`` leaves; None without it."""
    if named is None:
        return None
    # Imported here: few runs need it.
    from conformance.catalog.load import load  # noqa: PLC0415
    from conformance.cli.last_failed import last_failed as failed_before  # noqa: PLC0415
    from conformance.runs.selection import chosen_profile  # noqa: PLC0415

    profile = chosen_profile(load(), target)
    return failed_before(named, profile.name, strict=strict)


def _write_reports(record: Record, folder: Path, found: tuple[Finding, ...]) -> None:
    """Write the reports; what makes them is loaded when the first test has long been sent."""
    from conformance.report import write_reports  # noqa: PLC0415  # see above

    write_reports(record, folder, found)
