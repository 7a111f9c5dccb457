"""Compares header lines or parameters with those of a file, in their order. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NUMBERS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Expected:
    """One header line or parameter as a file has it."""

    text: str
    pattern: re.Pattern[str]
    name: re.Pattern[str]
    optional: bool
    many: bool = False
    """Stands for any number of lines."""


def in_order(
    what: str, expected: Sequence[Expected], sent: Sequence[str], given: frozenset[str]
) -> Iterator[str]:
    """Walk both in order; yield what is new, written otherwise, in another place or missing.

    Names among ``given`` may be there or not, with any value, but in their place.
    """
    places: list[tuple[str, int]] = []
    taken: set[int] = set()
    for text in sent:
        at = _place(text, expected, taken)
        if at is None:
            if name_of(text).lower() not in given:
                yield f"the {what} {text} is new"
            continue
        if not expected[at].many:
            taken.add(at)
        if not expected[at].pattern.fullmatch(_steady(text)) and name_of(text).lower() not in given:
            yield f"the {what} {expected[at].text} is sent as {text}"
        places.append((text, at))
    kept = _longest_rising([at for _, at in places])
    for number, (text, at) in enumerate(places):
        if number not in kept:
            yield f"the {what} {name_of(text)} stands {_elsewhere(places, number, expected, at)}"
    for at, one in enumerate(expected):
        if at not in taken and not one.optional and name_of(one.text).lower() not in given:
            yield f"the {what} {one.text} is not sent"


def _place(text: str, expected: Sequence[Expected], taken: set[int]) -> int | None:
    """Return which of the expected lines this is: as it is written, else by its name alone."""
    line = _steady(text)
    left = [(at, one) for at, one in enumerate(expected) if at not in taken]
    exact = (at for at, one in left if one.pattern.fullmatch(line))
    named = (at for at, one in left if one.name.fullmatch(line))
    return next(exact, next(named, None))


def _steady(text: str) -> str:
    """Return a line without the number of an attempt."""
    return _NUMBERS.sub("0", text) if text.lower().startswith("amz-sdk-request") else text


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Return the indexes of a longest run of numbers that never fall: what is in its place."""
    best: list[tuple[int, int | None]] = []
    for at, number in enumerate(numbers):
        before = [(best[i][0], i) for i in range(at) if numbers[i] <= number]
        length, previous = max(before, default=(0, None), key=lambda one: one[0])
        best.append((length + 1, previous))
    if not best:
        return set()
    found = set()
    last: int | None = max(range(len(best)), key=lambda i: best[i][0])
    while last is not None:
        found.add(last)
        last = best[last][1]
    return found


def _elsewhere(
    places: Sequence[tuple[str, int]], number: int, expected: Sequence[Expected], at: int
) -> str:
    """Say where a line stands, and where the file has it."""
    where = f"behind {name_of(places[number - 1][0])}" if number else "first"
    wanted = f"behind {name_of(expected[at - 1].text)}" if at else "first"
    return f"{where}, not {wanted}"


def name_of(text: str) -> str:
    """Return the name in a header line or a parameter."""
    return re.split(r": |=", text, maxsplit=1)[0]
