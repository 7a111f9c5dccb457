"""Two runs of one test side by side: which exchanges belong together, which lines differ.

Dates, request ids, signatures, names of buckets and ports are new in every run. They are shown as
they are, and not marked as differences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from conformance.report.html.body import show_body
from conformance.report.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from conformance.record.model import RecordedExchange, RecordedMessage, TestLine

LINES: Final = 120
"""Lines of a message that are shown."""
_COLUMNS: Final = 400
_VOLATILE_HEADERS: Final = frozenset(
    {
        "authorization", "connection", "date", "host", "keep-alive", "last-modified", "server",
        "x-amz-date", "x-amz-id-2", "x-amz-request-id", "x-amzn-requestid",
    }
)  # fmt: skip
_VOLATILE: Final = (
    (re.compile(r"<redacted(?::\w+)?>|%3Credacted(?:%3A\w+)?%3E"), "<secret>"),
    (re.compile(r"https?://[^\s/<>\"]+"), "<endpoint>"),
    (re.compile(r"(?i)s3-conformance(?:[-/]|%2F)[0-9]{12}[0-9a-f]{4}(?:[-/\w.]|%2F)*"), "<name>"),
    (re.compile(r"\d{4}-?\d\d-?\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT"), "<time>"),
    (re.compile(r"(?i)(<(RequestId|HostId|ID|(?:Next)?UploadId(?:Marker)?)>)[^<]+"), r"\1<id>"),
    (re.compile(r"(?i)((?:upload-?id(?:-marker)?|X-Amz-\w+)=)[^&\s]+"), r"\1<id>"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One line of one side; ``differs`` marks it."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePair:
    """Two lines beside each other; None where one side has none."""

    left: Side | None
    right: Side | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePair:
    """Two exchanges of the same step, or one that only one side has."""

    title: str
    before: int | None
    """Index among the exchanges of the first side; None where it has none."""
    after: int | None
    request: tuple[LinePair, ...]
    response: tuple[LinePair, ...]

    @property
    def both(self) -> bool:
        """Whether each side has one."""
        return self.before is not None and self.after is not None

    @property
    def differs(self) -> bool:
        """Whether any line of either message is marked."""
        return any(
            (pair.left is not None and pair.left.differs)
            or (pair.right is not None and pair.right.differs)
            for pair in (*self.request, *self.response)
        )


def exchange_pairs(before: TestLine, after: TestLine) -> tuple[ExchangePair, ...]:
    """Return the exchanges of two runs of one test, each beside its counterpart."""
    left, right = before.exchanges, after.exchanges
    keys = [[(one.role, one.step, one.operation) for one in side] for side in (left, right)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    pairs: list[tuple[int | None, int | None]] = []
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            pairs += zip(range(i, j), range(k, end), strict=True)
        else:
            pairs += [(at, None) for at in range(i, j)]
            pairs += [(None, at) for at in range(k, end)]
    return tuple(_pair(left, right, *pair) for pair in pairs)


def _pair(
    lefts: Sequence[RecordedExchange],
    rights: Sequence[RecordedExchange],
    before: int | None,
    after: int | None,
) -> ExchangePair:
    left = lefts[before] if before is not None else None
    right = rights[after] if after is not None else None
    there = left or right
    if there is None:
        raise ValueError("a pair of nothing")
    return ExchangePair(
        title=f"{there.operation or 'request'} · {there.role} · {there.step}",
        before=before,
        after=after,
        request=_message_pairs(left, right, "request"),
        response=_message_pairs(left, right, "response"),
    )


def _message_pairs(
    left: RecordedExchange | None, right: RecordedExchange | None, which: str
) -> tuple[LinePair, ...]:
    volatile = _VOLATILE_HEADERS
    if _same_but_for_what_is_new(_message(left, which), _message(right, which)):
        volatile |= {"content-length"}
    return line_pairs(_lines(left, which), _lines(right, which), volatile)


def _same_but_for_what_is_new(left: RecordedMessage | None, right: RecordedMessage | None) -> bool:
    """Return whether two bodies differ in what is new each time alone, and so may their lengths.

    Bodies that are equal, or not known to their end, explain no difference between lengths.
    """
    if left is None or right is None or left.body.truncated or right.body.truncated:
        return False
    if left.body.text is None or right.body.text is None or left.body.text == right.body.text:
        return False
    bodies = ([masked(line) for line in _body_lines(one)] for one in (left, right))
    return next(bodies) == next(bodies)


def line_pairs(
    left: Sequence[str], right: Sequence[str], volatile: frozenset[str] = _VOLATILE_HEADERS
) -> tuple[LinePair, ...]:
    """Set lines beside each other; those that differ in more than what is new each time are marked.

    A header stands beside the header of its name, wherever each side has it. Headers named in
    ``volatile``, in lower case, are new each time.
    """
    keys = [[masked(line, volatile) for line in side] for side in (left, right)]
    matcher = SequenceMatcher(None, keys[0], keys[1], autojunk=False)
    pairs: list[LinePair] = []
    for tag, i, j, k, end in matcher.get_opcodes():
        if tag == "equal":
            pairs += [
                LinePair(left=Side(text=one, differs=False), right=Side(text=other, differs=False))
                for one, other in zip(left[i:j], right[k:end], strict=True)
            ]
            continue
        pairs += _differing(left[i:j], right[k:end])
    return tuple(pairs)


def masked(line: str, volatile: frozenset[str] = _VOLATILE_HEADERS) -> str:
    """Return a line for comparison: names in lower case, without values that always differ."""
    name, colon, value = line.partition(": ")
    if colon and re.fullmatch(r"[A-Za-z0-9-]+", name):
        lower = name.lower()
        value = "<volatile>" if lower in volatile else value
        line = f"{lower}: {value}"
    for pattern, word in _VOLATILE:
        line = pattern.sub(word, line)
    return line


def _differing(left: Sequence[str], right: Sequence[str]) -> list[LinePair]:
    """Pair lines that differ: by their header or element where both sides have it, else in turn."""
    rest = {_name(line): line for line in reversed(right)}
    unpaired = list(right)
    pairs: list[LinePair] = []
    for line in left:
        other = rest.get(_name(line)) if _name(line) else None
        if other is None or other not in unpaired:
            pairs.append(LinePair(left=Side(text=line, differs=True), right=None))
            continue
        unpaired.remove(other)
        pairs.append(
            LinePair(left=Side(text=line, differs=True), right=Side(text=other, differs=True))
        )
    pairs += [LinePair(left=None, right=Side(text=line, differs=True)) for line in unpaired]
    return pairs


def _name(line: str) -> str:
    found = re.match(r"HTTP/|([A-Za-z0-9-]+): |<(\w+)", line.strip())
    return found[0].lower() if found else ""


def _message(exchange: RecordedExchange | None, which: str) -> RecordedMessage | None:
    message: RecordedMessage | None = getattr(exchange, which, None)
    return message


def _lines(exchange: RecordedExchange | None, which: str) -> list[str]:
    """Return a message as lines: start line, headers by name, body; of XML an element each."""
    if exchange is None:
        return []
    message = _message(exchange, which)
    if message is None:
        return [f"no answer: {exchange.fault or 'none came'}"]
    headers = sorted(message.headers, key=lambda header: header[0].lower())
    lines = [message.start_line, *(f"{name}: {value}" for name, value in headers)]
    if message.body.size:
        lines += ["", *_body_lines(message)]
    return [*_bounded(lines)]


def _body_lines(message: RecordedMessage) -> list[str]:
    body = message.body
    if body.text is None:
        return [show_body(body, 0).note]
    text = re.sub(r">\s*<", ">\n<", body.text)
    return [*text.splitlines(), *([f"… {body.size:,} bytes in all"] if body.truncated else [])]


def _bounded(lines: Sequence[str]) -> Iterable[str]:
    for line in lines[:LINES]:
        shown = visible(line[:_COLUMNS])
        yield f"{shown}…" if len(line) > _COLUMNS else shown
    if len(lines) > LINES:
        yield f"… {len(lines) - LINES:,} more lines"
