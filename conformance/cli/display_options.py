"""The options that say how much a run shows, and in which colours."""

from __future__ import annotations

import functools
import os
import sys
from typing import TYPE_CHECKING, Any, Final, Literal, ParamSpec, TypeVar

import click

from conformance.terminal.display import JsonDisplay, PlainDisplay

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.runs.display import Display
    from conformance.terminal.detail import Detail

P = ParamSpec("P")
R = TypeVar("R")
Color = Literal["auto", "always", "never"]

_OPTIONS: Final = (
    click.option("-q", "--quiet", is_flag=True, help="Show only the summary at the end."),
    click.option("-v", "--verbose", is_flag=True, help="Show every test and every finding."),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colours; auto follows the terminal and the variable NO_COLOR.",
    ),
)


def display_arguments(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command these options and ``--json``, as one argument ``display``."""

    @functools.wraps(function)
    def wrapper(**given: Any) -> R:  # noqa: ANN401  # click hands over whatever its options are
        quiet, verbose = given.pop("quiet"), given.pop("verbose")
        if quiet and verbose:
            raise click.UsageError("-q and -v: one or the other")
        detail: Detail = "quiet" if quiet else "verbose" if verbose else "normal"
        display = display_of(detail, given.pop("color"), as_json=given["as_json"])
        return function(display=display, detail=detail, **given)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper


def display_of(detail: Detail, color: Color, *, as_json: bool) -> Display:
    """Return what suits whoever reads standard output."""
    if as_json:
        return JsonDisplay(sys.stdout)
    if detail == "quiet" or not (sys.stdout.isatty() or "FORCE_COLOR" in os.environ):
        return PlainDisplay(sys.stdout, detail, color=color == "always")
    # Imported here: only a terminal has use for it.
    from rich.console import Console  # noqa: PLC0415

    from conformance.terminal.live import LiveDisplay  # noqa: PLC0415

    plain = color == "never" or (color == "auto" and bool(os.environ.get("NO_COLOR")))
    console = Console(file=sys.stdout, highlight=False, no_color=plain)
    if console.is_terminal and not console.is_dumb_terminal:
        return LiveDisplay(console, detail=detail)
    return PlainDisplay(sys.stdout, detail, color=color == "always")
