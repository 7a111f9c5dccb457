"""What hostile servers do, one function a behaviour; `zoo` names them all."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from .makers import HTML, MIB, XML, endless, pour
from .proxy import Turn, answer_of, parts_of, refusal_of, with_body

if TYPE_CHECKING:
    from .proxy import Does


def hang(turn: Turn) -> str:
    """Read the request, and say nothing."""
    turn.hang()
    return "close"


def hang_mid_body_always(turn: Turn) -> str:
    """Begin an answer of 100 bytes that never ends."""
    turn.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<a>")
    turn.hang()
    return "close"


def drip(turn: Turn) -> str:
    """Send the honest answer byte by byte, for longer than a whole answer may take."""
    head, body = parts_of(turn.honest())
    turn.say(head + b"\r\n\r\n")
    turn.say_slowly([bytes([one]) for one in body], 0.1)
    return "close"


def drip_never(turn: Turn) -> str:
    """Send a header line byte by byte, which never ends."""
    turn.say(b"HTTP/1.1 200 OK\r\nX-Long: ")
    turn.say_slowly([b"a"] * 600, 0.1)
    return "close"


def close_no_answer(_turn: Turn) -> str:
    """Read the request and close."""
    return "close"


def reset_no_answer(turn: Turn) -> str:
    """Read the request and reset the connection."""
    turn.reset()
    return "close"


def with_header(edit: bytes) -> Does:
    """Answer honestly, but with another Content-Length, ``%d`` being the right one."""

    def does(turn: Turn) -> str:
        head, body = parts_of(turn.honest())
        lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
        wanted = edit % len(body) if b"%d" in edit else edit
        turn.say(b"\r\n".join([*lines, *wanted.split(b"|")]) + b"\r\n\r\n" + body)
        return "close"

    return does


def cl_short(turn: Turn) -> str:
    """Name a length that is 10 bytes too short."""
    head, body = parts_of(turn.honest())
    lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
    length = max(0, len(body) - 10)
    turn.say(b"\r\n".join([*lines, b"Content-Length: %d" % length]) + b"\r\n\r\n" + body)
    return "close"


def cl_long_keep(turn: Turn) -> str:
    """Name a length that is 10 bytes too long, and keep the connection."""
    head, body = parts_of(turn.honest())
    lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
    turn.say(b"\r\n".join([*lines, b"Content-Length: %d" % (len(body) + 10)]) + b"\r\n\r\n" + body)
    turn.hang()
    return "close"


def _chunked(turn: Turn, coded: bytes, *fields: bytes) -> str:
    head, _ = parts_of(turn.honest())
    lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
    turn.say(b"\r\n".join([*lines, b"Transfer-Encoding: chunked", *fields]) + b"\r\n\r\n" + coded)
    return "close"


def chunk_broken(turn: Turn) -> str:
    """Send a chunk whose size is not a number."""
    return _chunked(turn, b"xyz\r\nabc\r\n0\r\n\r\n")


def chunk_cut(turn: Turn) -> str:
    """Close within a chunk."""
    return _chunked(turn, b"ff\r\n<a>")


def chunk_and_cl(turn: Turn) -> str:
    """Send a right chunked body, and a Content-Length beside it."""
    _, body = parts_of(turn.honest())
    coded = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    return _chunked(turn, coded, b"Content-Length: 5")


def endless_headers(turn: Turn) -> str:
    """Send header lines without end."""
    return pour(turn, b"HTTP/1.1 200 OK\r\n", endless(b"X-A: b\r\n" * 512))


def endless_header_line(turn: Turn) -> str:
    """Send one header line without end."""
    return pour(turn, b"HTTP/1.1 200 OK\r\nX-A: ", endless(b"a" * 4096))


def endless_body(turn: Turn) -> str:
    """Send a body that only the end of the connection would end."""
    return pour(turn, b"HTTP/1.1 200 OK\r\n%s\r\n\r\n" % XML, endless(b"<a/>" * 16384))


def endless_chunked(turn: Turn) -> str:
    """Send chunks without end."""
    chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
    return pour(turn, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", endless(chunk))


def endless_trailers(turn: Turn) -> str:
    """Send trailers without end behind a chunked body."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
    return pour(turn, head, endless(b"X-T: b\r\n" * 512))


