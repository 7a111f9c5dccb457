"""What a worker needs to run its tests."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.engine.limits import FIRST
from conformance.engine.names import new_run_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conformance.catalog.model import Catalog, Test
    from conformance.engine.capabilities import Decision
    from conformance.properties.budget import Budget
    from conformance.runs.target import Target
    from conformance.targets.profile import Profile
    from conformance.wire.model import Endpoint, Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The tests to run and how; goes to workers by memory alone, for it holds key pairs."""

    tests: tuple[Test, ...]
    catalog: Catalog
    """Without scenarios and tests: what is to be run stands above."""
    profile: Profile
    endpoint: Endpoint
    identities: Mapping[str, Identity]
    run_id: str
    bucket: str | None
    """The user's own bucket, when they gave one."""
    strict: bool
    decisions: Mapping[str, Decision]
    """What the probes came to, so that no worker has to ask again."""
    concurrency: int | None = 1
    """Tests in flight in each worker; None for as many as pay."""
    first_in_flight: int = FIRST
    """With how many a worker begins in that case: as many as paid when the probes were sent."""
    budget: Budget | None = None
    """What each law among the tests may spend; None when there is none."""
    until: float | None = None
    """When the time of the run is over, by `time.monotonic`; None when there is no limit."""

    @property
    def late(self) -> bool:
        """Whether the time of the run is over."""
        return self.until is not None and time.monotonic() >= self.until


def make_plan(  # noqa: PLR0913  # what the options of a run say, each by name
    target: Target,
    catalog: Catalog,
    tests: Sequence[Test] = (),
    *,
    bucket: str | None = None,
    strict: bool = False,
    concurrency: int | None = 1,
    budget: Budget | None = None,
    until: float | None = None,
) -> Plan:
    """Return a plan for a new run, without decisions about capabilities."""
    return Plan(
        tests=tuple(tests),
        catalog=replace(catalog, scenarios=(), tests=()),
        profile=target.profile,
        endpoint=target.endpoint,
        identities=target.identities,
        run_id=new_run_id(),
        bucket=bucket,
        strict=strict,
        decisions={},
        concurrency=concurrency,
        budget=budget,
        until=until,
    )
