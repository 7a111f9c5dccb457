"""``explain``: what one id stands for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from conformance.catalog.explain import UnknownIdError, explain
from conformance.catalog.explain_history import history_lines
from conformance.catalog.load import load
from conformance.cli.completion import complete_id
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import FILES
from conformance.properties.plan import law_tests
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("identifier", metavar="ID", shell_complete=complete_id)
@FILES
def command(*, identifier: str, files: tuple[Path, ...]) -> None:
    """Explain a rule, source, scenario, test, property or incompatibility, with its sources."""
    with user_errors():
        catalog = load(files or None)
    laws = law_tests(catalog)
    catalog = replace(
        catalog,
        tests=(*catalog.tests, *laws),
        scenarios=(*catalog.scenarios, *(law.scenario for law in laws)),
    )
    try:
        text = explain(catalog, identifier)
    except UnknownIdError as error:
        fail(str(error), ExitCode.USAGE)
    click.echo(text)
    for line in history_lines(catalog, identifier):
        click.echo(line)
