"""Options that several commands share."""

from __future__ import annotations

import functools
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from conformance.cli.completion import complete_expression, complete_target
from conformance.cli.config_file import of_context
from conformance.targets.option_values import read_options, with_environment
from conformance.targets.options import OPTIONS
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Level
    from conformance.targets.options import TargetOption, TargetOptions

R = TypeVar("R")

_LEVELS: Final[dict[str, Level]] = {"must": "MUST", "should": "SHOULD", "may": "MAY"}

FILES = click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")


class _Expression(click.ParamType[str]):
    """An expression of ``--select``; in a variable one a line, as they have blanks in them."""

    name = "EXPR"
    envvar_list_splitter = "\n"


SELECT = click.option(
    "--select",
    multiple=True,
    type=_Expression(),
    metavar="EXPR",
    shell_complete=complete_expression,
    help="Run only tests that match EXPR (repeatable); see `list --help`.",
)
LEVEL = click.option(
    "--level",
    type=click.Choice([*_LEVELS], case_sensitive=False),
    help="Run only tests of at least this level.",
)
MENTIONING = click.option(
    "-k",
    "--mentioning",
    multiple=True,
    type=_Expression(),
    metavar="TEXT",
    help="Run only tests that mention every word of TEXT in title, id, rule, error code, header "
    "or source (repeatable).",
)
LATEST: Final = "latest"
"""What ``--last-failed`` means without a record."""
LAST_FAILED = click.option(
    "--last-failed",
    is_flag=False,
    flag_value=LATEST,
    metavar="[RECORD]",
    help="Run only tests that failed in RECORD; by default in the latest record of the target.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Write JSON for machines.")
BUCKET = click.option(
    "--bucket",
    metavar="NAME",
    help="Use this existing bucket; the run only touches keys under its own prefix.",
)


def target_options(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the options that say which target, as one argument ``target``.

    What they leave open is taken from the environment.
    """
    return _with_target(function, endpoint=True)


def options_of_recorded_target(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the same, but that no variable says which endpoint: a record does."""
    return _with_target(function, endpoint=False)


def _with_target(function: Callable[..., R], *, endpoint: bool) -> Callable[..., R]:
    @functools.wraps(function)
    def wrapper(**given: Any) -> R:  # noqa: ANN401  # click hands over whatever its options are
        said = {row.field: given.pop(row.field) for row in OPTIONS}
        target = with_environment(
            read_options(said), os.environ, endpoint=endpoint, file=of_context()
        )
        return function(target=target, **given)

    command: Callable[..., R] = wrapper
    for row in reversed(OPTIONS):
        command = _option(row)(command)
    return command


def _option(row: TargetOption) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Return a row of the table as click has it; texts stay texts, which `read_options` reads."""
    if row.kind == "switch":
        return click.option(row.flag, is_flag=True, help=row.help)
    kind: click.ParamType[str] = click.STRING
    if row.choices:
        kind = click.Choice(row.choices)
    elif row.kind == "path":
        kind = click.Path()
    complete = complete_target if row.field == "target" else None
    return click.option(
        row.flag, type=kind, metavar=row.metavar or None, help=row.help, shell_complete=complete
    )


def say_where(target: TargetOptions, *, as_json: bool = False) -> None:
    """Say first which endpoint is tested, where no option does; beside JSON on standard error."""
    # A run goes on for its record, also when nobody can read what it says.
    with suppress(OSError):
        for line in target.where():
            click.echo(harmless(line), err=as_json)


def without_secrets(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return a command line as a record may keep it."""
    secret = {row.flag for row in OPTIONS if row.secret}
    shown: list[str] = []
    hide = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if hide:
            shown.append("<redacted>")
            hide = False
        elif name in secret:
            shown.append(f"{name}=<redacted>" if equals else name)
            hide = not equals
        else:
            shown.append(argument)
    return tuple(shown)


def run_level(word: str | None) -> Level | None:
    """Return the level that ``--level`` means."""
    return _LEVELS[word] if word is not None else None


def pages_with_marks(
    option: str, name: str, what: str
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Return an option of Markdown pages in which ``what`` stands between two marks."""
    return click.option(
        option,
        name,
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        multiple=True,
        metavar="FILE",
        help=f"A Markdown page in which to update {what}, between its marks (repeatable).",
    )
