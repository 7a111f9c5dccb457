"""Prepares a run for publication: a record without paths of this machine, and a table."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.record.model import RecordedBody, RecordedMessage
from conformance.report import markdown
from conformance.report.markdown import escaped
from conformance.vocabulary.contest import PAGE, PROJECT
from conformance.vocabulary.marks import between

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record, RecordedExchange, TestLine

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
    """Return the record with only what readers and findings need.

    Of tests that need no attention the exchanges are what they were and the status that came, and
    the steps in words are left to the catalogue. Of the others the exchanges that a check objects
    to stay whole, and lose their headers where none does. Every test and every check stays.
    """
    return replace(record, tests=tuple(_lean_test(test) for test in record.tests))


def _lean_test(test: TestLine) -> TestLine:
    if not test.verdict.attention:
        outcomes = tuple(_outcome(one) for one in test.exchanges)
        return replace(test, exchanges=outcomes, sentences=(), why="")
    shown = {one.exchange for one in test.checks if not one.verdict.allowed}
    exchanges = tuple(
        one if at in shown or not shown else _headless(one) for at, one in enumerate(test.exchanges)
    )
    return replace(test, exchanges=exchanges)


def _outcome(exchange: RecordedExchange) -> RecordedExchange:
    """Return the operation of an exchange with the first line of its answer."""
    answer = exchange.response
    return replace(
        exchange,
        url="",
        request=RecordedMessage(start_line="", headers=(), body=_nothing(exchange.request)),
        response=answer and replace(answer, headers=(), body=_nothing(answer)),
        started="",
        milliseconds=0.0,
    )


def _nothing(message: RecordedMessage) -> RecordedBody:
    return RecordedBody(size=message.body.size, truncated=message.body.size > 0)


def _headless(exchange: RecordedExchange) -> RecordedExchange:
    """Return an exchange with its start lines and what its bodies held."""
    answer = exchange.response
    return replace(
        exchange,
        request=_undigested(exchange.request),
        response=answer and _undigested(answer),
        started="",
        milliseconds=0.0,
    )


def _undigested(message: RecordedMessage) -> RecordedMessage:
    return replace(message, headers=(), body=replace(message.body, sha256=""))


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
