"""The hostile servers by name."""

from __future__ import annotations

import gzip
import itertools
from typing import TYPE_CHECKING

from .behaviours import (
    blanks_then_error,
    blanks_then_result,
    chunk_and_cl,
    chunk_broken,
    chunk_cut,
    cl_long_keep,
    cl_short,
    close_no_answer,
    drip,
    drip_never,
    duplicated_headers,
    early_answer,
    early_hints,
    echo,
    endless_body,
    endless_chunked,
    endless_header_line,
    endless_headers,
    endless_trailers,
    flood_102,
    folded_headers,
    gz_bomb,
    gz_ok,
    half_closed,
    hang,
    hang_mid_body_always,
    html_error,
    http10,
    interim,
    keep_alive_lie,
    late_408,
    late_extra,
    latency,
    nul_headers,
    other_response,
    pipelined_double,
    redir_307,
    redir_self,
    reset_no_answer,
    slow_first_byte,
    status,
    tiny_chunks,
    two_documents,
    unknown_coding,
    with_header,
)
from .makers import (
    ANSI,
    ESCAPED_JS,
    HTML,
    MIB,
    XML,
    and_close,
    cut,
    document,
    fixed,
    pour,
    poured_document,
)
from .proxy import answer_of, refusal_of

if TYPE_CHECKING:
    from .proxy import Does, Turn


def _encoded(declared: bytes, body: bytes) -> Does:
    text = b'<?xml version="1.0" encoding="' + declared + b'"?>' + body
    return document(text)


def _deep(depth: int) -> bytes:
    return b"<a>" * depth + b"</a>" * depth


_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><a>&j;</a>"
)
_EXTERNAL = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "%s">]><a>&x;</a>'


def _error_document(body: bytes) -> Does:
    return fixed(answer_of(b"400 Bad Request", body, XML))


def _honest_html(turn: Turn) -> None:
    turn.say(answer_of(b"200 OK", b"<html><body>welcome</body></html>", HTML))


