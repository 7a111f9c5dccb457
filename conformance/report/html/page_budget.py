"""How much of each exchange the page shows, so that a thousand tests stay usable."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

from conformance.report.html.page_room import ALL, ATTENTION, CHARACTERS, ROOMS, Room
from conformance.report.visible import mark

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from conformance.record.model import (
        CheckLine,
        Record,
        RecordedExchange,
        RecordedMessage,
        TestLine,
    )

_PAGE_BYTES: Final = 4_800_000
_OVERHEAD_BYTES: Final = 1_050_000
"""What is not of a single test: the summary, and the rules and sources once for all."""
_TEST_BYTES: Final = 1_800
"""Markup of a test, with its sentences and links to its rules."""
_LEAN_BYTES: Final = 760
"""Markup of a test that needs no attention, in a run that has no room for more: one line of title
and id, and a line of facts."""
_CHECK_BYTES: Final = 190
"""Markup of a check, without what was expected, what came, its id and note."""
_CAUSE_BYTES: Final = 250
"""Markup of a failure among the causes, when it shares its cause with no other."""
_CAUSE_TEXT: Final = 120
"""Characters of a reason that stand among the causes, too."""
_EVIDENCE_BYTES: Final = 3_100
"""The rules of a test with the text of their sources."""
_EXCHANGE_BYTES: Final = 550
"""Markup of an exchange, and what a curl line has beside the headers."""
_NAMED_BYTES: Final = 180
"""An exchange of which only the name is shown, and what came of it."""
_CURL_BODY: Final = 4096
_LOOKED_AT: Final = 512
"""Characters at the start of a text by which it is tested, too: short excerpts begin there."""
_QUOTED_QUOTE: Final = 20
"""How much longer a quotation mark is in a curl line than in a body, as HTML."""


_COMMON_DENSITY: Final = 1.15
"""Of heads and of S3's documents, about."""
_ESCAPED: Final = (("&", 4), ("<", 3), (">", 3), ('"', 4), ("'", 4))
"""Characters that become longer as HTML, and by how many bytes."""
_WORDS_BYTES: Final = 900
"""The steps of a test in words, why it matters, and the line to reproduce it."""


@dataclass(frozen=True, slots=True)
class _Text:
    """Characters of a text, and about how many bytes each is as HTML."""

    length: int
    density: float

    def shown(self, limit: int) -> float:
        """Return about how many bytes its first characters take."""
        return min(self.length, limit) * self.density


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Heads and bodies of an exchange, request and response."""

    head: _Text
    body: _Text
    quotes: int
    answer_head: _Text
    answer_body: _Text


class _Exchange:
    """An exchange and what the page spends on it. It is weighed only where that matters."""

    def __init__(self, exchange: RecordedExchange, test: TestLine, *, bad: bool) -> None:
        self._exchange = exchange
        self._test = test
        self._bad = bad
        """A check of its answer does not hold."""

    @cached_property
    def _sizes(self) -> _Sizes:
        return _sizes(self._exchange, self._test)

    def shown(self, choice: Room) -> float:
        """Return about how many bytes the page spends on it."""
        id_, verdict = self._test.id, self._test.verdict
        if choice.lean(verdict) or (choice.bad_alone and not self._bad):
            return 0
        limits = choice.limits(id_, verdict)
        if limits is None:
            return _NAMED_BYTES if choice.named else 0
        sizes = self._sizes
        total = _EXCHANGE_BYTES + sizes.head.shown(limits.head) + sizes.body.shown(limits.body)
        total += sizes.answer_head.shown(limits.head) + sizes.answer_body.shown(limits.body)
        if choice.curl(id_, verdict):
            total += sizes.head.shown(ALL.head) + sizes.body.shown(_CURL_BODY)
            total += sizes.quotes * _QUOTED_QUOTE
        return total


def room(record: Record, examples: frozenset[str] = frozenset()) -> Room:
    """Return the roomiest limits with which the page is likely to stay below 5 MB.

    With very many failures it may become larger: none of them is left out, and tests that are
    ``examples`` of a finding keep their evidence.
    """
    exchanges = [
        _Exchange(exchange, test, bad=at in bad)
        for test in record.tests
        for bad in (bad_exchanges(test),)
        for at, exchange in enumerate(test.exchanges)
    ]
    lean = sum(test.verdict not in ATTENTION for test in record.tests)
    rest = [test for test in record.tests if test.verdict in ATTENTION]
    every = _Fixed.of(record.tests, bad_alone=False)
    attentive = {alone: _Fixed.of(rest, bad_alone=alone) for alone in (False, True)}
    others = sum(test.id not in examples for test in rest)
    for choice in (replace(one, examples=examples) for one in ROOMS):
        whole = sum(choice.whole(test.verdict) for test in record.tests)
        fixed: float = _OVERHEAD_BYTES + whole * _EVIDENCE_BYTES
        if choice.roomy:
            fixed += every.shown(choice)
        else:
            fixed += attentive[choice.bad_alone].shown(choice) + lean * _LEAN_BYTES
            fixed -= 0 if choice.words else others * _WORDS_BYTES
        if _fits(fixed, choice, exchanges):
            return choice
    return replace(ROOMS[-1], examples=examples)


def _fits(fixed: float, choice: Room, exchanges: Iterable[_Exchange]) -> bool:
    """Return whether the page has room for exchanges beside so many bytes."""
    total = fixed
    for one in exchanges:
        if total > _PAGE_BYTES:
            break
        total += one.shown(choice)
    return total <= _PAGE_BYTES


def _measured(values: Iterator[str]) -> list[tuple[_Text, int]]:
    """Return each different value and how often it comes: most are said by many checks."""
    return [(_text(value), times) for value, times in Counter(values).items()]


def bad_checks(test: TestLine) -> Iterator[CheckLine]:
    """Yield the checks of a test that do not hold."""
    return (check for check in test.checks if not check.verdict.allowed)


def bad_exchanges(test: TestLine) -> frozenset[int]:
    """Return the positions of the exchanges whose checks do not hold; the last one for none."""
    found = frozenset(one.exchange for one in bad_checks(test) if one.exchange is not None)
    return found or frozenset({len(test.exchanges) - 1})


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What tests take whatever is shown of their exchanges."""

    least: float
    values: list[tuple[_Text, int]]

    @classmethod
    def of(cls, tests: Iterable[TestLine], *, bad_alone: bool) -> _Fixed:
        chosen = [(test, tuple(bad_checks(test)) if bad_alone else test.checks) for test in tests]
        return cls(
            sum(_fixed(test, checks) for test, checks in chosen),
            _measured(value for _, checks in chosen for value in _values(checks)),
        )

    def shown(self, choice: Room) -> float:
        """Return about how many bytes that is."""
        return self.least + sum(times * one.shown(choice.value) for one, times in self.values)


