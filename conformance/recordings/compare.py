"""Compares an answer with the recorded one: status, code, message, elements, order, headers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.recordings.document import Document, take_apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.recordings.exchanges import RawAnswer
    from conformance.recordings.values import Names

REMOVED: Final = frozenset(("date", "server", "x-amz-id-2", "x-amz-request-id"))
"""Headers that every answer has and that the recorder took out."""
_XML: Final = ("<?xml", "<")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two answers differ."""

    aspect: str
    """``status``, ``code``, ``message``, ``header NAME``, ``element NAME``, ``order``, …"""
    recorded: str
    own: str

    def __str__(self) -> str:
        """Render as a reader wants it: what, S3's, the endpoint's."""
        return f"{self.aspect}: {self.recorded or '(none)'} | {self.own or '(none)'}"


def differences(recorded: RawAnswer, own: RawAnswer, names: Names) -> tuple[Difference, ...]:
    """Return in what the endpoint's own answer differs from the recorded one.

    Everything is compared but the headers in `REMOVED`, the order of headers (no recording of it
    is sure to be the wire's) and what `Names` takes for the same. After another status nothing
    else is.
    """
    if recorded.status != own.status:
        code = _code(own)
        return (Difference("status", _said(recorded), f"{own.status} {code}".rstrip()),)
    return (*_headers(recorded, own, names), *_body(recorded, own, names))


def _said(answer: RawAnswer) -> str:
    return f"{answer.status} {_code(answer)}".rstrip()


def _code(answer: RawAnswer) -> str:
    found = take_apart(_text(answer), cut=answer.cut).elements
    return found[0].text if found and found[0].path == "Code" else ""


def _headers(recorded: RawAnswer, own: RawAnswer, names: Names) -> Iterator[Difference]:
    wanted = {name.lower(): value for name, value in recorded.headers}
    found = {name.lower(): value for name, value in own.headers if name.lower() not in REMOVED}
    for name in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(name), found.get(name)
        if one is None or other is None or not names.same(name, one, other):
            yield Difference(f"header {name}", one or "", other or "")
    for name, count in Counter(name.lower() for name, _ in own.headers).items():
        if count > 1:
            yield Difference(f"header {name}", "once", f"{count} times")


def _body(recorded: RawAnswer, own: RawAnswer, names: Names) -> Iterator[Difference]:
    one, other = _text(recorded), _text(own)
    if not one.startswith(_XML) or not other.startswith(_XML):
        if not _same_bytes(recorded, own, names):
            yield Difference("body", one[:80], other[:80])
        return
    yield from _documents(
        take_apart(one, cut=recorded.cut), take_apart(other), names, cut=recorded.cut
    )


def _same_bytes(recorded: RawAnswer, own: RawAnswer, names: Names) -> bool:
    wanted = names.translate(_text(recorded)).encode("utf-8", "surrogateescape")
    if recorded.cut:
        return own.body.startswith(wanted)
    return own.body == wanted


def _documents(one: Document, other: Document, names: Names, *, cut: bool) -> Iterator[Difference]:
    if one.opening != other.opening:
        yield Difference("declaration", repr(one.opening), repr(other.opening))
    if one.root != other.root:
        yield Difference("root", one.root, other.root)
    wanted = [element.path for element in one.elements]
    found = [element.path for element in other.elements]
    if cut:
        found = found[: len(wanted)]
    if wanted != found:
        missing, more = Counter(wanted) - Counter(found), Counter(found) - Counter(wanted)
        for path in missing:
            text = next(each.text for each in one.elements if each.path == path)
            yield Difference(f"element {path}", text or "there", "absent")
        for path in more:
            text = next(each.text for each in other.elements if each.path == path)
            yield Difference(f"element {path}", "absent", text or "there")
        if not missing and not more:
            yield Difference("order", " ".join(wanted), " ".join(found))
        return
    for ours, theirs in zip(one.elements, other.elements, strict=False):
        if not names.same(ours.name, ours.text, theirs.text):
            aspect = {"Code": "code", "Message": "message"}.get(ours.path, f"element {ours.path}")
            yield Difference(aspect, ours.text, theirs.text)


def _text(answer: RawAnswer) -> str:
    return answer.body.decode("utf-8", "surrogateescape")
