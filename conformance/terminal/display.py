"""What a run shows while it goes on: plain lines, or JSON lines for machines."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, TextIO

from conformance.terminal.baseline_lines import delta_lines
from conformance.terminal.finding_lines import AttentionLines, finding_lines
from conformance.version import __version__
from conformance.vocabulary.text import counted, harmless, tests

if TYPE_CHECKING:
    from conformance.record.model import ProblemLine, RunLine, TestLine
    from conformance.runs.display import Ending


def headline(run: RunLine) -> str:
    """Return the first line of a run: version, number of tests, target."""
    where = " and ".join(filter(None, dict.fromkeys((run.endpoint_url, run.tls_endpoint_url))))
    return f"s3-conformance {__version__}: {tests(len(run.selected))} on {run.target} ({where})"


def closing_lines(ending: Ending) -> tuple[str, ...]:
    """Return the last lines of a run; the very last says where the report is."""
    total = sum(ending.counts.values())
    name = "report.html" if ending.reports else "record.jsonl"
    sent = f"{ending.requests:,} requests, {mebibytes(ending.sent)} sent"
    return (
        f"{tests(total)} in {ending.seconds:.1f} s: {counted(ending.counts)}; {sent}",
        harmless(ending.sentence),
        f"{'Report' if ending.reports else 'Record'}: {ending.folder / name}",
    )


def mebibytes(size: int) -> str:
    """Return a number of bytes for people: ``349 MiB``, below ten ``0.4 MiB``."""
    mib = size / 2**20
    return f"{mib:,.0f} MiB" if mib >= 10 else f"{mib:.1f} MiB"


def longest_lines(ending: Ending) -> tuple[str, ...]:
    """Return the tests that took longest, a line each."""
    rows = [f"  {one.seconds:7.2f} s  {one.requests:5,}  {one.id}" for one in ending.longest]
    return ("longest tests, with their requests:", *rows) if rows else ()


class PlainDisplay:
    """One line after the other, for logs and pipes."""

    def __init__(self, stream: TextIO, *, verbose: bool = False) -> None:
        self._stream = stream
        self._verbose = verbose
        self._attention = AttentionLines()

    def begin(self, run: RunLine) -> None:
        """Write the first line."""
        self._write(headline(run))

    def test(self, line: TestLine) -> None:
        """Write a test that needs attention, if it is one of the first ten."""
        self._write(*self._attention.of(line))

    def problem(self, line: ProblemLine) -> None:
        """Write what went wrong."""
        self._write(f"problem     {harmless(line.text)}")

    def end(self, ending: Ending) -> None:
        """Write the worst findings, what differs from the baseline, then the closing lines."""
        record = ending.folder / "record.jsonl"
        self._write(
            *finding_lines(ending.findings, record),
            *delta_lines(ending.baseline),
            *(longest_lines(ending) if self._verbose else ()),
            *closing_lines(ending),
        )

    def _write(self, *lines: str) -> None:
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()


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
