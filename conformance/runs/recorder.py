"""Keeps the record of a run, shows it, and says how it ended."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.findings.book import book_of
from conformance.findings.gather import findings
from conformance.findings.model import Finding
from conformance.record.catalog_line import CatalogLine
from conformance.record.model import (
    CapabilityLine,
    EndLine,
    Line,
    ProblemLine,
    Record,
    RetriedLine,
    RunLine,
    TestLine,
)
from conformance.record.outcome import outcome
from conformance.record.to_json import written
from conformance.record.writer import RecordWriter
from conformance.runs.display import Ending, Silence
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.times import utc_now
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from conformance.baseline.entries import Baseline
    from conformance.catalog.model import Catalog
    from conformance.record.baseline_line import BaselineLine
    from conformance.runs.against_baseline import AgainstBaseline
    from conformance.runs.display import Display

_Kind = TypeVar("_Kind", bound=Line)
_SHOWN_LONGEST: Final = 10
RECORD_NAME = "record.jsonl"
Report = Callable[[Record, Path, tuple[Finding, ...]], None]
"""From a record, a folder and the findings of the record to the reports in that folder."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a run could not be completed."""

    exit_code: int
    why: str


def _against(baseline: Baseline, catalog: Catalog | None) -> AgainstBaseline:
    # Imported here: most runs have no baseline.
    from conformance.runs.against_baseline import AgainstBaseline  # noqa: PLC0415

    return AgainstBaseline(baseline, catalog)