def tiny_chunks(turn: Turn) -> str:
    """Send chunks of one byte without end."""
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    return pour(turn, head, endless(b"1\r\na\r\n" * 4096))


def gz_ok(turn: Turn) -> None:
    """Answer honestly, but in gzip, which nobody asked for."""
    answer = turn.honest()
    turn.say(with_body(answer, gzip.compress(parts_of(answer)[1]), b"Content-Encoding: gzip"))


def gz_bomb(turn: Turn) -> str:
    """Send gzip without end."""
    bomb = gzip.compress(bytes(MIB))
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    return pour(turn, head, endless(b"%x\r\n%s\r\n" % (len(bomb), bomb) * 50))


def other_response(turn: Turn) -> None:
    """Give the answer of another request: of the one before, whatever that was."""
    answers = turn.state.answers
    turn.say(answers[-1] if answers else turn.honest())
    answers.append(turn.honest())


def pipelined_double(turn: Turn) -> None:
    """Send a second answer behind the first, at once."""
    answer = turn.honest()
    turn.say(answer + answer)


def late_extra(turn: Turn) -> None:
    """Send a second answer behind the first, five milliseconds later."""
    answer = turn.honest()
    turn.say(answer)
    turn.wait(0.005)
    turn.say(answer)


def redir_self(turn: Turn) -> None:
    """Redirect to the very same address."""
    turn.say(
        answer_of(b"307 Temporary Redirect", b"", b"Location: " + turn.request.target.encode())
    )


def redir_307(turn: Turn) -> None:
    """Redirect to another host, with S3's document for it."""
    where = b"Location: http://203.0.113.1/"
    turn.say(refusal_of(b"307 Temporary Redirect", b"TemporaryRedirect", b"go there", where))


def echo(turn: Turn) -> None:
    """Refuse, and repeat the whole request, its signature among it."""
    shown = turn.request.head.replace(b"&", b"&amp;").replace(b"<", b"&lt;")
    turn.say(refusal_of(b"403 Forbidden", b"AccessDenied", shown))


def interim(status: bytes, count: int) -> Does:
    """Send as many interim answers before the honest one."""

    def does(turn: Turn) -> None:
        turn.say(b"HTTP/1.1 " + status + b"\r\n\r\n")
        for _ in range(count - 1):
            turn.say(b"HTTP/1.1 " + status + b"\r\n\r\n")
        turn.say(turn.honest())

    return does


def flood_102(turn: Turn) -> str:
    """Say every 50 ms that the request is worked on, without end."""
    turn.say_slowly([b"HTTP/1.1 102 Processing\r\n\r\n"] * 600, 0.05)
    return "close"


