"""How much of each exchange the page has room for, so that a thousand tests stay usable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from conformance.record.model import Record, RecordedExchange, RecordedMessage

ATTENTION: Final = frozenset({"FAIL", "XPASS", "ERROR", "BLOCKED", "WARN"})
"""Verdicts whose exchanges are shown at length."""

_PAGE_BYTES: Final = 13_500_000
_TEST_BYTES: Final = 3_500
_EXCHANGE_BYTES: Final = 550
"""Markup of an exchange, and what a curl line has beside the headers."""
_ESCAPING: Final = 1.15
"""How much longer XML becomes as HTML text, about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Limits in characters, and whether every exchange has its curl line."""

    attention_body: int
    other_body: int
    head: int
    every_curl: bool
    bare: bool = False
    """Tests that need no attention name their exchanges, and show nothing of them."""

    def body(self, verdict: str) -> int:
        """Return the characters of a body that a test of this verdict may show."""
        return self.attention_body if verdict in ATTENTION else self.other_body

    def curl(self, verdict: str) -> bool:
        """Say whether a test of this verdict shows curl lines."""
        return self.every_curl or verdict in ATTENTION

    def names_only(self, verdict: str) -> bool:
        """Say whether a test of this verdict names its exchanges and shows nothing of them."""
        return self.bare and verdict not in ATTENTION


_ROOMS: Final = (
    Room(attention_body=8192, other_body=1024, head=8192, every_curl=True),
    Room(attention_body=4096, other_body=512, head=4096, every_curl=True),
    Room(attention_body=4096, other_body=256, head=2048, every_curl=True),
    Room(attention_body=2048, other_body=256, head=2048, every_curl=False),
    Room(attention_body=1024, other_body=64, head=512, every_curl=False),
    Room(attention_body=256, other_body=32, head=128, every_curl=False),
    Room(attention_body=256, other_body=0, head=128, every_curl=False, bare=True),
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
        if choice.names_only(self.verdict):
            return _EXCHANGE_BYTES / 2
        limit = choice.body(self.verdict)
        total = _EXCHANGE_BYTES + min(self.head, choice.head) + min(self.body, limit)
        total += min(self.answer_head, choice.head) + min(self.answer_body, limit)
        if choice.curl(self.verdict):
            total += self.head + min(self.body, 4096)
        return total * _ESCAPING


def room(record: Record) -> Room:
    """Return the roomiest limits with which the page is likely to stay below 15 MB."""
    fixed = len(record.tests) * _TEST_BYTES
    sizes = [_sizes(exchange, test.verdict) for test in record.tests for exchange in test.exchanges]
    for choice in _ROOMS:
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
