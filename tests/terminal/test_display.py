"""What a run shows: plain lines and JSON lines, to the letter."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

from conformance.record import model
from conformance.record.model import ProblemLine, RunLine
from conformance.runs.display import Ending
from conformance.terminal.display import JsonDisplay, PlainDisplay
from conformance.version import __version__
from conformance.vocabulary.contest import contest_line
from conformance.vocabulary.text import clock, counted, harmless
from conformance.vocabulary.verdicts import Verdict

RUN = RunLine(
    suite_version=__version__,
    catalog_digest="d",
    target="mine",
    endpoint_url="http://h:1",
    tls_endpoint_url="https://h:2",
    region="us-east-1",
    addressing="path",
    command=("run",),
    started="2026-01-02T03:04:05.000Z",
    selected=("a[x]", "b", "c"),
)
ENDING = Ending(
    exit_code=1,
    sentence="Not as expected: 1 FAIL of 3 tests.",
    counts={Verdict.PASS: 2, Verdict.FAIL: 1},
    seconds=1.25,
    requests=1234,
    sent=42 * 2**20,
    folder=Path("out"),
    reports=True,
)


def line(name: str, verdict: Verdict, reason: str = "") -> model.TestLine:
    """Return a test that ended so."""
    return model.TestLine(
        id=name,
        scenario=name,
        title="t",
        why="w",
        sentences=(),
        rules=(),
        sources=(),
        needs=(),
        operations=(),
        level="MUST",
        impact="interop",
        file="f.yaml",
        line=1,
        verdict=verdict,
        reason=reason,
        started="2026-01-02T03:04:05.000Z",
        seconds=0.5,
    )


def test_the_longest_tests_are_listed_when_they_are_asked_for() -> None:
    """With how long each took and how many requests it sent."""
    longest = (
        replace(line("a", Verdict.PASS), seconds=12.345, requests=1007),
        replace(line("b", Verdict.PASS), seconds=0.5, requests=6),
    )
    ending = replace(ENDING, longest=longest)
    stream = io.StringIO()
    PlainDisplay(stream, "verbose").end(ending)
    assert (
        "longest tests, with their requests:\n"
        "    12.35 s  1,007  a\n"
        "     0.50 s      6  b\n"
        "3 tests in"
    ) in stream.getvalue()
    stream = io.StringIO()
    PlainDisplay(stream).end(ending)
    assert "longest" not in stream.getvalue()


def test_plain_lines_to_the_letter() -> None:
    """Only what is no plain success gets a line; the last says where the report is."""
    stream = io.StringIO()
    display = PlainDisplay(stream)
    display.begin(RUN)
    display.test(line("a[x]", Verdict.PASS))
    display.test(line("b", Verdict.FAIL, "status: expected 400, got 200"))
    display.problem(ProblemLine(text="worker gw0 died"))
    display.test(line("c", Verdict.PASS))
    display.end(ENDING)
    assert stream.getvalue() == (
        f"s3-conformance {__version__}: 3 tests on mine (http://h:1 and https://h:2)\n"
        "FAIL        b\n"
        "            t\n"
        "            status: expected 400, got 200\n"
        f"            {contest_line('b')}\n"
        "problem     worker gw0 died\n"
        "3 tests in 1.2 s: 1 FAIL, 2 PASS; 1,234 requests, 42 MiB sent\n"
        "Not as expected: 1 FAIL of 3 tests.\n"
        "Report: out/report.html\n"
    )


def test_without_reports_the_record_is_named() -> None:
    """A report that could not be written is not pointed at."""
    stream = io.StringIO()
    ending = Ending(
        exit_code=0, sentence="s", counts={}, seconds=0, folder=Path("out"), reports=False
    )
    PlainDisplay(stream).end(ending)
    assert stream.getvalue().splitlines()[-1] == "Record: out/record.jsonl"


def test_json_lines_are_one_object_each() -> None:
    """Machines get the run, every test whatever its verdict, problems and the end."""
    stream = io.StringIO()
    display = JsonDisplay(stream)
    display.begin(RUN)
    display.test(line("a[x]", Verdict.PASS, "all well"))
    display.problem(ProblemLine(text="oh", worker="gw1"))
    display.end(ENDING)
    run, test, problem, end = (json.loads(text) for text in stream.getvalue().splitlines())
    assert run == {
        "event": "run",
        "suite_version": __version__,
        "target": "mine",
        "endpoint_url": "http://h:1",
        "tls_endpoint_url": "https://h:2",
        "tests": 3,
    }
    assert test == {
        "event": "test",
        "id": "a[x]",
        "verdict": "PASS",
        "level": "MUST",
        "impact": "interop",
        "reason": "all well",
        "seconds": 0.5,
    }
    assert problem == {"event": "problem", "text": "oh", "worker": "gw1"}
    assert end["exit_code"] == 1
    assert end["verdicts"] == {"PASS": 2, "FAIL": 1}
    assert (end["record"], end["report"]) == ("out/record.jsonl", "out/report.html")


def test_a_hostile_reason_cannot_drive_the_terminal() -> None:
    """Escape sequences, line feeds and right-to-left marks from an endpoint are spelled out."""
    stream = io.StringIO()
    PlainDisplay(stream).test(line("b", Verdict.FAIL, "got \x1b[2J\n\u202e\ud800 x"))
    shown = stream.getvalue()
    assert shown.count("\n") == 4
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\x1b[2J\\n\\u202e" in shown


def test_words() -> None:
    """Long text is cut, counts go from worst to best, time is minutes and seconds."""
    assert len(harmless("x" * 1000)) == 300
    assert (
        counted({Verdict.PASS: 2, Verdict.ERROR: 1, Verdict.FAIL: 3}) == "3 FAIL, 1 ERROR, 2 PASS"
    )
    assert counted({}) == "nothing"
    assert [clock(0.9), clock(61), clock(3600)] == ["0:00", "1:01", "60:00"]
