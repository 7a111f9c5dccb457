"""What a run becomes when it is published: a record without this machine's paths, and a table."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.record.model import RecordedBody
from conformance.report import markdown
from conformance.report.markdown import escaped
from conformance.vocabulary.contest import PAGE, PROJECT
from conformance.vocabulary.marks import between
from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record, RecordedExchange, RecordedMessage, TestLine

BEGIN: Final = "<!-- made by `s3-conformance targets publish`: begin -->"
END: Final = "<!-- made by `s3-conformance targets publish`: end -->"
DISCLOSURE: Final = (
    "A FAIL says that this server differs from Amazon S3; who disagrees can "
    f"[contest it]({PAGE}). What is shown of findings about security, and when, is said under "
    f"[disclosure]({PROJECT}/blob/main/docs/explanation/disclosure.md)."
)
_ELSEWHERE: Final = "\N{HORIZONTAL ELLIPSIS}"
_COUNTED: Final = ("PASS", "FAIL", "WARN")
_OTHERS: Final = {
    "SKIP": "skipped",
    "UNSUPPORTED": "unsupported",
    "BLOCKED": "blocked",
    "ERROR": "without an answer",
    "VARIANT": "variant",
    "DISPUTED": "disputed",
}


def without_places(text: str, places: Iterable[str]) -> str:
    """Return the text with each of the folders that ``places`` name replaced by an ellipsis.

    Servers answer with tracebacks and file names, and nobody else's machine has those. What lies
    below a folder stays: ``/home/me/venv/lib/x.py`` becomes ``…/lib/x.py``. A place counts where a
    path begins with it, and as a whole component. Digests of bodies are of what was sent.
    """
    names = sorted({place.rstrip("/") for place in places} - {""}, key=len, reverse=True)
    if not names:
        return text
    either = "|".join(map(re.escape, names))
    return re.sub(rf"(?<![\w./-])(?:{either})(?![\w.-])", _ELSEWHERE, text)


def lean(record: Record) -> Record:
    """Return the record with what a reader is to see of it.

    Tests that need no attention have no exchanges, and what the catalogue says of them in words is
    left to the catalogue. Of a test that does, the exchanges that a check
    objects to stay whole, and of a failed one those of all its steps; of the others the start
    lines, and the sizes and digests of the bodies; the upload id of a create stays, since findings
    follow an upload. Every test and every check stays.
    """
    return replace(record, tests=tuple(_lean_test(test) for test in record.tests))


def _lean_test(test: TestLine) -> TestLine:
    if not test.verdict.attention:
        checks = tuple(replace(one, exchange=None) for one in test.checks)
        return replace(test, exchanges=(), checks=checks, sentences=(), why="")
    shown = {one.exchange for one in test.checks if not one.verdict.allowed}
    whole = not shown or test.verdict is not Verdict.WARN
    exchanges = tuple(
        one if at in shown or (whole and one.role != "given") else _start(one)
        for at, one in enumerate(test.exchanges)
    )
    return replace(test, exchanges=exchanges)


def _start(exchange: RecordedExchange) -> RecordedExchange:
    """Return an exchange as start lines; the answer of a create keeps its body, the upload id."""
    answer = exchange.response
    short = None if answer is None else _start_line(answer)
    if answer is not None and exchange.operation == "CreateMultipartUpload":
        short = replace(_start_line(answer), body=answer.body)
    return replace(exchange, request=_start_line(exchange.request), response=short)


def _start_line(message: RecordedMessage) -> RecordedMessage:
    body = message.body
    kept = RecordedBody(size=body.size, sha256=body.sha256, truncated=body.size > 0)
    return replace(message, headers=(), body=kept)


def packed(text: str) -> bytes:
    """Return the text gzipped, the same bytes for the same text."""
    return gzip.compress(text.encode(), compresslevel=9, mtime=0)


def summary_page(record: Record, found: Sequence[Finding]) -> str:
    """Return the summary of a published record and its findings, with the line of all such pages.

    The findings are those that the catalogue helped to make, as in the report and on the site.
    """
    return f"{markdown.render(record, found)}\n{DISCLOSURE}\n"


def table(records: Sequence[Record], links: Sequence[str]) -> str:
    """Return the counts of each record as a Markdown table; ``links`` lead to more of each."""
    return "\n".join(_lines(records, links)) + "\n"


def _lines(records: Sequence[Record], links: Sequence[str]) -> Iterator[str]:
    yield "| target | version | pass | fail | warn | not tested, and others | run |"
    yield "|---|---|--:|--:|--:|---|---|"
    for record, link in zip(records, links, strict=True):
        run, end = record.run, record.end
        if end is None:
            raise ValueError(f"the record of {run.target} was cut short")
        found: Counter[str] = Counter(test.verdict for test in record.tests)
        counts = [f"{found.pop(name, 0):,}" for name in _COUNTED]
        others = [f"{found.pop(name):,} {word}" for name, word in _OTHERS.items() if found[name]]
        others += [f"{count:,} {name}" for name, count in found.items()]
        cells = [
            f"[{escaped(run.target)}]({link})",
            escaped(run.server),
            *counts,
            ", ".join(others),
            f"{run.started[:10]}, {end.seconds:.0f} s",
        ]
        yield f"| {' | '.join(cells)} |"


def with_table(page: str, made: str) -> str:
    """Return the page with what is between its two marks replaced; ValueError without marks."""
    return between(page, BEGIN, END, made)
