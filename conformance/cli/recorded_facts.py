"""How many recorded facts the reference answers as S3 did, for ``coverage``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.recordings.outcome import facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.recordings.outcome import Comparison


def recorded_tree(found: Comparison) -> dict[str, object]:
    """Return the share as scripts rely on it."""
    answered = facts(found)
    return {
        "facts": len(answered),
        "identical": sum(answered.values()),
        "requests": {"total": len(found.outcomes), "identical": found.identical},
        "excepted": {
            outcome.name: one.reason for one, outcomes in found.known for outcome in outcomes
        },
        "open": sorted({outcome.name for outcome in found.new}),
        "stale": [one.of for one in found.stale],
    }


def recorded_lines(found: Comparison) -> Iterator[str]:
    """Yield the share, and each exception with its reason; nothing without recorded requests."""
    if not found.outcomes:
        return
    answered = facts(found)
    yield (
        f"\nrecorded facts that the reference answers identically:"
        f" {sum(answered.values())} of {len(answered)}"
        f" ({found.identical} of {len(found.outcomes)} requests)"
    )
    for one, outcomes in found.known:
        yield from (f"  {outcome.name}  {one.reason}" for outcome in outcomes)
    yield from (f"  open: {outcome.name}  {outcome.differences[0]}" for outcome in found.new)
    yield from (f"  argued, and no longer so: {one.of}" for one in found.stale)
