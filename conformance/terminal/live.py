"""The live terminal: progress, counts, elapsed time, and failures as they come."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from conformance.terminal.baseline_lines import delta_lines
from conformance.terminal.display import closing_lines, headline, longest_lines
from conformance.terminal.finding_lines import AttentionLines, finding_lines
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import clock, harmless
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, ConsoleOptions, RenderResult

    from conformance.record.model import ProblemLine, RunLine, TestLine
    from conformance.runs.display import Ending

STYLES: Final[dict[Verdict, str]] = {
    Verdict.PASS: "green",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    Verdict.BLOCKED: "red",
    Verdict.XPASS: "red",
    Verdict.WARN: "yellow",
    Verdict.VARIANT: "yellow",
    Verdict.DISPUTED: "cyan",
}
_REFRESHES_PER_SECOND = 8


class LiveDisplay:
    """Draws on a terminal; ``now`` gives seconds and only serves to show elapsed time."""

    def __init__(
        self,
        console: Console,
        now: Callable[[], float] = time.monotonic,
        *,
        auto_refresh: bool = True,
        verbose: bool = False,
    ) -> None:
        self._verbose = verbose
        self._console = console
        self._now = now
        self._begun = now()
        self._total = 0
        self._counts: Counter[Verdict] = Counter()
        self._attention = AttentionLines()
        self._live = Live(
            self,
            console=console,
            auto_refresh=auto_refresh,
            refresh_per_second=_REFRESHES_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def begin(self, run: RunLine) -> None:
        """Write the first line and start drawing below it."""
        self._total = len(run.selected)
        self._line(Text(headline(run), style="bold"))
        self._live.start()

    def test(self, line: TestLine) -> None:
        """Count a test; write it above the progress if it is one of the first to need attention."""
        self._counts[line.verdict] += 1
        head, *rest = self._attention.of(line) or ("",)
        if head:
            text = Text(head)
            text.stylize(STYLES.get(line.verdict, ""), 0, len(line.verdict) if rest else 0)
            self._line(text)
        for reason in rest:
            self._line(Text(reason, style="dim"))

    def problem(self, line: ProblemLine) -> None:
        """Write what went wrong above the progress."""
        self._line(Text(f"problem     {harmless(line.text)}", style="yellow"))

    def end(self, ending: Ending) -> None:
        """Take the progress away and write the worst findings and the closing lines."""
        self._live.stop()
        style = "bold green" if ending.exit_code == ExitCode.EXPECTED else "bold red"
        for line in finding_lines(ending.findings, ending.folder / "record.jsonl"):
            self._line(Text(line))
        for line in delta_lines(ending.baseline):
            self._line(Text(line))
        for line in longest_lines(ending) if self._verbose else ():
            self._line(Text(line))
        counts, sentence, where = closing_lines(ending)
        self._line(Text(counts))
        self._line(Text(sentence, style=style))
        self._line(Text(where))

    def _line(self, text: Text) -> None:
        """Write a line as it is: long ids and paths are to be copied, so nothing is folded."""
        self._console.print(text, soft_wrap=True)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw the progress: bar, how many of how many, elapsed time, counts by verdict."""
        done = sum(self._counts.values())
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=24)
        grid.add_column(justify="right")
        grid.add_column(justify="right")
        grid.add_column()
        counts = Text("  ").join(
            Text(f"{self._counts[verdict]} {verdict}", style=STYLES.get(verdict, ""))
            for verdict in Verdict
            if self._counts[verdict]
        )
        grid.add_row(
            ProgressBar(total=max(1, self._total), completed=done, width=24),
            f"{done}/{self._total}",
            clock(self._now() - self._begun),
            counts,
        )
        yield grid
