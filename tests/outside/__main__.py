"""Run a suite against the reference: `python -m tests.outside SUITE CHECKOUT [OUTPUT]`.

OUTPUT is a file for what the suite prints, by which a failure can be understood.

Ends with 1 when a test fails that is not among the known differences, or when one of those no
longer fails; with 2 when the checkout is not at the pinned commit.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import click

from .differences import Outcome, Suite, read
from .runners import RUNNERS, Job


def main(arguments: list[str]) -> int:
    """Run one suite and show how it ended."""
    if len(arguments) not in (2, 3) or arguments[0] not in RUNNERS:
        click.echo(
            f"usage: python -m tests.outside {'|'.join(RUNNERS)} CHECKOUT [OUTPUT]", err=True
        )
        return 2
    name, checkout = arguments[0], Path(arguments[1]).resolve()
    suite = read(name)
    head = _head(checkout)
    if head != suite.commit:
        click.echo(f"{checkout} is at {head}, and not at {suite.commit}", err=True)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        job = Job(checkout, suite.select, Path(scratch))
        outcome = RUNNERS[name](job)
        for output in arguments[2:]:
            shutil.copyfile(job.output, output)
        if not outcome.passed and not outcome.failed:
            click.echo(job.output.read_text()[-4000:], err=True)
            click.echo("no test ran", err=True)
            return 2
    return show(name, suite, outcome)


def show(name: str, suite: Suite, outcome: Outcome) -> int:
    """Print the result; 0 when nothing is new and nothing is gone."""
    new, gone = sorted(outcome.new(suite)), sorted(outcome.gone(suite))
    click.echo(
        f"{name} at {suite.commit[:10]}: {len(outcome.passed)} passed,"
        f" {len(outcome.failed)} failed, {len(outcome.skipped)} skipped"
    )
    for one in new:
        click.echo(f"new difference: {one}")
    for one in gone:
        click.echo(f"known difference that is gone: {one}")
    return 1 if new or gone else 0


def _head(checkout: Path) -> str:
    done = subprocess.run(  # noqa: S603  # git alone, on a folder that the user names
        ["git", "-C", str(checkout), "rev-parse", "HEAD"],  # noqa: S607  # the user's own git
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "no commit"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