def early_answer(turn: Turn) -> str:
    """Answer with an empty 200 and close, as if the request had not been read."""
    turn.say(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    return "close"


def latency(turn: Turn) -> None:
    """Answer honestly, after a third of the silence that is allowed."""
    turn.wait(0.2)
    turn.say(turn.honest())


def http10(turn: Turn) -> str:
    """Answer honestly as HTTP/1.0."""
    turn.say(turn.honest().replace(b"HTTP/1.1", b"HTTP/1.0", 1))
    return "close"


def status(line: bytes) -> Does:
    """Answer honestly, but with another status line."""

    def does(turn: Turn) -> None:
        head, body = parts_of(turn.honest())
        turn.say(b"\r\n".join([line, *head.split(b"\r\n")[1:]]) + b"\r\n\r\n" + body)

    return does


def slow_first_byte(turn: Turn) -> None:
    """Wait, and then answer fast."""
    turn.wait(0.35)
    turn.say(turn.honest())


def half_closed(turn: Turn) -> str:
    """Answer honestly without a length, and close only the server's own half."""
    head, body = parts_of(turn.honest())
    lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
    turn.say(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
    turn.sock.shutdown(1)
    turn.hang()
    return "close"


def early_hints(turn: Turn) -> None:
    """Send 103 Early Hints, then the honest answer."""
    turn.say(b"HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\n")
    turn.say(turn.honest())


def duplicated_headers(turn: Turn) -> None:
    """Send each header twice but the length."""
    head, body = parts_of(turn.honest())
    first, *lines = head.split(b"\r\n")
    twice = [x for x in lines if not x.lower().startswith((b"content-length", b"connection"))]
    turn.say(b"\r\n".join([first, *lines, *twice]) + b"\r\n\r\n" + body)


def folded_headers(turn: Turn) -> None:
    """Send a header over two lines, as HTTP once had it."""
    head, body = parts_of(turn.honest())
    turn.say(head + b"\r\nX-Folded: one\r\n  two\r\n\r\n" + body)


def blanks_then_result(turn: Turn) -> str:
    """Send 200 and the XML declaration, then blanks, and the result much later, as S3 may."""
    answer = turn.honest()
    body = parts_of(answer)[1]
    if not body.startswith(b"<?xml"):
        turn.say(answer)
        return "keep"
    return _blanks(turn, body)


def blanks_then_error(turn: Turn) -> str:
    """Do the same, with an error in the end."""
    answer = turn.honest()
    if not parts_of(answer)[1].startswith(b"<?xml"):
        turn.say(answer)
        return "keep"
    error = b"<Error><Code>InternalError</Code><Message>sorry</Message></Error>"
    return _blanks(turn, b"<?xml version='1.0'?>" + error)


def _blanks(turn: Turn, body: bytes) -> str:
    declaration, sign, rest = body.partition(b"?>")
    coded = [declaration + sign, *[b" "] * 6, rest.lstrip()]
    turn.say(b"HTTP/1.1 200 OK\r\n%s\r\nTransfer-Encoding: chunked\r\n\r\n" % XML)
    turn.say_slowly([b"%x\r\n%s\r\n" % (len(one), one) for one in coded], 0.2)
    turn.say(b"0\r\n\r\n")
    return "close"


def keep_alive_lie(turn: Turn) -> str:
    """Answer honestly, promise to keep the connection, and close it."""
    turn.say(with_body(turn.honest(), parts_of(turn.honest())[1], b"Connection: keep-alive"))
    return "close"


def unknown_coding(turn: Turn) -> str:
    """Name a transfer coding that nobody knows."""
    head, body = parts_of(turn.honest())
    lines = [x for x in head.split(b"\r\n") if not x.lower().startswith(b"content-length")]
    turn.say(b"\r\n".join([*lines, b"Transfer-Encoding: rot13"]) + b"\r\n\r\n" + body)
    return "close"


def two_documents(turn: Turn) -> None:
    """Send the honest document twice in one body."""
    answer = turn.honest()
    body = parts_of(answer)[1]
    turn.say(with_body(answer, body + body))


def late_408(turn: Turn) -> None:
    """Answer honestly, and say 408 on the idle connection, as some load balancers do."""
    turn.say(turn.honest())
    turn.wait(0.02)
    turn.say(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def html_error(turn: Turn) -> None:
    """Answer 502 with the page of a proxy."""
    del turn.state.answers[:]
    turn.say(answer_of(b"502 Bad Gateway", b"<html><h1>502</h1></html>", HTML))


def nul_headers(turn: Turn) -> None:
    """Put a NUL into a header."""
    head, body = parts_of(turn.honest())
    turn.say(head + b"\r\nX-Nul: a\0b\r\n\r\n" + body)
