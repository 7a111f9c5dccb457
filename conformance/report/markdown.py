"""The report as a short Markdown page, for a job's summary or a comment."""

from __future__ import annotations

import re
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from conformance.baseline.suite_words import NO_EFFECT, finding_words, headline
from conformance.record.outcome import findings_counted
from conformance.report.summary import Cause, Summary, findings_of, summarize
from conformance.report.visible import one_line
from conformance.report.words import IMPACT_TITLES, VERDICTS, duration, moment, number
from conformance.report.works_with import client_rows, sentence
from conformance.vocabulary.contest import contest_url
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record
    from conformance.report.works_with import ClientRow

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>])")
_CAUSES_SHOWN: Final = 3
_IDS_SHOWN: Final = 3
_NOT_RUN_SHOWN: Final = 3
_PROBLEMS_SHOWN: Final = 3
_FINDINGS_SHOWN: Final = 12
_SUITE_SHOWN: Final = 6
_CLIENTS_SHOWN: Final = 10
_MAX_LINES: Final = 60


def render(record: Record, found: Sequence[Finding] | None = None) -> str:
    """Return the page: at most 60 lines, whatever the record holds, and nothing live in it."""
    known = findings_of(record) if found is None else found
    summary = summarize(record, known)
    lines = [
        *_delta(record),
        *_suite(record),
        *_heading(record, summary),
        *_counts(summary),
        *_works_with(client_rows(record, known)),
        *_failures(summary),
        *_not_run(record, summary),
    ]
    if len(lines) > _MAX_LINES:
        lines = [*lines[: _MAX_LINES - 2], "", "More in report\\.html\\."]
    return "\n".join(lines) + "\n"


def _delta(record: Record) -> Iterator[str]:
    """Yield what differs from the baseline, which is what a reviewer has to decide on."""
    baseline = record.baseline
    if baseline is None:
        return
    expected = number(baseline.as_expected, "expected failure")
    if not baseline.findings:
        yield f"**As in {code(baseline.file)}:** nothing new, {expected}\\."
        yield ""
        return
    counted = escaped(findings_counted(baseline.findings))
    yield f"**Differs from {code(baseline.file)}:** {counted}; {expected}\\."
    yield ""
    for one in baseline.findings[:_FINDINGS_SHOWN]:
        line = f" \\(line {one.line}\\)" if one.line else ""
        yield f"- **{one.kind}** {code(one.id)}{line}: {escaped(one.text, 160)}"
    if more := baseline.findings[_FINDINGS_SHOWN:]:
        yield f"- and {number(len(more), 'more finding')}"
    yield ""
    command = code(baseline.findings[0].mend, 400)
    yield f"Accept one with {command}, or all without the option only\\."
    yield ""


def _suite(record: Record) -> Iterator[str]:
    """Yield what comes of changes of the suite, which nobody has to decide on today."""
    suite = record.baseline.suite if record.baseline is not None else None
    if suite is None:
        return
    yield f"**What the suite changed:** {escaped(headline(suite), 600)} {escaped(NO_EFFECT)}"
    yield ""
    for one in suite.findings[:_SUITE_SHOWN]:
        text, *more = finding_words(one)
        rows = [row for row in more if row not in one.accept]
        yield f"- **{one.kind}** {code(one.id)}: {escaped('; '.join((text, *rows)), 400)}"
    if more_ := suite.findings[_SUITE_SHOWN:]:
        yield f"- and {len(more_):,} more"
    yield ""
    yield f"Rewrite the baseline with {code(suite.upgrade, 400)}\\."
    yield ""


def escaped(text: str, limit: int = 300) -> str:
    """Return one line of text that Markdown shows as it is: no markup, mention, link or HTML."""
    flat = one_line(text, limit).replace("&", "&amp;").replace("<", "&lt;")
    flat = _SPECIAL.sub(r"\\\1", flat)
    # GitHub and GitLab turn bare addresses and names into links by themselves.
    return flat.replace("@", "&#64;").replace("://", ":&#47;/").replace("www\\.", "www&#46;")


def code(text: str, limit: int = 200) -> str:
    """Return the text as a code span that it can't end; pipes stay out of table syntax."""
    flat = one_line(text, limit).replace("|", "¦")
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", flat)), default=0))
    space = " " if flat.startswith("`") or flat.endswith("`") else ""
    return f"{ticks}{space}{flat or ' '}{space}{ticks}"