def _values(checks: Iterable[CheckLine]) -> Iterator[str]:
    """Yield what checks say, of which little may be shown."""
    for check in checks:
        yield from (check.expected, check.got, check.note)


def _fixed(test: TestLine, checks: Sequence[CheckLine]) -> float:
    """Return about how many bytes of a test are shown whatever the room."""
    reason, ids = _text(test.reason), sum(len(check.id) for check in checks)
    total = _TEST_BYTES + len(checks) * _CHECK_BYTES + ids + reason.shown(CHARACTERS)
    if test.verdict.attention:
        total += _CAUSE_BYTES + reason.shown(_CAUSE_TEXT) + _text(test.cause).shown(CHARACTERS)
    return total


def _sizes(exchange: RecordedExchange, test: TestLine) -> _Sizes:
    # Most tests need no attention, and show little: there a guess will do.
    weigh = _text if test.verdict in ATTENTION else _guessed
    response = exchange.response
    head, body = _message(exchange.request, weigh)
    answer_head, answer_body = _message(response, weigh) if response else (_NONE, _NONE)
    quotes = (exchange.request.body.text or "").count("'", 0, _CURL_BODY)
    return _Sizes(head, body, quotes, answer_head, answer_body)


def _message(message: RecordedMessage, weigh: Callable[[str], _Text]) -> tuple[_Text, _Text]:
    head = "\n".join([message.start_line, *[f"{name}: {value}" for name, value in message.headers]])
    return weigh(head), weigh(message.body.text or "")


def _guessed(text: str) -> _Text:
    return _Text(len(text), _COMMON_DENSITY)


def _text(text: str) -> _Text:
    if not text:
        return _NONE
    density = _density(text, ALL.body)
    if len(text) > _LOOKED_AT:
        density = max(density, _density(text, _LOOKED_AT))
    return _Text(len(text), density)


def _density(text: str, limit: int) -> float:
    head = text[:limit]
    if head.isascii() and head.replace("\n", "").isprintable():
        longer = sum(more * head.count(sign) for sign, more in _ESCAPED)
        return 1 + longer / len(head)
    return len(mark(head, limit).encode()) / len(head)


_NONE: Final = _Text(0, 1)
