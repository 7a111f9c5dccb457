"""How a run differs from its baseline, as lines for a terminal: what people look for first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.baseline.suite_words import NO_EFFECT, finding_words, headline
from conformance.record.outcome import findings_counted
from conformance.vocabulary.text import harmless, tests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.record.baseline_line import BaselineFinding, BaselineLine

_SHOWN: Final = 8
_WIDTH: Final = 10
_PART: Final = 200


def delta_lines(baseline: BaselineLine | None, *, limit: int = _SHOWN) -> tuple[str, ...]:
    """Return the delta, each finding with its line and the command that accepts it.

    Nothing without a baseline; one line when all is as it says.
    """
    if baseline is None:
        return ()
    return (*_differences(baseline, limit), *suite_lines(baseline, limit=limit))


def suite_lines(baseline: BaselineLine, *, limit: int = _SHOWN) -> Iterator[str]:
    """Yield the section about the suite's own changes; nothing where there are none."""
    suite = baseline.suite
    if suite is None:
        return
    yield harmless(f"What the suite changed: {headline(suite)}")
    for one in suite.findings[:limit]:
        yield f"{one.kind:<{_WIDTH}} {harmless(one.id)}"
        yield from (f"{'':<{_WIDTH}} {harmless(words)}" for words in finding_words(one))
    if (more := len(suite.findings) - limit) > 0:
        yield f"{'':<{_WIDTH}} and {more} more: s3-conformance baseline check"
    yield f"{NO_EFFECT} Rewrite the baseline with:"
    parts = [suite.upgrade[at : at + _PART] for at in range(0, len(suite.upgrade), _PART)]
    yield f"{'':<{_WIDTH}} {''.join(harmless(part) for part in parts)}"


def _differences(baseline: BaselineLine, limit: int) -> tuple[str, ...]:
    verb = "fails" if baseline.as_expected == 1 else "fail"
    accepted = f"{tests(baseline.as_expected)} {verb} as expected"
    if not baseline.findings:
        return (harmless(f"As in {baseline.file}: nothing new, {accepted}."),)
    counted = findings_counted(baseline.findings)
    lines = [harmless(f"Differs from {baseline.file}: {counted}; {accepted}.")]
    groups = _folded(baseline.findings)
    for same in groups[:limit]:
        lines += _finding(same, baseline.file)
    if (more := sum(map(len, groups[limit:]))) > 0:
        lines.append(f"{'':<{_WIDTH}} and {more} more: s3-conformance baseline check")
    return tuple(lines)


def place(finding: BaselineFinding, file: str) -> str:
    """Return where the baseline is to be changed: its file, with the line when there is one."""
    return f"{file}:{finding.line}" if finding.line else file


def _folded(found: Sequence[BaselineFinding]) -> list[list[BaselineFinding]]:
    """Return the findings in groups: new failures that show the same are one."""
    groups: dict[object, list[BaselineFinding]] = {}
    for at, one in enumerate(found):
        same = (one.kind, one.findings) if one.findings else at
        groups.setdefault(same, []).append(one)
    return list(groups.values())


def _finding(same: Sequence[BaselineFinding], file: str) -> Iterator[str]:
    finding, more = same[0], len(same) - 1
    others = f" and {tests(more)} more: {', '.join(finding.findings)}" if more else ""
    yield f"{finding.kind:<{_WIDTH}} {harmless(finding.id + others)}"
    yield f"{'':<{_WIDTH}} {place(finding, file)}: {harmless(finding.text)}"
    # A command that is cut short would do something else: only its parts are bounded.
    parts = [finding.mend[at : at + _PART] for at in range(0, len(finding.mend), _PART)]
    yield f"{'':<{_WIDTH}} to accept: {''.join(harmless(part) for part in parts)}"
