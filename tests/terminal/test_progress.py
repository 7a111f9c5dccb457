"""How far a run is, with a clock of its own."""

from __future__ import annotations

import io

from test_display import RUN, line
from test_live import Clock

from conformance.record.model import ProblemLine
from conformance.terminal.display import PlainDisplay
from conformance.terminal.progress import Progress
from conformance.vocabulary.verdicts import Verdict


def test_what_is_left_is_said_once_enough_has_ended() -> None:
    """It follows from the tests so far."""
    clock = Clock()
    progress = Progress(clock)
    progress.total = 100
    for number in range(25):
        assert progress.left == "" or number >= 20
        progress.began(str(number))
        clock.seconds += 2
        progress.ended(str(number))
    assert progress.left == "about 2:30 left"
    assert progress.line == "25/100 tests, 0:50, about 2:30 left"


def test_the_test_that_runs_longest_is_named() -> None:
    """Not the one that began last, and none that has only just begun."""
    clock = Clock()
    progress = Progress(clock)
    progress.began("property/machine")
    clock.seconds += 2
    assert progress.longest == ""
    progress.began("race/reads")
    clock.seconds += 40
    assert progress.longest == "property/machine for 0:42"
    progress.ended("property/machine")
    assert progress.longest == "race/reads for 0:40"


def test_a_log_says_twice_a_minute_how_far_the_run_is() -> None:
    """Not with each test, and not when the run is quiet."""
    for detail, lines in (("normal", 2), ("quiet", 0)):
        clock, stream = Clock(), io.StringIO()
        display = PlainDisplay(stream, detail, now=clock)  # type: ignore[arg-type]  # one of them
        display.begin(RUN)
        for number in range(65):
            display.began(f"t{number}")
            clock.seconds += 1
            display.test(line(f"t{number}", Verdict.PASS))
        assert stream.getvalue().count("/3 tests, ") == lines


def test_problems_are_folded() -> None:
    """A clean-up that a server refuses a hundred times is no hundred lines."""
    stream = io.StringIO()
    display = PlainDisplay(stream)
    for number in range(100):
        display.problem(ProblemLine(text=f"upload {number} could not be removed"))
    assert len(stream.getvalue().splitlines()) == 6
