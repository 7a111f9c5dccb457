"""How long a test waits for what takes effect after a while."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.sentences import step_sentences

if TYPE_CHECKING:
    from conformance.catalog.model import Step, Test


def capped_waits(test: Test, seconds: float | None) -> Test:
    """Return the test with no step that waits longer than ``seconds``; None changes nothing.

    Scenarios wait as long as S3, which is many machines, may take. One process on this machine has
    settled long before, and what it does not do by then it does not do at all. The sentences of the
    record say how long was waited.
    """
    if seconds is None:
        return test
    given, steps = (_capped(steps, seconds) for steps in (test.given, test.steps))
    if given == test.given and steps == test.steps:
        return test
    return replace(test, given=given, steps=steps, sentences=step_sentences(given, steps))


def _capped(steps: tuple[Step, ...], seconds: float) -> tuple[Step, ...]:
    return tuple(
        replace(
            step,
            eventually=min(step.eventually, seconds),
            concurrently=_capped(step.concurrently, seconds),
        )
        if step.eventually or step.concurrently
        else step
        for step in steps
    )
