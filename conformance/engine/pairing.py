"""Pairs expected items with actual items, whatever their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def pair(wanted: int, came: int, fits: Callable[[int, int], bool]) -> list[int | None]:
    """Return, for each of ``wanted`` expectations, the index of the item that it is paired with.

    ``fits(expectation, item)`` says which pairs are possible. No item is used twice, and as many
    expectations as possible get one (augmenting paths, so that a broad expectation never takes
    what a narrow one needs); None where nothing is left.
    """
    holder: dict[int, int] = {}

    def place(expectation: int, tried: set[int]) -> bool:
        for item in range(came):
            if item in tried or not fits(expectation, item):
                continue
            tried.add(item)
            if item not in holder or place(holder[item], tried):
                holder[item] = expectation
                return True
        return False

    for expectation in range(wanted):
        place(expectation, set())
    found = {expectation: item for item, expectation in holder.items()}
    return [found.get(expectation) for expectation in range(wanted)]
