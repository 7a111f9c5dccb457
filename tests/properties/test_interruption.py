"""Ctrl-C waits for a place where it harms nothing, and what a law had found by then is kept."""

from __future__ import annotations

import signal
import threading
from functools import partial
from typing import TYPE_CHECKING

import pytest

from conformance.engine.guard import NAME_ROOT
from conformance.properties.budget import PROFILES
from conformance.properties.interruption import Interrupted, Interruption
from conformance.wire.model import Call

from .contexts import context
from .faults import FAULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.engine.session import Sender
    from conformance.wire.model import Exchange


@pytest.fixture(autouse=True)
def python_s_own_handlers() -> Iterator[None]:
    """Take signals as a process in the foreground does: a CI may start us with SIGINT ignored."""
    before = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def held(work: Callable[[Interruption], None]) -> None:
    """Do some work within a block in which signals are kept."""
    interruption = Interruption()
    with interruption.held():
        work(interruption)


def test_a_signal_is_kept_until_it_may_come() -> None:
    """Within the block nothing is raised before the next request."""
    reached: list[str] = []

    def work(interruption: Interruption) -> None:
        signal.raise_signal(signal.SIGINT)
        reached.append("search")
        with interruption.open():
            reached.append("request")

    with pytest.raises(KeyboardInterrupt):
        held(work)
    assert reached == ["search"]


def test_a_signal_during_a_request_is_raised_at_once() -> None:
    """A request may take half a minute, and nobody waits so long for Ctrl-C."""
    reached: list[str] = []

    def work(interruption: Interruption) -> None:
        with interruption.open():
            signal.raise_signal(signal.SIGINT)
            reached.append("behind")

    with pytest.raises(KeyboardInterrupt):
        held(work)
    assert not reached


def test_a_second_signal_is_raised_at_once() -> None:
    """Whoever presses Ctrl-C twice means it."""
    reached: list[str] = []

    def work(_interruption: Interruption) -> None:
        signal.raise_signal(signal.SIGINT)
        reached.append("first")
        signal.raise_signal(signal.SIGINT)
        reached.append("second")

    with pytest.raises(KeyboardInterrupt):
        held(work)
    assert reached == ["first"]


def test_no_signal_is_lost() -> None:
    """One that came when nothing more was sent is raised at the end, and only once."""
    interruption = Interruption()
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt), interruption.held():
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
    with interruption.open():
        pass  # the clean-up after it is let through


def test_other_threads_are_left_alone() -> None:
    """A law may be tried in a thread, which no signal ever reaches."""
    interruption, reached = Interruption(), []

    def work() -> None:
        with interruption.held(), interruption.open():
            reached.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert reached == [signal.getsignal(signal.SIGINT)]


class Interrupting:
    """A sender that is interrupted at one of its requests."""

    def __init__(self, inner: Sender, at: int) -> None:
        self.inner = inner
        self._left = at

    def send(self, call: Call, identity: str = "main") -> Exchange:
        """Send a call, and raise the signal when it is time."""
        self._left -= 1
        if not self._left:
            signal.raise_signal(signal.SIGINT)
        return self.inner.send(call, identity)


def interrupted(name: str, at: int, *, faulty: bool = False) -> Interrupted:
    """Interrupt a law at a request, and return what comes; nothing is left on the server."""
    through = partial(Interrupting, at=at)
    with context(FAULTS[name]() if faulty else None, through=through) as made:
        with pytest.raises(Interrupted) as caught:
            made.law_line(name, PROFILES["quick"])
        made.context.close()
        assert not made.context.take_problems()
        answer = made.meter.send(Call(operation="ListBuckets", members={})).answer
        assert answer is not None
        assert not [one for one in answer.members["Buckets"] if one["Name"].startswith(NAME_ROOT)]
        return caught.value


def test_an_interrupted_law_says_how_far_it_came() -> None:
    """That it held so far is not a verdict, but a reader learns how much was tried."""
    came = interrupted("metadata", at=30)
    assert came.line is None
    assert came.text.startswith("interrupted in property/metadata after ")
    assert " of 20 examples, " not in came.text
    assert "requests" in came.text


def test_what_an_interrupted_law_found_is_kept() -> None:
    """A counter-example that is not small yet is one all the same."""
    came = interrupted("tags", at=25, faulty=True)
    assert came.line is not None
    assert came.line.verdict == "FAIL"
    assert "(interrupted, not made small)" in came.line.reason
    assert came.line.search is not None
    (example,) = came.line.search.counter_examples
    assert example.file in came.line.reason
    assert "steps:" in example.text
