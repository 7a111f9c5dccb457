"""The decisions of one worker: which capabilities the target has, and so which tests are run."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from conformance.engine import capabilities
from conformance.engine.capabilities import RUN, Decision
from conformance.engine.guard import changes_bucket
from conformance.engine.limits import MOST
from conformance.engine.overlapping import overlapped

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.catalog.model import Capability, Catalog, Test
    from conformance.engine.capabilities import Claims, Probed
    from conformance.engine.request_gate import RequestGate
    from conformance.record.model import CapabilityLine


@dataclass(slots=True)
class _Question:
    """A capability that a thread is probing."""

    thread: int
    answered: threading.Event = field(default_factory=threading.Event)


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
    made: dict[str, Decision]
    """The decisions so far, for workers that need not probe again."""
    lines: list[CapabilityLine] = field(default_factory=list)
    """Their lines in the record."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _in_question: dict[str, _Question] = field(default_factory=dict)
    _waiting: dict[int, str] = field(default_factory=dict)
    """The capability whose decision a thread waits for."""

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
        """Return the decision about one capability, probing it when that was not done yet.

        A capability that another thread is probing is waited for. A probe that asks for a bucket
        that needs what it probes gets it.
        """
        known = self.made.get(name)
        if known is not None:
            return known
        me = threading.get_ident()
        with self._lock:
            if name in self.made:
                return self.made[name]
            question = self._in_question.get(name)
            if question is None:
                asked = self._in_question[name] = _Question(me)
            elif self._is_asked_by(me, name):
                return RUN
            else:
                self._waiting[me] = name
        if question is not None:
            return self._answer_to(question, name)
        try:
            return self._keep(*self._found(name))
        finally:
            with self._lock:
                del self._in_question[name]
            asked.answered.set()

    def _is_asked_by(self, thread: int, name: str) -> bool:
        """Return whether a capability is decided only when this thread goes on."""
        while (question := self._in_question.get(name)) is not None:
            if question.thread == thread:
                return True
            if (next_name := self._waiting.get(question.thread)) is None:
                return False
            name = next_name
        return False

    def _answer_to(self, question: _Question, name: str) -> Decision:
        """Wait for another thread's decision; make it where that thread could not."""
        try:
            question.answered.wait()
        finally:
            with self._lock:
                del self._waiting[threading.get_ident()]
        return self.of(name)

    def decide_all(self, names: Sequence[str]) -> None:
        """Decide about capabilities, as many at a time as the gate lets through."""
        width = MOST if self.gate.width > 1 else 1
        overlapped(self.of, names, width, break_off=self.break_off)

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