def _heading(record: Record, summary: Summary) -> Iterator[str]:
    run = record.run
    if summary.warning:
        yield f"> **{escaped(summary.warning)}**"
        yield ""
    yield f"## {escaped(summary.sentence)}"
    yield ""
    if summary.further:
        yield escaped(" ".join(summary.further), 2000)
        yield ""
    took = f", {duration(record.end.seconds)}" if record.end else ""
    server = f" ({code(run.server)})" if run.server else ""
    yield (
        f"{escaped(run.target)} at {code(run.endpoint_url)}{server}, "
        f"s3\\-conformance {escaped(run.suite_version)}, {escaped(moment(run.started) + took)}"
    )


def _counts(summary: Summary) -> Iterator[str]:
    yield ""
    yield "| verdict | tests | |"
    yield "|---|--:|---|"
    for name, count in summary.counts.items():
        yield f"| {name} | {count:,} | {VERDICTS[name].meaning} |"


def _works_with(rows: Sequence[ClientRow]) -> Iterator[str]:
    """Yield how many clients work, and a line for each of the first that do not."""
    if not (text := sentence(rows)):
        return
    yield ""
    yield f"**Works with:** {escaped(text)}\\."
    failed = [row for row in rows if row.state == "fails"]
    if not failed:
        return
    yield ""
    yield "| client | tested as | result | finding |"
    yield "|---|---|---|---|"
    for row in failed[:_CLIENTS_SHOWN]:
        name = f"{row.name} {row.version}".rstrip()
        cells = (escaped(name), row.kind, escaped(row.result), escaped(row.found, 160))
        yield f"| {' | '.join(cells)} |"
    if more := failed[_CLIENTS_SHOWN:]:
        yield f"| and {len(more):,} more | | | |"


def _failures(summary: Summary) -> Iterator[str]:
    """Yield the worst findings of each impact, so that none hides the others."""
    for impact, group in groupby(summary.failures, key=lambda cause: cause.impact):
        members = list(group)
        yield ""
        title = IMPACT_TITLES.get(impact, "Other")
        yield f"**{title}** \\({number(len(members), 'finding')}\\)"
        yield ""
        for cause in members[:_CAUSES_SHOWN]:
            yield _cause(cause)
        if rest := members[_CAUSES_SHOWN:]:
            tests = number(len({test.id for cause in rest for test in cause.tests}), "test")
            yield f"- and {number(len(rest), 'more finding')} \\({tests}\\): see report\\.html"


def _cause(cause: Cause) -> str:
    more = len(cause.tests) - _IDS_SHOWN
    ids = _ids((test.id for test in cause.tests), _IDS_SHOWN, more)
    line = f"- {escaped(cause.text)} ({number(len(cause.tests), 'test')}): {ids}"
    if cause.verdict != Verdict.FAIL:
        return line
    return f"{line} · [contest it]({contest_url(cause.tests[0].id)})"


def _not_run(record: Record, summary: Summary) -> Iterator[str]:
    if summary.untested:
        yield ""
        yield "**Could not be tested**"
        yield ""
        for cause in summary.untested[:_NOT_RUN_SHOWN]:
            yield _cause(cause)
        if rest := summary.untested[_NOT_RUN_SHOWN:]:
            yield f"- and {number(len(rest), 'more cause')}"
    if summary.not_run:
        yield ""
        more = len(summary.not_run) - _NOT_RUN_SHOWN
        yield f"**Never ended:** {_ids(summary.not_run, _NOT_RUN_SHOWN, more)}"
    if record.problems:
        yield ""
        for problem in record.problems[:_PROBLEMS_SHOWN]:
            yield f"- problem: {escaped(problem.text)}"
        if len(record.problems) > _PROBLEMS_SHOWN:
            yield f"- and {number(len(record.problems) - _PROBLEMS_SHOWN, 'more problem')}"


def _ids(ids: Iterable[str], limit: int, more: int) -> str:
    text = ", ".join(code(id_) for id_ in islice(ids, limit))
    return f"{text} and {more:,} more" if more > 0 else text
