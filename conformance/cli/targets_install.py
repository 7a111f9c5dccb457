"""``targets install``: a known server, by the client of its registry, into a folder of its own."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.errors import fail
from conformance.cli.signals import terminable
from conformance.targets.install import (
    InstallError,
    default_folder,
    install,
    is_installed,
    plan,
)
from conformance.targets.launchers.programs import venv_variable
from conformance.targets.launchers.recipes import RECIPES
from conformance.targets.launchers.registry import LAUNCHERS
from conformance.vocabulary.exit_codes import ExitCode

_NAMES = sorted(name for name, launcher in LAUNCHERS.items() if launcher.recipe)


@click.command()
@click.argument("name", type=click.Choice(_NAMES), metavar="NAME")
@click.option(
    "--into",
    "folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="New or empty folder to install it into. [default: servers/NAME in the user's cache]",
)
@click.option("--dry-run", is_flag=True, help="Show the commands and run none of them.")
def command(*, name: str, folder: Path | None, dry_run: bool) -> int:
    """Install the server NAME with pip, go, cargo, mvn or apt-get, in a known version.

    Each command is shown before it is run. `run --target NAME` finds the server in the cache, and
    in another folder with the variable that is shown. Exit codes: 0 it is installed, 2 it can't be
    installed on this machine, 3 a command failed.
    """
    server = LAUNCHERS[name].recipe
    place = folder.expanduser().absolute() if folder is not None else default_folder(server)
    try:
        planned = plan(server, place)
    except InstallError as error:
        fail(str(error), ExitCode.USAGE)
    if dry_run:
        click.echo("\n".join(f"$ {one}" for one in planned))
        return ExitCode.EXPECTED
    if is_installed(server, place):
        click.echo(f"{name}: {place} has it already")
    else:
        _run(server, place)
    if folder is not None:
        click.echo(f"export {venv_variable(server)}={place}")
    return ExitCode.EXPECTED


def _run(server: str, place: Path) -> None:
    if minutes := RECIPES[server].minutes:
        click.echo(f"The build takes about {minutes} minutes of one core.", err=True)
    with terminable():
        try:
            install(server, place, lambda text: click.echo(text, err=True))
        except InstallError as error:
            fail(str(error), ExitCode.UNREACHABLE)
    where = "the system" if RECIPES[server].client == "apt" else place
    click.echo(f"{server}: installed into {where}")
