"""``targets``: the servers that are known by name, shown or started."""

from __future__ import annotations

import json
import re
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.load import load
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import JSON
from conformance.cli.publish import command as publish
from conformance.cli.signals import terminable
from conformance.cli.targets_install import command as install
from conformance.targets.install import state
from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.registry import LAUNCHERS, launched
from conformance.targets.profile_file import load_profiles
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from conformance.targets.launchers.running import Running
    from conformance.targets.profile import Profile


_HOW: Final = "# A profile of your own target. Copy this file, keep what applies, and run"


@click.group(invoke_without_command=True)
@JSON
@click.pass_context
def command(context: click.Context, *, as_json: bool) -> None:
    """Show the known targets: what they are, whether they are installed, what they lack."""
    if context.invoked_subcommand is not None:
        return
    with user_errors():
        profiles = load_profiles(specs_root() / "targets", load().capabilities)
    if as_json:
        click.echo(json.dumps([_as_data(profile) for profile in profiles.values()], indent=2))
        return
    click.echo("\n\n".join(_shown(profile) for profile in profiles.values()))


@command.command()
@click.argument("name", type=click.Choice(sorted(LAUNCHERS)), metavar="NAME")
@JSON
@click.option(
    "--log",
    "log_folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the server's log in this folder.",
)
def start(*, name: str, as_json: bool, log_folder: Path | None) -> int:
    """Start the server NAME on loopback, show how to reach it, and stop it at Ctrl-C or SIGTERM.

    The output contains generated key pairs. With --json it is one line.
    """
    with terminable(), user_errors():
        try:
            # A signal may come as soon as the line is out: it ends the wait anyway.
            with launched(name, log_folder) as server, suppress(KeyboardInterrupt):
                click.echo(json.dumps(_reach(server)) if as_json else _exports(server))
                threading.Event().wait()
        except LaunchError as error:
            fail(str(error), ExitCode.USAGE)
    return ExitCode.EXPECTED


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def init(*, file: Path) -> None:
    """Write FILE, a commented profile for your own server, to edit and commit."""
    text = (specs_root() / "targets" / "template.yaml").read_text("utf-8")
    name = re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-") or "my-server"
    text = text.replace("my-server.yaml", file.name).replace("name: my-server", f"name: {name}")
    text = text.replace("my server's nightly build", f"{name}, of the day")
    text = text.replace(_HOW, "# A profile of your own target. Keep what applies, and run")
    try:
        with file.open("x", encoding="utf-8") as written:
            written.write(text)
    except FileExistsError:
        fail(f"{file} is there already", ExitCode.USAGE)
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}", ExitCode.USAGE)
    click.echo(f"{file}: edit it, then s3-conformance run --profile {file}")


command.add_command(install, "install")
command.add_command(publish, "publish")


def _reach(server: Running) -> dict[str, str]:
    """Return what a client needs, by the names of `Running`."""
    found = {
        "version": server.version,
        "endpoint_url": server.endpoint_url,
        "tls_endpoint_url": server.tls_endpoint_url,
        "ca_file": str(server.ca_file or ""),
        "region": server.region,
        "access_key": server.main.access_key,
        "secret_key": server.main.secret_key,
    }
    if server.alt is not None:
        found |= {"alt_access_key": server.alt.access_key, "alt_secret_key": server.alt.secret_key}
    return {name: value for name, value in found.items() if value}


def _exports(server: Running) -> str:
    """Return the same as lines that a shell takes."""
    names = {
        "endpoint_url": "AWS_ENDPOINT_URL_S3",
        "region": "AWS_REGION",
        "access_key": "AWS_ACCESS_KEY_ID",
        "secret_key": "AWS_SECRET_ACCESS_KEY",
        "alt_access_key": "S3_CONFORMANCE_ALT_ACCESS_KEY",
        "alt_secret_key": "S3_CONFORMANCE_ALT_SECRET_KEY",
    }
    reach = _reach(server)
    lines = [f"# {reach.pop('version')}; stop it with Ctrl-C"]
    for name, value in reach.items():
        lines.append(f"export {names[name]}={value}" if name in names else f"# {name}: {value}")
    return "\n".join(lines)


def _as_data(profile: Profile) -> dict[str, object]:
    """Return the profile, and whether its server is here: null where none is started."""
    recipe = LAUNCHERS[profile.launcher].recipe if profile.launcher is not None else ""
    found = state(recipe) if recipe else None
    here = {"state": found.word, "detail": found.detail} if found is not None else None
    return profile.model_dump(mode="json") | {"installation": here}


def _shown(profile: Profile) -> str:
    """Return one target in a few lines."""
    lines = [f"{profile.name}: {profile.about.summary}"]
    lines += [f"  about       {line}" for line in profile.about.lines()]
    if profile.launcher is not None:
        launcher = LAUNCHERS[profile.launcher]
        lines.append(f"  started by  run --target {profile.name}")
        if launcher.recipe:
            found = state(launcher.recipe)
            lines.append(f"  state       {found}")
            if found.word != "installed":
                lines.append(f"  needs       {launcher.install}")
    if profile.claims:
        lines.append(f"  claims      {', '.join(profile.claims)}")
    for word in ("lacks", "plans", "declines", "ignores"):
        named: dict[str, str] = getattr(profile, word)
        lines += [f"  {word:<11} {name}: {reason}" for name, reason in named.items()]
    return "\n".join(lines)
