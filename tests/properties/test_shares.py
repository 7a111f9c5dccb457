"""Time is dealt out by weight, what is not used goes on, and every law has some."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.properties.budget import PROFILES
from conformance.properties.laws import ALL, BY_ID
from conformance.properties.plan import shares
from conformance.properties.shares import Shares

if TYPE_CHECKING:
    from conformance.properties.budget import Budget
    from conformance.properties.law import Law

SOAK = PROFILES["soak"]
LIGHT = BY_ID["property/tags"]
HEAVY = replace(LIGHT, effort=3 * LIGHT.effort)


class Clock:
    """A clock that is set by hand."""

    now = 50.0

    def __call__(self) -> float:
        """Return the seconds."""
        return self.now


def dealt(
    laws: list[Law], used: list[float], workers: int = 1, whole: Budget = SOAK
) -> list[float]:
    """Return the seconds that each law is given, when it then needs so many of them."""
    clock = Clock()
    dealer = shares(replace(whole, pool=80.0), laws, workers, clock)
    given = []
    for law, seconds in zip(laws, used, strict=True):
        given.append(dealer.of(law).seconds)
        clock.now += seconds
    return [round(seconds, 3) for seconds in given if seconds is not None]


def test_by_weight() -> None:
    """A law that takes three times the requests has three times the time."""
    assert dealt([LIGHT, HEAVY], [20.0, 60.0]) == [20.0, 60.0]


def test_the_rest_goes_on() -> None:
    """What a law leaves is shared by those behind it, and what it takes too much is missing."""
    assert dealt([LIGHT] * 4, [0.0, 0.0, 50.0, 0.0]) == [20.0, 26.667, 40.0, 30.0]


def test_a_limit_is_no_even_share() -> None:
    """Where the others are likely to need less, one may have a quarter more of what there is."""
    quick = PROFILES["quick"]
    assert dealt([LIGHT] * 4, [25.0, 15.0, 10.0, 0.0], whole=quick) == [25.0, 22.917, 25.0, 30.0]


def test_everyone_has_some() -> None:
    """Where nothing is left, a quarter of a fair share is."""
    assert dealt([LIGHT] * 4, [80.0, 5.0, 5.0, 5.0]) == [20.0, 5.0, 5.0, 5.0]


def test_two_workers() -> None:
    """Each of two has the whole time for half of the laws, and a little for one too many."""
    assert dealt([LIGHT] * 4, [40.0, 40.0, 10.0, 0.0], workers=2) == [40.0, 40.0, 10.0, 10.0]


def test_the_last_is_told() -> None:
    """The last law, and no other, is told that nobody waits for its time."""
    dealer = Shares(replace(SOAK, pool=80.0), sum(law.weight for law in ALL))
    assert [dealer.of(law).last for law in ALL] == [False] * (len(ALL) - 1) + [True]


def test_no_pool_is_no_limit() -> None:
    """Without a pool nothing is changed."""
    assert shares(PROFILES["thorough"], ALL).of(LIGHT) is PROFILES["thorough"]
