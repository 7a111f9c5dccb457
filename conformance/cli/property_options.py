"""The options of ``run`` that say how laws are tried on made-up examples."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import click

from conformance.properties.budget import PROFILES
from conformance.record.options import OFF, PropertyOptions

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")
R = TypeVar("R")

_UNITS: Final = {"s": 1, "m": 60, "h": 3600}
_SIZES: Final = {"": 1, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}


class _Span(click.ParamType[float]):
    """A time such as 90s, 30m or 2h, in seconds."""

    name = "TIME"

    def convert(
        self, value: str | float, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the seconds."""
        found = re.fullmatch(r"(\d+)([smh])", str(value))
        if found is None or not int(found[1]):
            self.fail(f"{value!r} is not a time such as 90s, 30m or 2h", param, ctx)
        return float(int(found[1]) * _UNITS[found[2]])


class _Size(click.ParamType[int]):
    """A number of bytes such as 200MiB."""

    name = "SIZE"

    def convert(
        self, value: str | int, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the bytes."""
        found = re.fullmatch(r"(\d+)(|KiB|MiB|GiB)", str(value))
        if found is None:
            self.fail(f"{value!r} is not a size such as 200MiB", param, ctx)
        return int(found[1]) * _SIZES[found[2]]


_OPTIONS: Final = (
    click.option(
        "--properties",
        type=click.Choice([*PROFILES, OFF]),
        help="Effort for property tests. [default: quick; off for a run of named FILES]",
    ),
    click.option("--for", "seconds", type=_Span(), help="Duration of a soak: 90s, 30m, 2h."),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        metavar="N",
        help="Random seed for property tests, to try other inputs than the usual ones; those that "
        "fail are saved.",
    ),
    click.option(
        "--property-requests",
        type=click.IntRange(min=1),
        metavar="N",
        help="Requests that all properties together may send.",
    ),
    click.option(
        "--property-bytes",
        type=_Size(),
        help="Bytes that all properties together may send and receive.",
    ),
)


def property_arguments(function: Callable[..., R]) -> Callable[..., R]:
    """Give a command the options on laws, as one argument ``properties``."""

    @functools.wraps(function)
    def wrapper(**given: Any) -> R:  # noqa: ANN401  # click hands over whatever its options are
        return function(properties=_options(given), **given)

    for option in reversed(_OPTIONS):
        wrapper = option(wrapper)
    return wrapper


def _options(given: dict[str, Any]) -> PropertyOptions | None:
    profile, seconds = given.pop("properties"), given.pop("seconds")
    seed = given.pop("seed")
    requests, sent = given.pop("property_requests"), given.pop("property_bytes")
    if profile == "soak" and seconds is None:
        raise click.UsageError("--properties soak needs a time: --for 30m")
    if seconds is not None and profile != "soak":
        raise click.UsageError("--for is the time of --properties soak")
    if profile is None and seed is None and requests is None and sent is None:
        return None
    return PropertyOptions(
        profile=profile or "quick", seconds=seconds, seed=seed, requests=requests, bytes=sent
    )
