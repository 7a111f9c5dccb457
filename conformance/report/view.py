"""What the page shows, prepared: templates only place it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from conformance.report import curl
from conformance.report.body import BodyView, show_body
from conformance.report.page import environment
from conformance.report.rerun import rerun
from conformance.report.room import ATTENTION, Room
from conformance.report.visible import mark, one_line
from conformance.report.words import JUDGED, VERDICTS, VerdictWords, impact_rank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from markupsafe import Markup

    from conformance.record.model import (
        CapabilityLine,
        Record,
        RecordedExchange,
        RecordedMessage,
        RuleText,
        RunLine,
        SourceText,
        TestLine,
    )

_RESERVED: Final = frozenset(
    {
        "main",
        "properties",
        "filter",
        "shown",
        "verdict",
        "failures",
        "counts",
        "capabilities",
        "operations",
        "problems",
        "tests",
    }
)
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
class RuleView:
    """A rule with its sources; ``text`` is None when the record does not carry it."""

    id: str
    text: RuleText | None
    sources: tuple[SourceView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A source; ``link`` is set when its place is a web address."""

    id: str
    text: SourceText | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """One test of the page."""

    line: TestLine
    slug: str
    words: VerdictWords
    search: str
    rules: tuple[Markup, ...]
    """Each with its sources, as HTML: made once for all tests that show the rule."""
    sources: tuple[Markup, ...]
    """Beyond those of its rules."""
    exchanges: Callable[[], Iterator[ExchangeView]]
    """Makes them when the page comes to them: all at once would be as large as the page."""
    rerun: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CapabilityView:
    """A capability with what became of the tests that need it."""

    line: CapabilityLine
    tests: int
    judged: int
    failed: int
    exchanges: tuple[ExchangeView, ...]


def slugs(ids: tuple[str, ...]) -> dict[str, str]:
    """Return a fragment name for each id, all different; the same id gives the same name."""
    plain = {id_: re.sub(r"[^A-Za-z0-9._-]+", "-", id_).strip("-_.") for id_ in ids}
    taken = Counter(plain.values())
    return {
        id_: slug
        if slug and taken[slug] == 1 and slug not in _RESERVED and not slug.startswith("verdict-")
        else f"{slug}-{hashlib.sha256(id_.encode('utf-8', 'replace')).hexdigest()[:8]}"
        for id_, slug in plain.items()
    }


def test_views(record: Record, space: Room) -> tuple[TestView, ...]:
    """Return all tests, what needs attention most first."""
    names = slugs(tuple(test.id for test in record.tests))
    evidence = _Evidence(record)
    views = []
    for test in sorted(record.tests, key=_place):
        of_rules = {source for rule in test.rules for source in evidence.of_rule(rule)}
        words = f"{test.id} {test.title} {' '.join(test.rules)} {' '.join(test.operations)}"
        views.append(
            TestView(
                line=test,
                slug=names[test.id],
                words=VERDICTS[test.verdict],
                search=one_line(words, 2000).lower(),
                rules=tuple(map(evidence.rule, test.rules)),
                sources=tuple(evidence.source(id_) for id_ in test.sources if id_ not in of_rules),
                exchanges=partial(_exchanges, test, record.run, space),
                rerun=rerun(test.id, record.run),
            )
        )
    return tuple(views)


def _place(test: TestLine) -> tuple[int, int]:
    """Sort by verdict; what needs attention by impact, too, all else as the record has it."""
    impact = impact_rank(test.impact) if test.verdict in ATTENTION else 0
    return list(VERDICTS).index(test.verdict), impact


def capability_views(record: Record, space: Room) -> tuple[CapabilityView, ...]:
    """Return every capability with the number of tests that need it and how they came out."""
    views = []
    for line in record.capabilities:
        users = [test.verdict for test in record.tests if line.name in test.needs]
        exchanges = enumerate(line.exchanges, 1)
        views.append(
            CapabilityView(
                line=line,
                tests=len(users),
                judged=sum(verdict in JUDGED for verdict in users),
                failed=sum(verdict == "FAIL" for verdict in users),
                exchanges=tuple(
                    exchange_view(number, exchange, record.run, space, "SKIP")
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
    verdict: str,
    *,
    expanded: bool = False,
) -> ExchangeView:
    """Prepare one exchange of a test of that verdict, cut to the room there is."""
    response = exchange.response
    status = " ".join(response.start_line.split(" ")[1:]) if response else exchange.fault
    about = f"{exchange.role} · {exchange.step} · {exchange.identity}"
    bare = space.names_only(verdict)
    command = curl.line(exchange, run) if space.curl(verdict) else ""
    if len(command) > _CURL_LIMIT:
        command = "# too long for this page: use the re-run line of the test"
    return ExchangeView(
        number=number,
        title=one_line(exchange.operation or exchange.request.start_line, 80),
        outcome=one_line(status or "no answer", 80),
        about=one_line(f"{about} · {exchange.milliseconds:.1f} ms", 200),
        request=None if bare else _message(exchange.request, space, verdict),
        response=_message(response, space, verdict) if response and not bare else None,
        fault=one_line(exchange.fault, 500),
        curl=mark(command, _CURL_LIMIT),
        open=expanded,
    )


def _exchanges(test: TestLine, run: RunLine, space: Room) -> Iterator[ExchangeView]:
    doubted = {
        check.exchange for check in test.checks if check.verdict in {"FAIL", "WARN", "DISPUTED"}
    }
    for index, exchange in enumerate(test.exchanges):
        expanded = index in doubted
        yield exchange_view(index + 1, exchange, run, space, test.verdict, expanded=expanded)


def _message(message: RecordedMessage, space: Room, verdict: str) -> MessageView:
    head = "\n".join([message.start_line, *(f"{name}: {value}" for name, value in message.headers)])
    body = show_body(message.body, space.body(verdict))
    return MessageView(head=mark(head, space.head), body=body)


class _Evidence:
    """The rules and sources of a record, each made HTML once."""

    def __init__(self, record: Record) -> None:
        self._rules = {rule.id: rule for rule in record.catalog.rules}
        self._sources = {source.id: source for source in record.catalog.sources}
        self._macros = environment().get_template("macros.html.j2").module
        self._made: dict[tuple[str, str], Markup] = {}

    def of_rule(self, id_: str) -> tuple[str, ...]:
        """Return the ids of a rule's sources."""
        text = self._rules.get(id_)
        return text.sources if text else ()

    def rule(self, id_: str) -> Markup:
        """Return a rule with its sources."""
        cited = tuple(map(self._source, self.of_rule(id_)))
        return self._html("rule", RuleView(id=id_, text=self._rules.get(id_), sources=cited))

    def source(self, id_: str) -> Markup:
        """Return a source."""
        return self._html("source", self._source(id_))

    def _source(self, id_: str) -> SourceView:
        text = self._sources.get(id_)
        where = text.where.strip() if text else ""
        link = where if re.fullmatch(r"https?://[!-~]+", where) else ""
        return SourceView(id=id_, text=text, link=link)

    def _html(self, macro: str, view: RuleView | SourceView) -> Markup:
        made = self._made.get((macro, view.id))
        if made is None:
            made = self._made[macro, view.id] = getattr(self._macros, macro)(view)
        return made