DOES: dict[str, Does] = {
    "hang": hang,
    "hang_mid_body_always": hang_mid_body_always,
    "hang_mid_body": cut("body", "hang"),
    "drip": drip,
    "reset_mid_headers": cut("head", "reset"),
    "drip_never": drip_never,
    "reset_mid_body": cut("body", "reset"),
    "close_no_answer": close_no_answer,
    "reset_no_answer": reset_no_answer,
    "garbage": and_close(bytes(range(256)) * 4),
    "garbage_ssh": and_close(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "http09": and_close(b"<html>hello</html>\n"),
    "http10": http10,
    "h2preface": and_close(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    "h2text": and_close(b"HTTP/2 200\r\ncontent-length: 0\r\n\r\n"),
    "cl_short": cl_short,
    "cl_dup": with_header(b"Content-Length: %d|Content-Length: 7"),
    "cl_long": with_header(b"Content-Length: 99999"),
    "cl_long_keep": cl_long_keep,
    "cl_neg": with_header(b"Content-Length: -1"),
    "cl_5000digits": with_header(b"Content-Length: " + b"9" * 5000),
    "cl_huge": with_header(b"Content-Length: 99999999999999"),
    "chunk_broken": chunk_broken,
    "chunk_cut": chunk_cut,
    "chunk_and_cl": chunk_and_cl,
    "endless_headers": endless_headers,
    "endless_header_line": endless_header_line,
    "endless_body": endless_body,
    "endless_chunked": endless_chunked,
    "endless_trailers": endless_trailers,
    "tiny_chunks": tiny_chunks,
    "gz_error": fixed(
        answer_of(
            b"400 Bad Request",
            gzip.compress(b"<Error><Code>InvalidRequest</Code></Error>"),
            b"Content-Encoding: gzip",
        )
    ),
    "gz_ok": gz_ok,
    "gz_bomb": gz_bomb,
    "xml_bomb": document(_BOMB),
    "xml_bomb_error": _error_document(_BOMB),
    "xml_ext": document(_EXTERNAL % b"file:///etc/hostname"),
    "xml_ext_http": document(_EXTERNAL % b"http://127.0.0.1:9/"),
    "xml_deep": document(_deep(100_000)),
    "empty200": document(b""),
    "other_response": other_response,
    "html200_wf": _honest_html,
    "pipelined_double": pipelined_double,
    "late_extra": late_extra,
    "redir_307": redir_307,
    "slowdown": fixed(refusal_of(b"503 Slow Down", b"SlowDown")),
    "redir_301_region": fixed(
        refusal_of(b"301 Moved Permanently", b"PermanentRedirect", b"elsewhere")
    ),
    "echo": echo,
    "skew": fixed(refusal_of(b"403 Forbidden", b"RequestTimeTooSkewed")),
    "cont_30": interim(b"100 Continue", 30),
    "ansi": fixed(refusal_of(b"403 Forbidden", b"Access\xc2\x9bDenied", ANSI[10:])),
    "js": fixed(refusal_of(b"403 Forbidden", b"AccessDenied", ESCAPED_JS)),
    "xml_deep_error": _error_document(_deep(100_000)),
    "xml_50mb_text": poured_document(b"<a>", b"x" * 1024, 51_200, b"</a>"),
    "xml_50mb": poured_document(b"<a>", b"<b>text</b>", 4_600_000, b"</a>"),
    "xml_499k": poured_document(b"<a>", b"<b/>", 499_000, b"</a>"),
    "body_255mb": poured_document(b"", b"y" * 1024, 261_120, b""),
    "body_255mb_error": lambda turn: pour(
        turn,
        b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\n\r\n" % (255 * MIB),
        itertools.repeat(b"y" * MIB, 255),
    ),
    "xml_50mb_attr": poured_document(b"<a ", b'aa%d="b" ' % 1, 5_000_000, b"/>"),
    "xml_latin1_lie": _encoded(b"utf-8", b"<a>\xe9</a>"),
    "xml_utf16": document(
        "<?xml version='1.0' encoding='utf-16'?><ListPartsResult/>".encode("utf-16")
    ),
    "xml_unknown_enc": _encoded(b"klingon", b"<a/>"),
    "xml_idna_enc": _encoded(b"idna", b"<a/>"),
    "xml_codec": _encoded(b"zlib_codec", b"<a/>"),
    "html200": fixed(answer_of(b"200 OK", b"<html><br><p>oops</html>", HTML)),
    "json200": fixed(answer_of(b"200 OK", b'{"ok": true}', b"Content-Type: application/json")),
    "empty204": fixed(b"HTTP/1.1 204 No Content\r\n\r\n"),
    "nocontent999": status(b"HTTP/1.1 999 Odd"),
    "status000": status(b"HTTP/1.1 000 Nothing"),
    "redir_self": redir_self,
    "toomany": fixed(refusal_of(b"400 Bad Request", b"TooManyRequests")),
    "cont_flood": interim(b"100 Continue", 200),
    "switching": and_close(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello"),
    "flood_102": flood_102,
    "early_answer": early_answer,
    "nul_headers": nul_headers,
    "ansi2": fixed(answer_of(b"403 " + ANSI.replace(b"\x07", b""), b"")),
    "latency": latency,
    "slow_first_byte": slow_first_byte,
    "half_closed": half_closed,
    "early_hints": early_hints,
    "duplicated_headers": duplicated_headers,
    "folded_headers": folded_headers,
    "blanks_then_result": blanks_then_result,
    "blanks_then_error": blanks_then_error,
    "keep_alive_lie": keep_alive_lie,
    "unknown_coding": unknown_coding,
    "two_documents": two_documents,
    "late_408": late_408,
    "html_error": html_error,
    "xml_7mb_attr": poured_document(b"<a ", b'aa1="b" ', 900_000, b"/>"),
    "xml_7mb": poured_document(b"<a>", b"<b>text</b>", 650_000, b"</a>"),
}
