"""Which laws a run tries, and what each may spend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.properties.budget import PROFILES, divided
from conformance.properties.law import AREA, as_test
from conformance.properties.laws import ALL, BY_ID

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.catalog.model import Catalog, Test
    from conformance.properties.budget import Budget
    from conformance.properties.options import PropertyOptions


def law_tests(catalog: Catalog) -> tuple[Test, ...]:
    """Return all laws as tests, for selection and listing."""
    return tuple(
        as_test(
            law,
            catalog.rules,
            catalog.buckets[law.bucket].needs if law.bucket in catalog.buckets else (),
        )
        for law in ALL
    )


def is_law(test_id: str) -> bool:
    """Tell whether an id is that of a law's test."""
    return test_id.startswith(AREA) and test_id in BY_ID


def uses(tests: Iterable[Test]) -> frozenset[str]:
    """Return the capabilities that make the stories of these laws richer."""
    return frozenset(name for test in tests if is_law(test.id) for name in BY_ID[test.id].uses)


def budget(options: PropertyOptions, laws: int, examples: Path | None = None) -> Budget:
    """Return what each of ``laws`` laws may spend.

    ``examples`` is where what is worth trying again is kept, by whoever explores: with a seed of
    the user's own, or in a soak. Without either a search is the same in every run.
    """
    chosen = PROFILES[options.profile]
    explores = options.seed is not None or options.profile == "soak"
    seconds = None if options.seconds is None else options.seconds * options.workers
    return replace(
        divided(chosen, laws, seconds=seconds, requests=options.requests, sent=options.bytes),
        seed=options.seed or 0,
        examples_folder=examples if explores else None,
    )
