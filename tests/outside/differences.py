"""What is known of a suite: its commit, which of its tests are run, and where it differs. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import yaml

LISTS: Final = Path(__file__).parent / "known"


@dataclass(frozen=True, slots=True)
class Difference:
    """Tests of the suite that fail against the reference, and why the reference is right."""

    tests: tuple[str, ...]
    reason: str
    source: str
    """Id of a source in `specs/sources`, or ``none`` where nothing of S3 is asserted."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite as it is pinned."""

    repository: str
    commit: str
    select: str
    """What its own runner takes to select tests."""
    differences: tuple[Difference, ...]

    @property
    def known(self) -> frozenset[str]:
        """Every test that is known to fail."""
        return frozenset(name for one in self.differences for name in one.tests)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the suite showed."""

    passed: frozenset[str]
    failed: frozenset[str]
    skipped: frozenset[str] = field(default_factory=frozenset)

    def new(self, suite: Suite) -> frozenset[str]:
        """Return the tests that failed and are not known to."""
        return self.failed - suite.known

    def gone(self, suite: Suite) -> frozenset[str]:
        """Return the tests that are known to fail, were run, and did not."""
        return suite.known & self.passed


def read(name: str) -> Suite:
    """Read the list of a suite. Raises FileNotFoundError, KeyError or TypeError for a bad one."""
    tree = yaml.safe_load((LISTS / f"{name}.yaml").read_text())
    return Suite(
        repository=tree["repository"],
        commit=tree["commit"],
        select=tree["select"],
        differences=tuple(
            Difference(tuple(one["tests"]), one["reason"], one["source"])
            for one in tree["differences"]
        ),
    )
