"""The live terminal, exact at a fixed width and with a clock of its own."""

from __future__ import annotations

import io

import pytest
from rich.console import Console
from test_display import ENDING, RUN, line

from conformance.record.model import ProblemLine
from conformance.terminal.live import LiveDisplay
from conformance.version import __version__
from conformance.vocabulary.verdicts import Verdict


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    """Give a clock that stands still."""
    return Clock()


def drawn(display: LiveDisplay) -> str:
    """Return the progress as it would be drawn now, 72 columns wide."""
    console = Console(file=io.StringIO(), width=72, color_system=None, force_terminal=True)
    with console.capture() as capture:
        console.print(display)
    return capture.get()


def test_progress_to_the_letter(clock: Clock) -> None:
    """Bar, count, elapsed time, verdicts from worst to best."""
    console = Console(file=io.StringIO(), width=72, color_system=None, force_terminal=True)
    display = LiveDisplay(console, clock, auto_refresh=False)
    display.begin(RUN)
    display.test(line("a[x]", Verdict.PASS))
    display.test(line("b", Verdict.FAIL, "r"))
    clock.seconds += 65
    assert drawn(display).rstrip() == "━━━━━━━━━━━━━━━━          2/3  1:05  1 FAIL  1 PASS"
    display.end(ENDING)


def test_lines_stay_above_the_progress_and_are_never_folded(clock: Clock) -> None:
    """Failures are written as they come; a long id can be copied in one piece."""
    stream = io.StringIO()
    console = Console(file=stream, width=40, color_system=None, force_terminal=True)
    display = LiveDisplay(console, clock, auto_refresh=False)
    long_id = f"upload-part/{'x' * 60}[case]"
    display.begin(RUN)
    display.test(line("a[x]", Verdict.PASS))
    display.test(line(long_id, Verdict.FAIL, "[bold]expected[/bold] 400"))
    display.problem(ProblemLine(text="worker gw0 died"))
    display.end(ENDING)
    text = stream.getvalue()
    assert f"s3-conformance {__version__}: 3 tests on mine (http://h:1 and https://h:2)\n" in text
    assert f"FAIL        {long_id}\n" in text
    assert "            [bold]expected[/bold] 400\n" in text
    assert "problem     worker gw0 died\n" in text
    assert "a[x]" not in text
    assert text.endswith("Report: out/report.html\n")
