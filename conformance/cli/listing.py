"""``list``: the tests that there are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import FILES, JSON, LEVEL, MENTIONING, SELECT, run_level
from conformance.runs.choice import chosen_tests
from conformance.runs.options import RunOptions
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Test


@click.command()
@SELECT
@MENTIONING
@LEVEL
@JSON
@FILES
def command(
    *,
    select: tuple[str, ...],
    mentioning: tuple[str, ...],
    level: str | None,
    as_json: bool,
    files: tuple[Path, ...],
) -> None:
    """List the tests, one on each line, or as a JSON array.

    An EXPR joins terms by and, or, not and parentheses. A term is the id of a test, a scenario or a
    rule (* matches anything but a slash, ** anything), or one of operation:NAME, needs:CAPABILITY,
    impact:WORD, catches:ID, code:ERROR and status:NUMBER (what is expected), source:ID,
    witnesses:NUMBER, or test:ID, which is only the test where a scenario has the same id. A term
    that matches nothing is an error.
    """
    with user_errors():
        catalog = load(files or None)
        options = RunOptions(
            files=files, select=select, mentioning=mentioning, level=run_level(level)
        )
        tests = chosen_tests(catalog, options)
    if as_json:
        click.echo(json.dumps([_row(test) for test in tests], indent=2))
    else:
        click.echo("".join(f"{test.id}  {test.title}\n" for test in tests), nl=False)
    if not tests:
        fail("nothing was selected", ExitCode.NOTHING_SELECTED)


def _row(test: Test) -> dict[str, object]:
    """Return one test as scripts rely on it."""
    place = test.scenario.place
    return {
        "id": test.id,
        "title": test.title,
        "rules": test.rules,
        "level": test.level,
        "needs": test.needs,
        "dialect": test.dialect or None,
        "file": place.file,
        "line": place.line,
    }
