"""`differences`: in what an answer differs from the recorded one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.recordings.compare import Difference, differences
from conformance.recordings.exchanges import RawAnswer
from conformance.recordings.values import Names

BODY = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchKey</Code>'
    b"<Message>The specified key does not exist.</Message><Key>k</Key>"
    b"<RequestId>5N922JSJNN2AZHFZ</RequestId></Error>"
)
RECORDED = RawAnswer(status=404, headers=(("Content-Type", "application/xml"),), body=BODY)


def found(own: RawAnswer, recorded: RawAnswer = RECORDED) -> list[str]:
    """Return the aspects in which an answer differs."""
    return [difference.aspect for difference in differences(recorded, own, Names())]


def changed(old: bytes, new: bytes) -> RawAnswer:
    """Return the recorded answer with a piece of its body replaced."""
    assert old in BODY
    return replace(RECORDED, body=BODY.replace(old, new))


def test_the_same_answer() -> None:
    """An answer with other ids and the headers that the recorder took out is identical."""
    own = replace(
        changed(b"5N922JSJNN2AZHFZ", b"B2X1PRF3RD3YSFRR"),
        headers=(("content-type", "application/xml"), ("Date", "now"), ("Server", "AmazonS3")),
    )
    assert found(own) == []


@pytest.mark.parametrize(
    ("old", "new", "aspects"),
    [
        (b"NoSuchKey", b"NoSuchThing", ["code"]),
        (b"specified key", b"key", ["message"]),
        (b"<Key>k</Key>", b"<Key>l</Key>", ["element Key"]),
        (b"<Key>k</Key>", b"", ["element Key"]),
        (b"<Key>k</Key>", b"<Key>k</Key><Key>k</Key>", ["element Key"]),
        (b"<Error>", b"<Error xmlns=''>", ["root"]),
        (b"?>\n", b"?>\n\n", ["declaration"]),
        (
            b"<Code>NoSuchKey</Code><Message>The specified key does not exist.</Message>",
            b"<Message>The specified key does not exist.</Message><Code>NoSuchKey</Code>",
            ["order"],
        ),
    ],
)
def test_documents(old: bytes, new: bytes, aspects: list[str]) -> None:
    """Each way in which a document can differ has a name."""
    assert found(changed(old, new)) == aspects


def test_another_status_is_all_there_is_to_say() -> None:
    """After another status nothing else is compared; both are named with their codes."""
    own = replace(RECORDED, status=400, headers=(), body=b"<Error><Code>Bad</Code></Error>")
    assert differences(RECORDED, own, Names()) == (
        Difference("status", "404 NoSuchKey", "400 Bad"),
    )


@pytest.mark.parametrize(
    ("headers", "aspects"),
    [
        ((), ["header content-type"]),
        ((("Content-Type", "text/xml"),), ["header content-type"]),
        ((("Content-Type", "application/xml"), ("X-New", "1")), ["header x-new"]),
        (RECORDED.headers * 2, ["header content-type"]),
    ],
)
def test_headers(headers: tuple[tuple[str, str], ...], aspects: list[str]) -> None:
    """A header that is missing, another, new or there twice is a difference."""
    assert found(replace(RECORDED, headers=headers)) == aspects


@pytest.mark.parametrize(
    ("recorded", "cut", "own", "aspects"),
    [
        (b"bytes", False, b"bytes", []),
        (b"bytes", False, b"other", ["body"]),
        (b"byt", True, b"bytes", []),
        (b"byt", False, b"bytes", ["body"]),
        (b"", False, BODY, ["body"]),
    ],
)
def test_bytes(recorded: bytes, cut: bool, own: bytes, aspects: list[str]) -> None:
    """Bodies that are not documents are compared as bytes, cut ones by their beginning."""
    one = RawAnswer(status=200, headers=(), body=recorded, cut=cut)
    assert found(RawAnswer(status=200, headers=(), body=own), one) == aspects


def test_a_cut_document() -> None:
    """Of a document that was cut the rest of the endpoint's own is not looked at."""
    one = replace(RECORDED, body=BODY[: BODY.index(b"<Key>k")], cut=True)
    assert found(RECORDED, one) == []
    assert found(changed(b"NoSuchKey", b"Other"), one) == ["code"]
