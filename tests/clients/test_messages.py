"""Messages of HTTP/1.1 are split wherever the bytes happen to be cut."""

from __future__ import annotations

import pytest

from conformance.clients.messages import (
    BODY_BYTES,
    HEAD_BYTES,
    Head,
    Message,
    MessageReader,
    UnreadableError,
)

LENGTH = b"PUT /b/k HTTP/1.1\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello"
CHUNKED = b"PUT /b/k HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"5;a=b\r\nhello\r\n1\r\n!\r\n0\r\nx: y\r\n\r\n"
BARE = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n"


def requests(*, keep_chunks: bool = True) -> MessageReader:
    """Return a reader of a client's side."""
    return MessageReader(lambda _: False, until_close=False, keep_chunks=keep_chunks)


def answers() -> MessageReader:
    """Return a reader of an endpoint's side, where a 204 has no body."""
    return MessageReader(
        lambda head: " 204" in head.start_line, until_close=True, keep_chunks=False
    )


def fed(reader: MessageReader, data: bytes, step: int) -> list[Message]:
    """Feed bytes in pieces."""
    found = []
    for at in range(0, len(data), step):
        found += reader.feed(data[at : at + step])
    return found


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000])
def test_messages_are_split_wherever_they_are_cut(step: int) -> None:
    """Lengths, chunks and no body at all, one behind the other, in pieces of any size."""
    found = fed(requests(), LENGTH + CHUNKED + CHUNKS + BARE + LENGTH, step)
    assert [one.body for one in found] == [b"hello", CHUNKS, b"", b"hello"]
    assert found[0].head == Head(
        start_line="PUT /b/k HTTP/1.1", headers=(("Content-Length", "5"), ("X-A", "1"))
    )
    assert all(one.whole for one in found)


@pytest.mark.parametrize("step", [1, 1000])
def test_chunks_can_be_taken_off(step: int) -> None:
    """A reader that does not keep them gives the payload alone."""
    found = fed(requests(keep_chunks=False), CHUNKED + CHUNKS + BARE, step)
    assert [one.body for one in found] == [b"hello!", b""]


def test_an_answer_without_a_length_ends_with_the_connection() -> None:
    """Its body is all that came, and it is whole; one that was cut short is not."""
    reader = answers()
    assert reader.feed(b"HTTP/1.1 200 OK\r\n\r\nab") == []
    assert reader.feed(b"c") == []
    last = reader.close()
    assert last is not None
    assert (last.body, last.whole) == (b"abc", True)
    cut = answers()
    assert cut.feed(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc") == []
    last = cut.close()
    assert last is not None
    assert (last.body, last.whole) == (b"abc", False)


def test_a_head_without_a_body_is_whole_at_once() -> None:
    """What the reader is told of decides, whatever the headers promise."""
    found = answers().feed(b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n")
    assert [one.body for one in found] == [b""]


def test_nothing_is_left_where_nothing_came() -> None:
    """A connection that closes between messages cuts none short."""
    reader = requests()
    reader.feed(LENGTH)
    assert not reader.begun
    assert reader.close() is None


@pytest.mark.parametrize(
    "data",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
        CHUNKED + b"no size\r\n",
        b"x" * (HEAD_BYTES + 1),
    ],
    ids=["tls", "header", "chunk", "long-head"],
)
def test_what_is_not_http_is_unreadable(data: bytes) -> None:
    """Another protocol, a broken head or chunk, and a head without end."""
    with pytest.raises(UnreadableError):
        requests().feed(data)


def test_a_body_beyond_the_limit_is_unreadable() -> None:
    """No endpoint can fill the memory of whoever looks on."""
    reader = answers()
    reader.feed(b"HTTP/1.1 200 OK\r\n\r\n")
    piece = bytes(8 * 1024 * 1024)
    for _ in range(BODY_BYTES // len(piece)):
        reader.feed(piece)
    with pytest.raises(UnreadableError):
        reader.feed(piece)
