"""``lint``: check spec files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.catalog.lint.evidence import unfinished
from conformance.catalog.lint.wording import warnings
from conformance.catalog.load import load
from conformance.cli.errors import user_errors
from conformance.cli.options import FILES
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog


@click.command()
@FILES
@click.option("--words", is_flag=True, help="List every discouraged word with a plainer one.")
def command(files: tuple[Path, ...], *, words: bool) -> None:
    """Check scenario files (by default the shipped ones) and show all mistakes at once.

    Discouraged words give warnings, which never fail the check.
    """
    with user_errors():
        catalog = load(files or None)
        shipped = "" if files else _shipped(catalog)
    checked = {one.place.file for one in catalog.scenarios}
    found = list(warnings(catalog, checked if files else None))
    if words:
        for line in found:
            click.echo(line, err=True)
    elif found:
        click.echo(f"{len(found)} words have a plainer one: lint --words lists them", err=True)
    for line in unfinished(catalog):
        click.echo(line, err=True)
    click.echo(
        f"no mistakes: {len(catalog.scenarios)} scenarios, {len(catalog.tests)} tests{shipped}"
    )


def _shipped(catalog: Catalog) -> str:
    """Check the shipped targets, too, and say how much there is beside scenarios."""
    # Imported here: somebody's own files are checked without pydantic, which loads slowly.
    from conformance.targets.profile_file import load_profiles  # noqa: PLC0415

    profiles = load_profiles(specs_root() / "targets", catalog.capabilities)
    return f", {len(catalog.rules)} rules, {len(catalog.sources)} sources, {len(profiles)} targets"