class Recorder:
    """The record of one run, from its first line to its reports.

    Lines that come before `open` wait for it, because a record begins with its ``run`` line.
    Without a ``folder`` nothing is written, and `record` is all that there is. ``report`` makes the
    reports of a record in its folder; without it there is only the record. With a ``baseline``
    tests become XFAIL and XPASS as they end. ``specs`` is the catalogue that knows the rules of
    the tests' checks.
    """

    def __init__(
        self,
        folder: Path | None,
        display: Display,
        report: Report | None = None,
        baseline: Baseline | None = None,
        specs: Catalog | None = None,
    ) -> None:
        self.folder = folder
        self._specs = specs
        self._against = None if baseline is None else _against(baseline, specs)
        self._display = display
        self._report = report
        self._writer: RecordWriter | None = None
        self._waiting: list[CapabilityLine | ProblemLine] = []
        self._run: RunLine | None = None
        self._catalog = CatalogLine(rules=(), sources=())
        self._tests: dict[str, TestLine] = {}
        self._record: Record | None = None
        self.lost = ""
        """Why the record can't be written any further; empty while it can."""
        self._capabilities: list[CapabilityLine] = []
        self._problems: list[ProblemLine] = []
        self._begun = time.monotonic()

    @property
    def opened(self) -> bool:
        """Return whether the ``run`` line is written."""
        return self._run is not None

    def open(self, run: RunLine, catalog: CatalogLine) -> None:
        """Begin the record. Raises OSError when the folder can't be written."""
        if self.folder is not None:
            self._writer = RecordWriter(self.folder / RECORD_NAME)
        self._run, self._catalog = self._write(run), self._write(catalog)
        if self._against is not None:
            self._against.begin(run)
        self._show(lambda display: display.begin(run))
        waiting, self._waiting = self._waiting, []
        for line in waiting:
            if isinstance(line, ProblemLine):
                self._take_problem(line)
            else:
                self.capability(line)

    def capability(self, line: CapabilityLine) -> None:
        """Keep what a probe found."""
        if self.opened:
            self._capabilities.append(self._write(line))
        else:
            self._waiting.append(line)

    def test(self, line: TestLine) -> None:
        """Keep a test that ended; a second end of the same test becomes a problem."""
        if line.id in self._tests:
            self.problem(f"{line.id} ended twice, the second time {line.verdict}", line.worker)
            return
        line = self._tests[line.id] = self._write(self.in_its_light(line))
        self._show(lambda display: display.test(line))

    def began(self, test_id: str) -> None:
        """Show that a test begins."""
        self._show(lambda display: display.began(test_id))

    def unexpected(self) -> list[str]:
        """Return the tests that count against the run: by its baseline, else those that failed."""
        if self._run is None:
            return []
        if self._against is None:
            strict = self._run.strict
            return [one.id for one in self._tests.values() if one.verdict.failed(strict=strict)]
        names = self._against.to_repeat(self._so_far(None))
        return [name for name in names if name in self._tests]

    def test_line(self, test_id: str) -> TestLine:
        """Return the line of a test that ended; KeyError for any other."""
        return self._tests[test_id]

    def retried(self, line: TestLine) -> None:
        """Replace the result of a test that was run again."""
        line = self.in_its_light(line)
        line = self._tests[line.id] = self._write(RetriedLine(test=line)).test
        if line.verdict is Verdict.FLAKY:
            self._show(lambda display: display.test(line))

    def problem(self, text: str, worker: str = "main") -> None:
        """Keep something that went wrong outside a test."""
        line = ProblemLine(text=text, worker=worker, at=utc_now())
        if self.opened:
            self._take_problem(line)
        else:
            self._waiting.append(line)

    def has(self, test_id: str) -> bool:
        """Return whether a test has ended."""
        return test_id in self._tests

    @property
    def record(self) -> Record:
        """The whole record; after `close`."""
        if self._record is None:
            raise RuntimeError("a record was asked for that had not been closed")
        return self._record

    def close(
        self, *, failure: Failure | None, interrupted: bool, requests: int, sent: int = 0
    ) -> Ending:
        """End the record, make the reports and show the end; ``sent`` is in bytes.

        ``failure`` stands over what follows from the verdicts. Must come after `open`.
        """
        seconds = time.monotonic() - self._begun
        held = self._compared()
        if held is not None:
            held = self._write(held)
        counts: Counter[Verdict] = Counter(line.verdict for line in self._tests.values())
        end = EndLine(
            verdicts=dict(counts.items()),
            exit_code=0,
            interrupted=interrupted,
            ended=utc_now(),
            seconds=round(seconds, 3),
            requests=requests,
            sent=sent,
        )
        code, sentence = self._outcome(end, failure, held)
        end = self._write(replace(end, exit_code=code))
        if self._writer is not None:
            with suppress(OSError):
                self._writer.close()
        record = self._record = self._so_far(end, held)
        found = findings(record, book_of(record, self._specs))
        reports = self._reported(record, found)
        if self.lost or (self._report is not None and self.folder is not None and not reports):
            # A run whose results nobody can read is not as expected.
            code = code or ExitCode.DIFFERS
            sentence = f"{sentence} But {self.lost or 'the reports could not be written'}."
        ending = Ending(
            exit_code=code,
            sentence=sentence,
            counts=dict(counts),
            seconds=seconds,
            requests=requests,
            sent=sent,
            longest=self._longest(),
            folder=self.folder or Path(),
            reports=reports,
            baseline=held,
            findings=found,
        )
        self._show(lambda display: display.end(ending))
        return ending

    def _longest(self) -> tuple[TestLine, ...]:
        """Return the tests that took longest, the longest first."""
        return tuple(heapq.nlargest(_SHOWN_LONGEST, self._tests.values(), lambda one: one.seconds))

    def _so_far(self, end: EndLine | None, held: BaselineLine | None = None) -> Record:
        """Return the record as far as it decides anything."""
        if self._run is None:
            raise RuntimeError("a record was closed that had not been opened")
        return Record(
            run=self._run,
            catalog=self._catalog,
            capabilities=tuple(self._capabilities),
            tests=tuple(self._tests.values()),
            problems=tuple(self._problems),
            end=end,
            baseline=held,
        )

    def _compared(self) -> BaselineLine | None:
        """Hold what was run against the baseline."""
        if self._against is None:
            return None
        path = RECORD_NAME if self.folder is None else str(self.folder / RECORD_NAME)
        return self._against.line(self._so_far(None), path)

    def in_its_light(self, line: TestLine) -> TestLine:
        """Return a test's line, as XFAIL or XPASS where the baseline says so."""
        if self._against is None or self._run is None:
            return line
        alone = Record(
            run=self._run, catalog=self._catalog, capabilities=(), tests=(line,), problems=(),
            end=None,
        )  # fmt: skip
        return self._against.in_its_light(alone)

    def _outcome(
        self, end: EndLine, failure: Failure | None, held: BaselineLine | None
    ) -> tuple[int, str]:
        """Return the exit code with the sentence that says why."""
        judged = outcome(self._so_far(end, held))
        code, sentence = judged.exit_code, judged.sentence
        if failure is not None and (failure.exit_code != code or not self._tests):
            code, sentence = failure.exit_code, failure.why
        return code, f"Interrupted. {sentence}" if end.interrupted else sentence

    def _reported(self, record: Record, found: tuple[Finding, ...]) -> bool:
        """Make the reports; a failure is a problem, the record is what counts."""
        if self._report is None or self.folder is None:
            return False
        try:
            self._report(record, self.folder, found)
        except OSError as error:
            line = ProblemLine(text=f"the reports could not be written: {error}")
            self._show(lambda display: display.problem(line))
            self._unreported = line.text
            return False
        return True

    def _show(self, tell: Callable[[Display], None]) -> None:
        """Tell the display; when nobody reads it any more, the run goes on for its record."""
        try:
            tell(self._display)
        except OSError:
            # A closed pipe, a full disk behind a redirection, a terminal that is gone.
            self._display = Silence()

    def _take_problem(self, line: ProblemLine) -> None:
        line = self._write(line)
        self._problems.append(line)
        self._show(lambda display: display.problem(line))

    def _write(self, line: _Kind) -> _Kind:
        """Write a line, if anything is written, and return it as it reads back.

        A record that can't be written any further is given up, and `lost` says why.
        """
        if self._writer is None:
            return written(line)[1]
        try:
            return self._writer.write(line)
        except OSError as error:
            self._writer.close()
            self._writer = None
            self.lost = f"the record can't be written any further: {error.strerror}"
            problem = ProblemLine(text=self.lost, at=utc_now())
            self._problems.append(problem)
            self._show(lambda display: display.problem(problem))
            return written(line)[1]
