"""What a run is asked to do, as data; the command line and pytest's options both fill it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.targets.options import TargetOptions
from conformance.vocabulary.text import not_empty

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Level
    from conformance.record.options import Face, PropertyOptions
    from conformance.record.shard import Shard
    from conformance.runs.tier import Budget


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """All options of a run."""

    target: TargetOptions = field(default_factory=TargetOptions)
    files: tuple[Path, ...] = ()
    """Scenario files or folders instead of the shipped ones."""
    select: tuple[str, ...] = ()
    mentioning: tuple[str, ...] = ()
    """Texts of which a test must mention one; empty for all tests."""
    only: frozenset[str] | None = None
    """Ids of the tests that may be chosen; None for all."""
    level: Level | None = None
    """The weakest level that is run; None for all."""
    strict: bool = False
    bucket: str | None = None
    """A bucket of the user's, in which nothing but the run's own keys is touched."""
    concurrency: int | None = None
    """Tests in flight in each worker; None for as many as pay, see `conformance.engine.limits`."""
    out: Path | None = None
    """Where the run's files go; None for ``reports/<target>/<UTC time>``."""
    baseline: Path | None = None
    """What the target is known to do otherwise; the run is compared with it."""
    retries: int = 0
    """How often a test that counts against the run is run again, alone."""
    flaky_fails: bool = False
    """Whether a result that is not the same twice fails the run."""
    most_failures: int | None = None
    """How many tests may fail before the run stops; None for all. One is in flight at a time then,
    unless ``concurrency`` says otherwise."""
    shard: Shard | None = None
    """The part of the selected tests that this run is."""
    budget: Budget | None = None
    """What the tests may spend; the most telling ones come first, the rest is not run."""
    properties: PropertyOptions | None = None
    """None for a quick search in a run of all scenarios, and for none in one of named files."""
    command: tuple[str, ...] = ()
    """The command as it was typed, secrets left out, for the record."""
    face: Face = "library"

    def __post_init__(self) -> None:
        """Refuse a bucket without a name: none would be lent, and the run would make its own."""
        if self.bucket is not None:
            not_empty(self.bucket, "--bucket")
