"""What a run shows while it goes on: plain lines, or JSON lines for machines."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TextIO

from conformance.terminal.baseline_lines import delta_lines
from conformance.terminal.detail import EVERY, MANY
from conformance.terminal.finding_lines import AttentionLines, finding_lines
from conformance.terminal.progress import Progress
from conformance.version import __version__
from conformance.vocabulary.text import counted, harmless, tests
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.record.model import ProblemLine, RunLine, TestLine
    from conformance.runs.display import Ending
    from conformance.terminal.detail import Detail

_EVERY_SECONDS: Final = 30.0
COLORS: Final = {
    Verdict.PASS: "32", Verdict.FAIL: "1;31", Verdict.ERROR: "1;35", Verdict.BLOCKED: "31",
    Verdict.XPASS: "31", Verdict.WARN: "33", Verdict.VARIANT: "33", Verdict.FLAKY: "33",
    Verdict.DISPUTED: "36",
}  # fmt: skip
"""ANSI colours of verdicts, as `LiveDisplay` has them."""


def headline(run: RunLine) -> str:
    """Return the first line of a run: version, number of tests, target."""
    where = " and ".join(filter(None, dict.fromkeys((run.endpoint_url, run.tls_endpoint_url))))
    return f"s3-conformance {__version__}: {tests(len(run.selected))} on {run.target} ({where})"


def closing_lines(ending: Ending) -> tuple[str, ...]:
    """Return the last lines of a run; the very last says where the report is."""
    total = sum(ending.counts.values())
    name = "report.html" if ending.reports else "record.jsonl"
    sent = f"{ending.requests:,} requests, {mebibytes(ending.sent)} sent"
    ran = f"{tests(total)} in {ending.seconds:.1f} s: {counted(ending.counts)}; {sent}"
    return (
        ran if total else f"No tests ran, in {ending.seconds:.1f} s",
        harmless(ending.sentence),
        f"{'Report' if ending.reports else 'Record'}: {ending.folder / name}",
    )


def ending_lines(ending: Ending, detail: Detail) -> tuple[str, ...]:
    """Return all lines of the end but the closing ones: what is wrong, the worst first.

    With a baseline that is what differs from it: what it accepts is no news.
    """
    record = ending.folder / "record.jsonl"
    longest = longest_lines(ending) if detail == "verbose" else ()
    if ending.baseline is None:
        return (*finding_lines(ending.findings, record, detail), *longest)
    if detail == "verbose":
        listed = finding_lines(ending.findings, record, detail)
        return (*listed, *delta_lines(ending.baseline, limit=MANY), *longest)
    return delta_lines(ending.baseline)


def mebibytes(size: int) -> str:
    """Return a number of bytes for people: ``349 MiB``, below ten ``0.4 MiB``."""
    mib = size / 2**20
    return f"{mib:,.0f} MiB" if mib >= 10 else f"{mib:.1f} MiB"


def longest_lines(ending: Ending) -> tuple[str, ...]:
    """Return the tests that took longest, a line each."""
    rows = [f"  {one.seconds:7.2f} s  {one.requests:5,}  {one.id}" for one in ending.longest]
    return ("longest tests, with their requests:", *rows) if rows else ()


class Problems:
    """The lines of what went wrong outside the tests: the first few, the others only counted."""

    def __init__(self, detail: Detail) -> None:
        self._most = EVERY[detail]
        self._seen = 0

    def of(self, line: ProblemLine) -> tuple[str, ...]:
        """Return the lines of a problem."""
        self._seen += 1
        if self._seen > self._most + 1:
            return ()
        if self._seen > self._most:
            return ("problem     there are more; the report lists them",) if self._most else ()
        return (f"problem     {harmless(line.text)}",)


class PlainDisplay:
    """One line after the other, for logs and pipes; ``now`` gives seconds.

    Twice a minute a line says how far the run is. With ``color`` verdicts are coloured.
    """

    def __init__(
        self,
        stream: TextIO,
        detail: Detail = "normal",
        *,
        color: bool = False,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._detail = detail
        self._color = color
        self._attention = AttentionLines(detail)
        self._problems = Problems(detail)
        self._progress = Progress(now)
        self._said = 0.0

    def begin(self, run: RunLine) -> None:
        """Write the first line."""
        self._progress.total = len(run.selected)
        if self._detail != "quiet":
            self._write(headline(run))

    def began(self, test_id: str) -> None:
        """Take notice of a test that begins."""
        self._progress.began(test_id)
        self._say_how_far()

    def test(self, line: TestLine) -> None:
        """Write a test that needs attention, if it is one of the first few."""
        self._progress.ended(line.id)
        head, *rest = self._attention.of(line) or ("",)
        if head:
            self._write(colored(head, line.verdict) if self._color else head, *rest)
        self._say_how_far()

    def problem(self, line: ProblemLine) -> None:
        """Write what went wrong."""
        self._write(*self._problems.of(line))

    def end(self, ending: Ending) -> None:
        """Write what is wrong, then the closing lines."""
        self._write(*ending_lines(ending, self._detail), *closing_lines(ending))

    def _say_how_far(self) -> None:
        if self._detail == "quiet" or self._progress.elapsed - self._said < _EVERY_SECONDS:
            return
        self._said = self._progress.elapsed
        self._write(f"{'':<11} {self._progress.line}")

    def _write(self, *lines: str) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


def colored(head: str, verdict: Verdict) -> str:
    """Return a line that begins with a verdict, this word in its colour."""
    color = COLORS.get(verdict)
    if color is None or not head.startswith(verdict):
        return head
    return f"\x1b[{color}m{verdict}\x1b[0m{head[len(verdict) :]}"


class JsonDisplay:
    """One JSON object a line, each with its ``event``: run, test, problem, finding, end."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def begin(self, run: RunLine) -> None:
        """Write the ``run`` event."""
        self._write(
            event="run",
            suite_version=run.suite_version,
            target=run.target,
            endpoint_url=run.endpoint_url,
            tls_endpoint_url=run.tls_endpoint_url,
            tests=len(run.selected),
        )

    def began(self, test_id: str) -> None:
        """Write nothing: the event of a test is its end."""

    def test(self, line: TestLine) -> None:
        """Write a ``test`` event."""
        self._write(
            event="test",
            id=line.id,
            verdict=line.verdict,
            level=line.level,
            impact=line.impact,
            reason=line.said,
            seconds=round(line.seconds, 4),
        )

    def problem(self, line: ProblemLine) -> None:
        """Write a ``problem`` event."""
        self._write(event="problem", text=line.text, worker=line.worker)

    def end(self, ending: Ending) -> None:
        """Write a ``finding`` event for each, then the ``end`` event, which names the files."""
        for finding in ending.baseline.findings if ending.baseline is not None else ():
            self._write(event="finding", **asdict(finding))
        self._write(
            event="end",
            exit_code=ending.exit_code,
            sentence=ending.sentence,
            verdicts=ending.counts,
            seconds=round(ending.seconds, 3),
            requests=ending.requests,
            sent=ending.sent,
            folder=str(ending.folder),
            record=str(ending.folder / "record.jsonl"),
            report=str(ending.folder / "report.html") if ending.reports else None,
        )

    def _write(self, **fields: object) -> None:
        self._stream.write(json.dumps(fields) + "\n")
        self._stream.flush()
