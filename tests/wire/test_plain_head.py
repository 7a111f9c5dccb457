"""Heads of plain answers are read as h11 reads them; all others are left to h11."""

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.wire.plain_head import plain_head

PLAIN = b'HTTP/1.1 200 OK\r\nETag: "a"\r\nx-Amz-Id:\t b c \r\nContent-Length: 3\r\n\r\nabc'

LEFT = {
    "old version": PLAIN.replace(b"1.1", b"1.0"),
    "interim": PLAIN.replace(b"200 OK", b"100 Continue"),
    "chunked": PLAIN.replace(b"Content-Length: 3", b"Transfer-Encoding: chunked"),
    "coded beside a length": PLAIN.replace(b"ETag", b"transfer-encoding"),
    "two lengths": PLAIN.replace(b'ETag: "a"', b"content-length: 3"),
    "no length": PLAIN.replace(b"Content-Length", b"Content-Len"),
    "no number": PLAIN.replace(b": 3", b": +3"),
    "other digits": PLAIN.replace(b": 3", b": \xd9\xa3"),
    "a number of twenty digits": PLAIN.replace(b": 3", b": 00000000000000000003"),
    "not ASCII": PLAIN.replace(b"b c", b"\xe4"),
    "a control character": PLAIN.replace(b"b c", b"\x01"),
    "folded": PLAIN.replace(b"\t b c", b"b\r\n c"),
    "a blank before the colon": PLAIN.replace(b"ETag:", b"ETag :"),
    "line feeds alone": PLAIN.replace(b"\r\n", b"\n"),
    "not all of it": PLAIN[: PLAIN.index(b"\r\n\r\n") + 3],
    "another protocol": b"SSH-2.0-x\r\n\r\n",
}


def read_by_h11(data: bytes, *, to_head: bool) -> tuple[object, ...] | None:
    """Return status, reason, headers and length as h11 has them; None when it takes no answer."""
    connection = h11.Connection(h11.CLIENT)
    method = "HEAD" if to_head else "GET"
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "h")]))
    connection.send(h11.EndOfMessage())
    connection.receive_data(data)
    try:
        event = connection.next_event()
    except h11.RemoteProtocolError:
        return None
    if not isinstance(event, h11.Response):
        return None
    headers = tuple([(n.decode(), v.decode()) for n, v in event.headers.raw_items()])
    lengths = [int(value) for name, value in event.headers if name == b"content-length"]
    bodiless = to_head or event.status_code in (204, 304)
    length = 0 if bodiless else next(iter(lengths), None)
    return event.status_code, event.reason.decode(), headers, length


def test_a_plain_head_is_read_with_what_came_behind_it() -> None:
    """Names keep their case, values lose the blanks around them."""
    head = plain_head(PLAIN, most=1000, bodiless=False)
    assert head is not None
    assert (head.status, head.reason, head.length, head.rest) == (200, "OK", 3, b"abc")
    assert head.headers == (("ETag", '"a"'), ("x-Amz-Id", "b c"), ("Content-Length", "3"))


@pytest.mark.parametrize("name", LEFT)
def test_what_needs_a_decision_is_left_to_h11(name: str) -> None:
    """Whatever two readers could take in two ways is not plain."""
    assert plain_head(LEFT[name], most=1000, bodiless=False) is None


def test_the_limit_of_a_head_counts_its_last_byte() -> None:
    """A head of exactly so many bytes is read, a longer one is left to h11, which refuses it."""
    size = PLAIN.index(b"abc")
    assert plain_head(PLAIN, most=size, bodiless=False) is not None
    assert plain_head(PLAIN, most=size - 1, bodiless=False) is None


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_without_a_body_needs_no_length(status: bytes) -> None:
    """Where a length stands all the same, nothing is read for it."""
    for head in (b"HTTP/1.1 " + status + b"\r\n\r\n", PLAIN.replace(b"200 OK", status)):
        read = plain_head(head, most=1000, bodiless=False)
        assert read is not None
        assert read.length == 0


_LINES = st.one_of(
    st.sampled_from(
        (b"Content-Length: 7", b"content-length: 0", b"Connection: close", b"x: y", b"x:", b": x")
    ),
    st.binary(max_size=12).map(lambda tail: b"Name:" + tail),
    st.binary(max_size=8),
)


@given(
    start=st.sampled_from(
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 404", b"HTTP/1.1 500 ", b"HTTP/1.1 204 x")
    ),
    lines=st.lists(_LINES, max_size=4),
    to_head=st.booleans(),
)
@example(start=b"HTTP/1.1 200 OK", lines=[b"Content-Length: 7"], to_head=True)
def test_it_never_reads_a_head_in_another_way_than_h11(
    start: bytes, lines: list[bytes], *, to_head: bool
) -> None:
    """Where it reads one at all, h11 finds the same in it."""
    data = b"\r\n".join([start, *lines, b"", b""])
    head = plain_head(data, most=10_000, bodiless=to_head)
    if head is not None:
        assert read_by_h11(data, to_head=to_head) == (
            head.status, head.reason, head.headers, head.length,
        )  # fmt: skip
