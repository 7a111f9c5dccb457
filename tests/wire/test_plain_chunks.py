"""Chunks that came whole are joined as h11 joins them; all others are left to h11."""

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.wire.plain_chunks import joined_chunks
from conformance.wire.plain_head import plain_head

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
WHOLE = b"3\r\nabc\r\n00A\r\n0123456789\r\n0\r\n\r\n"

LEFT = {
    "nothing": b"",
    "not the last chunk": WHOLE[:-5],
    "not the end of the last chunk": WHOLE[:-1],
    "an extension": WHOLE.replace(b"3\r", b"3;a=b\r"),
    "a trailing header": WHOLE.replace(b"0\r\n\r\n", b"0\r\nx: y\r\n\r\n"),
    "a blank behind a size": WHOLE.replace(b"3\r", b"3 \r"),
    "no size": WHOLE.replace(b"3\r", b"\r"),
    "a size below zero": WHOLE.replace(b"3\r", b"-3\r"),
    "a size of nine digits": WHOLE.replace(b"3\r", b"000000003\r"),
    "a size that is too small": WHOLE.replace(b"3\r", b"2\r"),
    "line feeds alone": WHOLE.replace(b"\r\n", b"\n"),
}


def read_by_h11(data: bytes) -> tuple[bytes, bytes] | None:
    """Return the body of an answer, and what came behind it; None when it has no end."""
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method="GET", target="/", headers=[("Host", "h")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    body = b""
    try:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                return None
            if isinstance(event, h11.Data):
                body += event.data
    except h11.RemoteProtocolError:
        return None
    return body, connection.trailing_data[0]


def test_data_is_joined_and_what_came_behind_stays_behind() -> None:
    """The number says where the data ends."""
    assert joined_chunks(WHOLE + b"more") == (13, b"abc0123456789more")
    assert joined_chunks(b"0\r\n\r\n") == (0, b"")


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_plain_is_left_to_h11(name: str) -> None:
    """Then the bytes are those that came."""
    assert joined_chunks(LEFT[name]) == (None, LEFT[name])


@pytest.mark.parametrize(
    "coding", [b"gzip, chunked", b"identity", b"Chunked", b"chunked\r\nTransfer-Encoding: chunked"]
)
def test_only_chunks_alone_are_plain(coding: bytes) -> None:
    """Any other coding, or a second one, is left to h11."""
    assert plain_head(HEAD + WHOLE, most=1000, bodiless=False) is not None
    head = HEAD.replace(b"chunked", coding)
    assert plain_head(head + WHOLE, most=1000, bodiless=False) is None


def test_chunks_behind_an_answer_without_a_body_are_left_to_h11() -> None:
    """An answer to HEAD or a 204 has no body, whatever its head says."""
    assert plain_head(HEAD + WHOLE, most=1000, bodiless=True) is None
    no_content = HEAD.replace(b"200 OK", b"204 No Content")
    assert plain_head(no_content + WHOLE, most=1000, bodiless=False) is None


_CHUNKS = st.lists(
    st.one_of(
        st.binary(max_size=20).map(lambda data: b"%x\r\n%b\r\n" % (len(data), data)),
        st.sampled_from((b"0\r\n\r\n", b"3\r\nabc\r\n", b"2\r\nabc\r\n", b"0\r\nx: y\r\n\r\n")),
        st.binary(max_size=6),
    ),
    max_size=4,
).map(b"".join)


@given(chunks=_CHUNKS)
@example(chunks=WHOLE)
@example(chunks=WHOLE + b"HTTP/1.1 200 OK\r\n")
def test_it_never_joins_chunks_in_another_way_than_h11(chunks: bytes) -> None:
    """Where it reads a body at all, h11 finds the same one, and the same bytes behind it."""
    head = plain_head(HEAD + chunks, most=10_000, bodiless=False)
    if head is not None:
        body = head.rest[: head.length], head.rest[head.length :]
        assert body == read_by_h11(HEAD + chunks)
