"""Options that several commands share."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import click

from conformance.runs.options import TargetOptions
from conformance.targets.credentials import KeyFlags
from conformance.vocabulary.text import empty

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Level

P = ParamSpec("P")
R = TypeVar("R")

_LEVELS: Final[dict[str, Level]] = {"must": "MUST", "should": "SHOULD", "may": "MAY"}

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
SELECT = click.option(
    "--select",
    multiple=True,
    metavar="EXPR",
    help="Only tests that the expression names; may be repeated. See `list --help`.",
)
LEVEL = click.option(
    "--level",
    type=click.Choice([*_LEVELS], case_sensitive=False),
    help="Only tests at least this strong.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON for machines.")
BUCKET = click.option(
    "--bucket",
    metavar="NAME",
    help="Use this bucket of yours; only keys under the run's own prefix are touched.",
)

_SECRET_OPTIONS: Final = ("--secret-key", "--session-token")
_TARGET: Final = (
    click.option("--target", metavar="NAME", help="A known target; see `targets`."),
    click.option(
        "--profile",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="A profile of your own; see specs/targets/template.yaml.",
    ),
    click.option("--endpoint-url", metavar="URL", help="An endpoint that already runs."),
    click.option("--tls-endpoint-url", metavar="URL", help="The same endpoint over TLS."),
    click.option(
        "--ca-file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Certificate authority of the TLS endpoint (PEM).",
    ),
    click.option("--insecure", is_flag=True, help="Do not check certificates."),
    click.option("--region", help="Region to sign for; us-east-1 by default."),
    click.option("--addressing", type=click.Choice(["path", "virtual-host"])),
    click.option(
        "--transport",
        type=click.Choice(["http", "tls"]),
        help="Transport of the steps that do not choose one.",
    ),
    click.option("--access-key", metavar="ID", help="By default: the usual places of boto."),
    click.option("--secret-key", metavar="KEY", help="Goes with --access-key."),
    click.option("--session-token", metavar="TOKEN"),
    click.option("--profile-name", metavar="NAME", help="A profile of the AWS configuration."),
    click.option(
        "--alt-profile-name",
        metavar="NAME",
        help="The same for the second identity; else S3_CONFORMANCE_ALT_ACCESS_KEY and so on.",
    ),
)


def target_options(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the options that say which target, as one argument ``target``."""

    @functools.wraps(function)
    def wrapper(**given: Any) -> R:  # noqa: ANN401  # click hands over whatever its options are
        keys = KeyFlags(
            **{
                name: given.pop(name)
                for name in (
                    "access_key",
                    "secret_key",
                    "session_token",
                    "profile_name",
                    "alt_profile_name",
                )
            }
        )
        options = TargetOptions(
            keys=keys,
            **{
                name: given.pop(name)
                for name in (
                    "target",
                    "profile",
                    "endpoint_url",
                    "tls_endpoint_url",
                    "ca_file",
                    "insecure",
                    "region",
                    "addressing",
                    "transport",
                )
            },
        )
        return function(target=options, **given)

    for option in reversed(_TARGET):
        wrapper = option(wrapper)
    return wrapper


def refuse_empty(arguments: Sequence[str]) -> None:
    """Raise `click.UsageError` for an argument without any text, whatever the command.

    It is mostly a variable of a script's that is not set. An option that were left out instead
    would let a run judge another endpoint, or touch another bucket, than the one that was meant.
    """
    before = ""
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name.startswith("--") and equals and not value.strip():
            raise click.UsageError(_empty(name))
        if not argument.strip():
            raise click.UsageError(_empty(before))
        before = argument


def _empty(name: str) -> str:
    return empty(name) if name.startswith("-") else "an argument is empty"


def without_secrets(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return a command line as a record may keep it."""
    shown: list[str] = []
    hide = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if hide:
            shown.append("<redacted>")
            hide = False
        elif name in _SECRET_OPTIONS:
            shown.append(f"{name}=<redacted>" if equals else name)
            hide = not equals
        else:
            shown.append(argument)
    return tuple(shown)


def run_level(word: str | None) -> Level | None:
    """Return the level that ``--level`` means."""
    return _LEVELS[word] if word is not None else None
