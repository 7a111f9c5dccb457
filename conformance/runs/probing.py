"""Probes the capabilities of a target before its tests are run."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.engine.limits import limit_of
from conformance.engine.request_gate import RequestGate
from conformance.properties.plan import uses
from conformance.runs.worker import make_context
from conformance.wire.client import Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.catalog.model import Test
    from conformance.engine.capabilities import Decision
    from conformance.engine.worker_context import WorkerContext
    from conformance.record.model import CapabilityLine
    from conformance.runs.plan import Plan
    from conformance.runs.recorder import Recorder

_PROBE_SECONDS: Final = 60.0
"""For one whole answer to a probe, of which none takes long."""


@contextmanager
def probing(plan: Plan) -> Iterator[WorkerContext]:
    """Yield a context for probes, and remove what they created."""
    limits = plan.endpoint.limits
    hasty = replace(limits, whole_seconds=min(limits.whole_seconds, _PROBE_SECONDS))
    with Wire(replace(plan.endpoint, limits=hasty), plan.identities, plan.until) as wire:
        gate = RequestGate(limit_of(plan.concurrency))
        context = make_context(plan, wire, "probe", gate=gate)
        try:
            yield context
        finally:
            context.close()


def probe_all(context: WorkerContext, names: list[str]) -> Iterator[CapabilityLine]:
    """Probe each capability and yield the results in the order of ``names``."""
    decisions = context.capabilities
    decisions.decide_all(names)
    lines = {line.name: line for line in decisions.lines}
    decisions.lines.clear()
    yield from (lines.pop(name) for name in names if name in lines)
    yield from lines.values()


def probed(
    context: WorkerContext, tests: Sequence[Test], recorder: Recorder
) -> Mapping[str, Decision]:
    """Probe every capability that a test needs, once for all workers, and record each.

    Returns the decisions, by capability.
    """
    decisions = context.capabilities
    needed = {name for test in tests for name in decisions.needs(test)} | uses(tests)
    for line in probe_all(context, [n for n in context.catalog.capabilities if n in needed]):
        recorder.capability(line)
    return dict(decisions.made)
