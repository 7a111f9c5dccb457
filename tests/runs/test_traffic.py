"""What tests send, worked out before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from conformance.catalog.digests import digest_of_given
from conformance.catalog.load import load
from conformance.runs.traffic import of_steps, traffic

if TYPE_CHECKING:
    from conformance.catalog.model import Test

_MIB: Final = 1024**2
_SCENARIOS: Final = 332 * _MIB
"""Of the 350 MiB that a run may send. A quick search of all properties sends some 21 of them, and
the rest is what small bodies are counted too high here."""


@pytest.fixture(scope="module")
def tests() -> tuple[Test, ...]:
    """Load the catalogue."""
    return load().tests


def test_a_run_of_all_tests_stays_below_its_budget(tests: tuple[Test, ...]) -> None:
    """Set-ups that are sent once count once; a scenario too many with parts of 5 MiB shows here."""
    given_once: set[str] = set()
    sent = 0
    for test in tests:
        sent += of_steps(test.steps).sent
        digest = digest_of_given(test) if test.scenario.given_once else ""
        if digest not in given_once:
            sent += of_steps(test.given).sent
        if digest:
            given_once.add(digest)
    assert 300 * _MIB < sent < _SCENARIOS


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("complete/assembles[mixed]", 10 * _MIB),  # each request has a body of its own
        ("complete/assembles[reversed]", 5 * _MIB),
        ("upload-part/above-chunk-size", 9 * _MIB),
        ("checksum/vector/three-parts[crc32]", 15 * _MIB),
    ],
)
def test_large_bodies_are_counted(tests: tuple[Test, ...], name: str, least: int) -> None:
    """What is sent is at least known to be that much, and not much more."""
    (test,) = (one for one in tests if one.id == name)
    assert least <= traffic(test).sent < least + _MIB
