"""The decisions of one worker: which capabilities the target has, and so which tests are run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.engine import capabilities
from conformance.engine.capabilities import RUN, Decision
from conformance.engine.guard import changes_bucket
from conformance.engine.overlapping import overlapped

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Capability, Catalog, Test
    from conformance.engine.capabilities import Claims, Probed
    from conformance.engine.request_gate import RequestGate
    from conformance.record.model import CapabilityLine


@dataclass(slots=True, kw_only=True)
class CapabilityDecisions:
    """Decides about capabilities, each once, when a test or a bucket first needs it.

    Threads may share it.
    """

    catalog: Catalog
    claims: Claims
    at_hand: frozenset[str]
    """The capabilities that follow from the options, see `capabilities.means`."""
    lent: str | None
    """The user's own bucket, which no test may change as a whole."""
    probe: Callable[[Capability], Probed]
    gate: RequestGate
    """Says how many probes may overlap."""
    break_off: Callable[[], None]
    """Aborts probes in flight."""
    lock: threading.RLock
    """Held while a probe is asked, which may need a bucket."""
    made: dict[str, Decision]
    """The decisions so far, for workers that need not probe again."""
    lines: list[CapabilityLine] = field(default_factory=list)
    """Their lines in the record."""
    _in_question: set[str] = field(default_factory=set)

    def needs(self, test: Test) -> tuple[str, ...]:
        """Return what a test needs, its bucket's needs included."""
        kind = self.catalog.buckets.get(test.bucket)
        return tuple(dict.fromkeys((*test.needs, *(kind.needs if kind else ()))))

    def claimed(self, needs: Sequence[str]) -> tuple[str, ...]:
        """Return the needs if the target declares all of them; else nothing."""
        return tuple(needs) if all(self.claims.claim(one) == "yes" for one in needs) else ()

    def ignores(self, capability: str) -> str:
        """Return why the profile says that a capability is ignored; empty when it does not."""
        return self.claims.ignores.get(capability, "")

    def of_test(self, test: Test) -> Decision:
        """Decide whether a test is run; the first missing capability gives the reason."""
        return self.refusal(self.needs(test)) or self._spared(test) or RUN

    def refusal(self, needs: Sequence[str]) -> Decision | None:
        """Return the decision that stands against needs; None when they are met."""
        decisions = (self.of(name) for name in needs)
        return next((one for one in decisions if one.kind != "run"), None)

    def of(self, name: str) -> Decision:
        """Return the decision about one capability, probing it when that was not done yet."""
        known = self.made.get(name)
        if known is not None:
            return known
        with self.lock:
            if name in self._in_question:
                return RUN  # its own probe asks for a bucket that needs it
            return self.made.get(name) or self._asked(name)

    def decide_all(self, names: Sequence[str]) -> None:
        """Decide about capabilities: those that buckets need first, then the others, overlapping.

        A probe may ask for a bucket, and so for what that needs; behind the first ones only for
        what is known.
        """
        of_buckets = {name for kind in self.catalog.buckets.values() for name in kind.needs}
        for name in names:
            if name in of_buckets:
                self.of(name)
        left = [name for name in names if name not in self.made]
        found = overlapped(self._found, left, self.gate.width, break_off=self.break_off)
        for line, decision in found:
            self._keep(line, decision)

    def _asked(self, name: str) -> Decision:
        self._in_question.add(name)
        try:
            return self._keep(*self._found(name))
        finally:
            self._in_question.discard(name)

    def _found(self, name: str) -> tuple[CapabilityLine, Decision]:
        capability = self.catalog.capabilities[name]
        return capabilities.decide(capability, self.claims, self.at_hand, self.probe)

    def _keep(self, line: CapabilityLine, decision: Decision) -> Decision:
        self.made[line.name] = decision
        self.lines.append(line)
        return decision

    def _spared(self, test: Test) -> Decision | None:
        """Keep a test from a lent bucket that it would change as a whole."""
        if self.lent is None:
            return None
        for step in test.single_steps():
            if changes_bucket(step.operation) and "Bucket" not in step.members:
                sent = f"this sends {step.operation} to it"
                return Decision("skip", f"with --bucket the bucket is left as it is, and {sent}")
        return None
