"""How much of each exchange the page has room for, so that a thousand tests stay usable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.record.model import Record, RecordedExchange, RecordedMessage

ATTENTION: Final = frozenset({"FAIL", "XPASS", "ERROR", "BLOCKED", "WARN"})
"""Verdicts whose exchanges are shown at length."""
_FAILING: Final = ATTENTION - {"WARN"}

_PAGE_BYTES: Final = 15_400_000
_OVERHEAD_BYTES: Final = 600_000
"""What is not of a single test: the summary, and the rules and sources once for all."""
_TEST_BYTES: Final = 2_100
"""Markup of a test, with its sentences and links to its rules."""
_CHECK_BYTES: Final = 245
_EVIDENCE_BYTES: Final = 3_100
"""The rules of a test with the text of their sources."""
_EXCHANGE_BYTES: Final = 550
"""Markup of an exchange, and what a curl line has beside the headers."""
_NAMED_BYTES: Final = 180
"""An exchange of which only the name is shown, and what came of it."""
_CURL_BODY: Final = 4096
_ESCAPING: Final = 1.15
"""How much longer XML becomes as HTML text, about."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Characters of one message that are shown."""

    body: int
    head: int


@dataclass(frozen=True, slots=True)
class Room:
    """What the page has room for. Tests that need attention come first, and lose last."""

    attention: Limits
    other: Limits | None
    """None: tests that need no attention name their exchanges, and show nothing of them."""
    attentive: frozenset[str] = ATTENTION
    """Verdicts of the tests that are shown at length."""
    roomy: bool = False
    """Every test has its sources beside it, and every exchange its curl line."""

    def limits(self, verdict: str) -> Limits | None:
        """Return what a test of this verdict shows of its exchanges; None for their names alone."""
        return self.attention if verdict in self.attentive else self.other

    def whole(self, verdict: str) -> bool:
        """Say whether a test of this verdict has its sources beside it, and curl lines."""
        return self.roomy or verdict in self.attentive


_ALL: Final = Limits(body=8192, head=8192)
_ROOMS: Final = (
    Room(_ALL, Limits(body=1024, head=8192), roomy=True),
    Room(_ALL, Limits(body=512, head=4096), roomy=True),
    Room(_ALL, Limits(body=512, head=2048)),
    Room(_ALL, Limits(body=256, head=1024)),
    Room(_ALL, None),
    Room(_ALL, None, _FAILING),
    Room(Limits(body=2048, head=4096), None, _FAILING),
    Room(Limits(body=512, head=1024), None, _FAILING),
    Room(Limits(body=128, head=256), None, _FAILING),
)
"""From the roomiest to the tightest."""


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Characters of an exchange: heads and bodies, request and response."""

    verdict: str
    head: int
    body: int
    answer_head: int
    answer_body: int

    def shown(self, choice: Room) -> float:
        """Return about how many characters the page spends on it."""
        limits = choice.limits(self.verdict)
        if limits is None:
            return _NAMED_BYTES
        total = _EXCHANGE_BYTES + min(self.head, limits.head) + min(self.body, limits.body)
        total += min(self.answer_head, limits.head) + min(self.answer_body, limits.body)
        if choice.whole(self.verdict):
            total += self.head + min(self.body, _CURL_BODY)
        return total * _ESCAPING


def room(record: Record) -> Room:
    """Return the roomiest limits with which the page is likely to stay below 16 MB."""
    sizes = [_sizes(exchange, test.verdict) for test in record.tests for exchange in test.exchanges]
    checks = sum(len(test.checks) for test in record.tests)
    least = _OVERHEAD_BYTES + len(record.tests) * _TEST_BYTES + checks * _CHECK_BYTES
    for choice in _ROOMS:
        whole = sum(choice.whole(test.verdict) for test in record.tests)
        fixed = least + whole * _EVIDENCE_BYTES
        if fixed + sum(one.shown(choice) for one in sizes) <= _PAGE_BYTES:
            return choice
    return _ROOMS[-1]


def _sizes(exchange: RecordedExchange, verdict: str) -> _Sizes:
    head, body = _message(exchange.request)
    answer_head, answer_body = _message(exchange.response) if exchange.response else (0, 0)
    return _Sizes(verdict, head, body, answer_head, answer_body)


def _message(message: RecordedMessage) -> tuple[int, int]:
    head = sum([len(name) + len(value) + 3 for name, value in message.headers])
    return head + len(message.start_line), len(message.body.text or "")
