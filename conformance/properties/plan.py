"""Which properties a run tests, and what each may spend."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.digests import Digests
from conformance.properties.budget import PROFILES, divided
from conformance.properties.known_laws import known_laws
from conformance.properties.law import AREA, as_test
from conformance.properties.shares import Shares

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable
    from pathlib import Path

    from conformance.catalog.model import Catalog, Test
    from conformance.properties.budget import Budget
    from conformance.properties.law import LawFacts
    from conformance.record.options import PropertyOptions

SEEDS: Final = 2**32
"""How many seeds there are."""


def law_tests(catalog: Catalog) -> tuple[Test, ...]:
    """Return all properties as tests, for selection and listing."""
    tests = (
        as_test(
            law,
            catalog.rules,
            catalog.buckets[law.bucket].needs if law.bucket in catalog.buckets else (),
        )
        for law in known_laws().values()
    )
    digests = Digests(catalog.rules, catalog.sources, catalog.capabilities)
    return tuple(replace(test, expects=str(digests.of(test))) for test in tests)


def laws_of(tests: Iterable[Test]) -> tuple[LawFacts, ...]:
    """Return the properties among the tests."""
    return tuple(known_laws()[test.id] for test in tests if is_law(test.id))


def is_law(test_id: str) -> bool:
    """Return whether an id is that of a property."""
    return test_id.startswith(AREA) and test_id in known_laws()


def uses(tests: Iterable[Test]) -> frozenset[str]:
    """Return the optional capabilities that the stories of these properties use if available."""
    return frozenset(name for law in laws_of(tests) for name in law.uses)


def budget(
    options: PropertyOptions, laws: Collection[LawFacts], examples: Path | None = None
) -> Budget:
    """Return what each property may spend, except for time: see `shares`.

    ``examples`` is where what is worth trying again is kept, by whoever explores: with a seed of
    the user's own, or in a soak, which draws one. Without either a search is the same in every run.
    """
    chosen = PROFILES[options.profile]
    soaks = options.profile == "soak"
    explores = options.seed is not None or soaks
    drawn = secrets.randbelow(SEEDS) if soaks else 0
    return replace(
        divided(chosen, len(laws), requests=options.requests, sent=options.bytes),
        pool=chosen.pool if options.seconds is None else options.seconds,
        seed=drawn if options.seed is None else options.seed,
        examples_folder=examples if explores else None,
        reuse=options.seed is None,
    )


def shares(
    budget: Budget,
    laws: Iterable[LawFacts],
    workers: int = 1,
    clock: Callable[[], float] = time.monotonic,
    lanes: Callable[[], int] = lambda: 1,
) -> Shares:
    """Return how one of ``workers`` workers divides its time among its properties.

    ``laws`` are those of all workers; ``lanes`` says how many of them it tries at once.
    """
    return Shares(budget, sum(law.weight for law in laws) / workers, clock, lanes)
