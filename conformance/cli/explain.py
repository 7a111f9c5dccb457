"""``explain``: what one id stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.catalog.explain import UnknownIdError, explain
from conformance.catalog.load import load
from conformance.cli.errors import USAGE, fail, user_errors
from conformance.cli.options import FILES

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@click.argument("identifier", metavar="ID")
@FILES
def command(*, identifier: str, files: tuple[Path, ...]) -> None:
    """Explain a rule, source, scenario or test in numbered sentences, with its sources."""
    with user_errors():
        catalog = load(files or None)
    try:
        text = explain(catalog, identifier)
    except UnknownIdError as error:
        fail(str(error), USAGE)
    click.echo(text)
