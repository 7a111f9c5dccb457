"""``targets``: the servers that are known by name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load, specs_root
from conformance.cli.errors import user_errors
from conformance.cli.options import JSON
from conformance.targets.launch import LAUNCHERS
from conformance.targets.profile_file import load_profiles

if TYPE_CHECKING:
    from conformance.targets.profile import Profile


@click.command()
@JSON
def command(*, as_json: bool) -> None:
    """Show the known targets: what they claim, what they lack, how to get them."""
    with user_errors():
        profiles = load_profiles(specs_root() / "targets", load().capabilities)
    if as_json:
        click.echo(json.dumps([p.model_dump(mode="json") for p in profiles.values()], indent=2))
        return
    click.echo("\n\n".join(_shown(profile) for profile in profiles.values()))


def _shown(profile: Profile) -> str:
    """Return one target in a few lines."""
    lines = [f"{profile.name}: {profile.about}"]
    if profile.launcher is not None:
        install = LAUNCHERS[profile.launcher].install
        lines.append(f"  started by  run --target {profile.name}")
        if install:
            lines.append(f"  needs       {install}")
    if profile.claims:
        lines.append(f"  claims      {', '.join(profile.claims)}")
    lines += [f"  lacks       {name}: {reason}" for name, reason in profile.lacks.items()]
    return "\n".join(lines)
