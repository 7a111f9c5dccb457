"""Prepares the data of the page; templates only place it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from conformance.report import curl
from conformance.report.html.body import BodyView, show_body
from conformance.report.html.page_budget import bad_checks, bad_exchanges
from conformance.report.html.slugs import slugs
from conformance.report.rerun import counter_example, folder, reproduce, rerun
from conformance.report.visible import mark, one_line, relative
from conformance.report.words import VERDICTS, VerdictWords, impact_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markupsafe import Markup

    from conformance.record.model import (
        CapabilityLine,
        CheckLine,
        Record,
        RecordedExchange,
        RecordedMessage,
        RunLine,
        TestLine,
    )
    from conformance.report.html.page_room import Limits, Room
    from conformance.report.html.sources import Evidence

_WORD: Final = re.compile(r"[A-Z][A-Za-z]{4,}|\b[1-5]\d\d\b")
_CURL_LIMIT: Final = 16_384
"""Characters; half a command would be worse than none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """A request or a response; the head is HTML already."""

    head: Markup
    body: BodyView


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """One exchange of the page."""

    number: int
    title: str
    outcome: str
    about: str
    request: MessageView | None
    """None where the page has no room for it."""
    response: MessageView | None
    fault: str
    curl: Markup
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """One test of the page."""

    line: TestLine
    slug: str
    words: VerdictWords
    search: str
    rules: tuple[Markup, ...]
    """Each with its sources or with a link to them, as HTML: made once for all tests."""
    sources: tuple[Markup, ...]
    """Beyond those of its rules; likewise."""
    exchanges: Callable[[], Iterator[ExchangeView]]
    """Makes them when the page comes to them: all at once would be as large as the page."""
    rerun: str
    """The command that runs it again; empty where it is shown lean."""
    reproduce: str
    """The command that writes it as a script for the server's makers; empty where none is due."""
    in_words: bool
    """Whether its steps are shown in words."""
    file: str
    """Below ``specs/``, where it is one of those."""
    lean: bool
    """Whether it is shown by title, id and facts alone: the record holds the rest."""
    checks: tuple[CheckLine, ...]
    """Those that are shown; the others hold."""
    value: int
    """Characters of a check's values that are shown."""
    repeats: tuple[str, ...]
    """The command that runs each counter-example again."""
    here: bool
    """Whether these commands work in the record's folder alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityView:
    """A capability with the results of the tests that need it."""

    line: CapabilityLine
    tests: int
    judged: int
    failed: int
    exchanges: tuple[ExchangeView, ...]


def test_views(record: Record, space: Room, evidence: Evidence) -> tuple[TestView, ...]:
    """Return all tests, what needs attention most first."""
    names = slugs(tuple(test.id for test in record.tests))
    views = []
    for test in sorted(record.tests, key=_place):
        whole = space.whole(test.verdict)
        in_words = space.in_words(test.id)
        words = search_words(test)
        lean = space.lean(test.verdict) and not test.search
        views.append(
            TestView(
                line=test,
                slug=names[test.id],
                words=VERDICTS[test.verdict],
                search=one_line(words, 2000).lower(),
                rules=tuple(
                    evidence.rule(id_, whole=whole) if in_words else evidence.rule_name(id_)
                    for id_ in test.rules
                ),
                sources=tuple(evidence.source(id_, whole=whole) for id_ in evidence.further(test)),
                exchanges=partial(_exchanges, test, record.run, space),
                rerun="" if lean else rerun(test.id, record.run),
                reproduce=_reproduce(test, record.run) if in_words else "",
                in_words=in_words,
                file=relative(test.file),
                lean=lean,
                checks=tuple(bad_checks(test)) if space.bad_alone else test.checks,
                value=space.value,
                repeats=tuple(
                    counter_example(one.file, record.run)
                    for one in (test.search.counter_examples if test.search else ())
                ),
                here=not folder(record.run),
            )
        )
    return tuple(views)


def _reproduce(test: TestLine, run: RunLine) -> str:
    return (test.verdict.attention and reproduce((test.id,), _record(run))) or ""


def _record(run: RunLine) -> str:
    """Return the path of the record as the command named its folder."""
    where = folder(run)
    return f"{where.rstrip('/')}/record.jsonl" if where else "record.jsonl"


def search_words(test: TestLine) -> str:
    """Return what the filter looks through beside id and title: ``key:value`` for what is pasted.

    Codes and statuses are those that were expected or came, headers those of checks that failed.
    """
    said = [
        *test.rules, *test.operations, f"impact:{test.impact}",
        *(f"source:{one}" for one in test.sources),
    ]  # fmt: skip
    for check in test.checks:
        field = check.id.rpartition(".")[2]
        if field in ("code", "status"):
            found = _WORD.findall(f"{check.expected} {check.got}")
            said += [f"{field}:{one}" for one in found]
        elif not check.verdict.allowed:
            said.append(check.id.partition(".must.")[2] or check.id)
    if test.verdict.attention:
        said += [f"source:{one}" for check in test.checks for one in check.sources]
        said.append(f"cause:{test.cause}")
    return " ".join(dict.fromkeys(said))


def _place(test: TestLine) -> tuple[int, int]:
    """Sort by verdict; what needs attention by impact, too, all else as the record has it."""
    impact = impact_rank(test.impact) if test.verdict.attention else 0
    return test.verdict.order, impact


def capability_views(record: Record, space: Room) -> tuple[CapabilityView, ...]:
    """Return every capability with the number and the results of the tests that need it."""
    views = []
    for line in record.capabilities:
        users = [test.verdict for test in record.tests if line.name in test.needs]
        exchanges = enumerate(line.exchanges, 1)
        views.append(
            CapabilityView(
                line=line,
                tests=len(users),
                judged=sum(verdict.tested for verdict in users),
                failed=sum(verdict == "FAIL" for verdict in users),
                exchanges=tuple(
                    exchange_view(number, exchange, record.run, space, ("", "SKIP"))
                    for number, exchange in exchanges
                ),
            )
        )
    return tuple(views)


def exchange_view(
    number: int,
    exchange: RecordedExchange,
    run: RunLine,
    space: Room,
    test: tuple[str, str],
    *,
    expanded: bool = False,
    writer: str = "",
) -> ExchangeView:
    """Prepare one exchange of a test, by its id and verdict, cut to the room there is."""
    response = exchange.response
    status = " ".join(response.start_line.split(" ")[1:]) if response else exchange.fault
    about = f"{exchange.role} · {exchange.step} · {exchange.identity}"
    if exchange.shared:
        about += " · sent once, for several tests"
    limits = space.limits(*test)
    command = curl.line(exchange, run, writer) if space.curl(*test) else ""
    if len(command) > _CURL_LIMIT:
        command = "# too long for this page: use the re-run line of the test"
    return ExchangeView(
        number=number,
        title=one_line(exchange.operation or exchange.request.start_line, 80),
        outcome=one_line(status or "no answer", 80),
        about=one_line(f"{about} · {exchange.milliseconds:.1f} ms", 200),
        request=_message(exchange.request, limits) if limits else None,
        response=_message(response, limits) if response and limits else None,
        fault=one_line(exchange.fault, 500),
        curl=mark(command, _CURL_LIMIT),
        open=expanded,
    )


def _exchanges(test: TestLine, run: RunLine, space: Room) -> Iterator[ExchangeView]:
    writer = test.client or test.dialect
    bad = bad_exchanges(test)
    if not space.named and test.id not in space.examples:
        return
    for index, exchange in enumerate(test.exchanges):
        if index in bad or not space.bad_alone:
            expanded = index in bad and any(not check.verdict.allowed for check in test.checks)
            yield exchange_view(
                index + 1,
                exchange,
                run,
                space,
                (test.id, test.verdict),
                expanded=expanded,
                writer=writer,
            )


def _message(message: RecordedMessage, limits: Limits) -> MessageView:
    head = "\n".join([message.start_line, *(f"{name}: {value}" for name, value in message.headers)])
    return MessageView(head=mark(head, limits.head), body=show_body(message.body, limits.body))
