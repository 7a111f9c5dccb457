"""What a worker has to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.catalog.model import Catalog, Test
    from conformance.engine.capabilities import Decision
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
