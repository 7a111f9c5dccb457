"""``lint``: check spec files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load, specs_root
from conformance.cli.errors import user_errors
from conformance.cli.options import FILES
from conformance.targets.profile_file import load_profiles

if TYPE_CHECKING:
    from pathlib import Path


@click.command()
@FILES
def command(files: tuple[Path, ...]) -> None:
    """Check scenario files (by default the shipped ones) and show all mistakes at once."""
    with user_errors():
        catalog = load(files or None)
        profiles = load_profiles(specs_root() / "targets", catalog.capabilities)
    click.echo(
        f"no mistakes: {len(catalog.scenarios)} scenarios, {len(catalog.tests)} tests, "
        f"{len(catalog.rules)} rules, {len(catalog.sources)} sources, {len(profiles)} targets"
    )
