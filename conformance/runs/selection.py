"""Selects what is run: the catalogue, the tests chosen from it, and the target's profile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.catalog.load import catalog_digest, load
from conformance.properties.plan import law_tests
from conformance.runs.choice import chosen_tests
from conformance.runs.target import choose_profile
from conformance.runs.tier import ordered
from conformance.targets.profile_file import ShippedProfiles
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from conformance.baseline.entries import Baseline
    from conformance.catalog.model import Catalog, Test
    from conformance.runs.options import RunOptions
    from conformance.targets.options import TargetOptions
    from conformance.targets.profile import Profile


@dataclass(frozen=True)
class Selection:
    """The catalogue, the selected tests and the profile, before anything is sent or started."""

    catalog: Catalog
    tests: tuple[Test, ...]
    """In the catalogue's order; empty when nothing was selected."""
    digest: str
    """SHA-256, in hex, over all spec files."""
    profile: Profile
    left_out: tuple[str, ...] = ()
    """Ids of the tests that the options left out."""
    baseline: Baseline | None = None

    @cached_property
    def by_id(self) -> Mapping[str, Test]:
        """The tests by id."""
        return {test.id: test for test in self.tests}


def chosen_profile(catalog: Catalog, options: TargetOptions) -> Profile:
    """Return the profile that the options mean; `UsageError` or `SpecError` when there is none."""
    shipped = ShippedProfiles(specs_root() / "targets", catalog.capabilities)
    return choose_profile(options, shipped, catalog.capabilities)


def make_selection(options: RunOptions) -> Selection:
    """Read the spec files and choose; raises `SpecError` with all mistakes, or `UsageError`."""
    files = options.files or None
    catalog = load(files)
    chosen = chosen_tests(catalog, options)
    if options.shard is not None:
        chosen = tuple(test for test in chosen if options.shard.holds(test.id))
    ids = {test.id for test in chosen}
    profile = chosen_profile(catalog, options.target)
    file = options.baseline
    return Selection(
        catalog=catalog,
        tests=chosen if options.budget is None else ordered(chosen),
        digest=catalog_digest(files),
        profile=profile,
        left_out=tuple(name for name in _every_id(catalog, options) if name not in ids),
        baseline=_baseline(profile.name, file) if file is not None else None,
    )


def _every_id(catalog: Catalog, options: RunOptions) -> Iterator[str]:
    """Yield the ids of all tests that there are, whether the options select them or not."""
    for test in catalog.tests:
        yield test.id
    for test in () if options.files else law_tests(catalog):
        yield test.id


def _baseline(target: str, file: Path) -> Baseline:
    # Imported here: most runs have none.
    from conformance.runs.baseline import baseline_of  # noqa: PLC0415

    return baseline_of(target, file)
