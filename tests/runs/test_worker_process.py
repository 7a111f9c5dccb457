"""A process that runs tests is stopped by a signal, but never in the middle of a message."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

from conformance.runs.worker_process import Interruption

if TYPE_CHECKING:
    from collections.abc import Iterator

_HANDLED = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def _handlers() -> Iterator[None]:
    """Give the signals back to whoever had them."""
    before = [signal.getsignal(number) for number in _HANDLED]
    yield
    for number, handler in zip(_HANDLED, before, strict=True):
        signal.signal(number, handler)


def come(number: int = signal.SIGTERM) -> None:
    """Send a signal to this process."""
    os.kill(os.getpid(), number)


def test_sigterm_interrupts_and_ctrl_c_does_not() -> None:
    """Ctrl-C reaches all processes of a terminal, and the one that keeps the record decides."""
    Interruption()
    come(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        come()


def test_a_message_is_sent_to_its_end() -> None:
    """What came meanwhile interrupts behind it, and once."""
    interruption = Interruption()
    sent = []

    def send() -> None:
        with interruption.held_back():
            sent.append("half")
            come()
            sent.append("the rest")

    with pytest.raises(KeyboardInterrupt):
        send()
    assert sent == ["half", "the rest"]
    with interruption.held_back():
        sent.append("more")


def test_clean_up_is_not_interrupted() -> None:
    """Who is ending anyway takes no more notice."""
    interruption = Interruption()
    interruption.over()
    come()
