"""What a run comes to against each of the hostile servers; the table of the documentation.

``first``: the server behaves so from the first request. ``later``: it does so to ListParts alone,
which one of two tests sends; the other test passes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.vocabulary.marks import between


@dataclass(frozen=True)
class Expected:
    """One row."""

    about: str
    first: str
    """Exit code, and the verdicts of both tests where they were run."""
    later: str
    """Exit code and the verdict of the test that sends ListParts, with the kind of its fault.

    " or " stands between outcomes that are equally right, where it is a race.
    """


EXPECTED: dict[str, Expected] = {
    "hang": Expected("reads the request, and says nothing", "3", "1: ERROR (timeout)"),
    "hang_mid_body_always": Expected(
        "begins an answer of 100 bytes that never ends", "3", "1: ERROR (timeout)"
    ),
    "hang_mid_body": Expected(
        "sends half of the honest body, and says nothing more", "3", "1: ERROR (timeout)"
    ),
    "drip": Expected(
        "sends the honest answer byte by byte, for longer than a whole answer may take",
        "3",
        "1: ERROR (timeout)",
    ),
    "reset_mid_headers": Expected(
        "resets the connection within the head of the answer", "3", "1: FAIL (closed)"
    ),
    "drip_never": Expected(
        "sends a header line byte by byte, which never ends", "3", "1: ERROR (timeout)"
    ),
    "reset_mid_body": Expected("resets the connection within the body", "3", "1: FAIL (closed)"),
    "close_no_answer": Expected("reads the request and closes", "3", "1: FAIL (closed)"),
    "reset_no_answer": Expected(
        "reads the request and resets the connection", "3", "1: FAIL (closed)"
    ),
    "garbage": Expected("answers with bytes of every value", "3", "1: ERROR (garbage)"),
    "garbage_ssh": Expected("answers as an SSH server does", "3", "1: ERROR (garbage)"),
    "http09": Expected(
        "answers with a page and no head, as HTTP/0.9 did", "3", "1: ERROR (garbage)"
    ),
    "http10": Expected("answers honestly as HTTP/1.0", "0: PASS, PASS", "0: PASS"),
    "h2preface": Expected("answers with the preface of HTTP/2", "3", "1: ERROR (garbage)"),
    "h2text": Expected("answers with a status line of HTTP/2", "3", "1: ERROR (garbage)"),
    "cl_short": Expected("names a length that is 10 bytes too short", "3", "1: FAIL"),
    "cl_dup": Expected("names two lengths that differ", "3", "1: ERROR (garbage)"),
    "cl_long": Expected("names a length that is too long, and closes", "3", "1: FAIL (closed)"),
    "cl_long_keep": Expected(
        "names a length that is 10 bytes too long, and keeps the connection",
        "3",
        "1: ERROR (timeout)",
    ),
    "cl_neg": Expected("names a length of -1", "3", "1: ERROR (garbage)"),
    "cl_5000digits": Expected("names a length of 5,000 digits", "3", "1: ERROR (garbage)"),
    "cl_huge": Expected("names a length of 100 TB", "3", "1: ERROR (too-large)"),
    "chunk_broken": Expected("sends a chunk whose size is not a number", "3", "1: ERROR (garbage)"),
    "chunk_cut": Expected("closes within a chunk", "3", "1: FAIL (closed)"),
    "chunk_and_cl": Expected(
        "sends a right chunked body, and a Content-Length beside it", "0: PASS, WARN", "0: PASS"
    ),
    "endless_headers": Expected("sends header lines without end", "3", "1: ERROR (too-large)"),
    "endless_header_line": Expected(
        "sends one header line without end", "3", "1: ERROR (too-large)"
    ),
    "endless_body": Expected(
        "sends a body that only the end of the connection would end", "3", "1: ERROR (too-large)"
    ),
    "endless_chunked": Expected("sends chunks without end", "3", "1: ERROR (too-large)"),
    "endless_trailers": Expected(
        "sends trailers without end behind a chunked body", "3", "1: ERROR (too-large)"
    ),
    "tiny_chunks": Expected(
        "sends chunks of one byte without end", "3", "1: ERROR (timeout) or 1: ERROR (too-large)"
    ),
    "gz_error": Expected("refuses, with an error document in gzip", "3", "1: FAIL"),
    "gz_ok": Expected("answers honestly, but in gzip, which nobody asked for", "3", "1: FAIL"),
    "gz_bomb": Expected(
        "sends gzip without end", "3", "1: ERROR (timeout) or 1: ERROR (too-large)"
    ),
    "xml_bomb": Expected("sends a document whose entities grow to gigabytes", "3", "1: FAIL"),
    "xml_bomb_error": Expected("the same, as an error document", "3", "1: FAIL"),
    "xml_ext": Expected(
        "sends a document that names a file of the client's machine", "3", "1: FAIL"
    ),
    "xml_ext_http": Expected("sends a document that names another address", "3", "1: FAIL"),
    "xml_deep": Expected("sends a document of 100,000 nested elements", "3", "1: FAIL"),
    "empty200": Expected("answers 200 with an empty body", "3", "1: FAIL"),
    "other_response": Expected(
        "gives the answer of another request: of the one before, whatever that was",
        "1: FAIL, BLOCKED or 1: BLOCKED, BLOCKED or 1: FAIL, FAIL",
        "1: FAIL",
    ),
    "html200_wf": Expected("answers 200 with a page that is well-formed XML", "3", "1: FAIL"),
    "pipelined_double": Expected(
        "sends a second answer behind the first, at once", "0: WARN, WARN", "0: WARN"
    ),
    "late_extra": Expected(
        "sends a second answer behind the first, five milliseconds later",
        "0: PASS, PASS or 0: PASS, WARN or 0: WARN, PASS or 0: WARN, WARN",
        "0: PASS",
    ),
    "redir_307": Expected("redirects to another host, with S3's document for it", "3", "1: FAIL"),
    "slowdown": Expected("throttles with 503 SlowDown, without end", "3", "1: ERROR (throttled)"),
    "redir_301_region": Expected("says that the bucket is in another Region", "2", "1: FAIL"),
    "echo": Expected(
        "refuses, and repeats the whole request, its signature among it", "2", "1: FAIL"
    ),
    "skew": Expected(
        "says that the client's clock is wrong", "2", "1: ERROR (RequestTimeTooSkewed)"
    ),
    "cont_30": Expected(
        "sends 30 times 100 Continue before the honest answer", "0: PASS, PASS", "0: PASS"
    ),
    "ansi": Expected(
        "refuses, with control characters of terminals in code and message", "3", "1: FAIL"
    ),
    "js": Expected("refuses, with a script in the message", "2", "1: FAIL"),
    "xml_deep_error": Expected(
        "refuses, with a document of 100,000 nested elements", "3", "1: FAIL"
    ),
    "xml_50mb_text": Expected("sends one element with 50 MiB of text", "3", "1: ERROR (too-large)"),
    "xml_50mb": Expected("sends 4.6 million elements, 50 MB", "3", "1: ERROR (too-large)"),
    "xml_499k": Expected("sends 499,000 elements, 2 MB", "3", "1: FAIL"),
    "body_255mb": Expected("sends a body of 255 MiB", "3", "1: ERROR (too-large)"),
    "body_255mb_error": Expected("refuses, with a body of 255 MiB", "3", "1: ERROR (too-large)"),
    "xml_50mb_attr": Expected(
        "sends one element with 5 million attributes, 45 MB", "3", "1: ERROR (too-large)"
    ),
    "xml_latin1_lie": Expected("sends Latin-1 that is declared as UTF-8", "3", "1: FAIL"),
    "xml_utf16": Expected("sends an empty document in UTF-16", "3", "1: FAIL"),
    "xml_unknown_enc": Expected("declares an encoding that does not exist", "3", "1: FAIL"),
    "xml_idna_enc": Expected("declares the encoding idna", "3", "1: FAIL"),
    "xml_codec": Expected("declares a codec that is not a text encoding", "3", "1: FAIL"),
    "html200": Expected("answers 200 with a page that is not XML", "3", "1: FAIL"),
    "json200": Expected("answers 200 with JSON", "3", "1: FAIL"),
    "empty204": Expected("answers 204 to everything", "3", "1: FAIL"),
    "nocontent999": Expected("answers with the status 999", "3", "1: FAIL"),
    "status000": Expected("answers with the status 000", "3", "1: ERROR (garbage)"),
    "redir_self": Expected("redirects to the very same address", "3", "1: FAIL"),
    "toomany": Expected("answers 400 TooManyRequests, without end", "3", "1: ERROR (throttled)"),
    "cont_flood": Expected(
        "sends 200 times 100 Continue before the answer", "3", "1: ERROR (too-large)"
    ),
    "switching": Expected("switches to another protocol", "3", "1: ERROR (garbage)"),
    "flood_102": Expected(
        "says every 50 ms that the request is worked on, without end", "3", "1: ERROR (too-large)"
    ),
    "early_answer": Expected(
        "answers with an empty 200 and closes, as if the request had not been read", "3", "1: FAIL"
    ),
    "nul_headers": Expected("puts a NUL into a header", "3", "1: ERROR (garbage)"),
    "ansi2": Expected(
        "refuses, with control characters of terminals in the status line", "3", "1: FAIL"
    ),
    "latency": Expected(
        "answers honestly, after a third of the silence that is allowed", "0: PASS, PASS", "0: PASS"
    ),
    "slow_first_byte": Expected("waits, and then answers fast", "0: PASS, PASS", "0: PASS"),
    "half_closed": Expected(
        "answers honestly without a length, and closes only the server's own half",
        "0: PASS, PASS",
        "0: PASS",
    ),
    "early_hints": Expected(
        "sends 103 Early Hints, then the honest answer", "0: PASS, PASS", "0: PASS"
    ),
    "duplicated_headers": Expected(
        "sends each header twice but the length", "1: FAIL, PASS", "0: PASS"
    ),
    "folded_headers": Expected(
        "sends a header over two lines, as HTTP once had it", "0: PASS, PASS", "0: PASS"
    ),
    "blanks_then_result": Expected(
        "sends 200 and the XML declaration, then blanks, and the result much later, as S3 may",
        "0: PASS, PASS",
        "0: PASS",
    ),
    "blanks_then_error": Expected(
        "sends 200 and the XML declaration, then blanks, and an error in the end",
        "1: BLOCKED, BLOCKED",
        "1: FAIL",
    ),
    "keep_alive_lie": Expected(
        "answers honestly, promises to keep the connection, and closes it",
        "0: PASS, PASS",
        "0: PASS",
    ),
    "unknown_coding": Expected(
        "names a transfer coding that nobody knows", "3", "1: ERROR (garbage)"
    ),
    "two_documents": Expected("sends the honest document twice in one body", "3", "1: FAIL"),
    "late_408": Expected(
        "answers honestly, and says 408 on the idle connection, as some load balancers do",
        "0: PASS, PASS",
        "0: PASS",
    ),
    "html_error": Expected("answers 502 with the page of a proxy", "3", "1: FAIL"),
    "xml_7mb_attr": Expected("sends one element with 900,000 attributes, 7 MB", "3", "1: FAIL"),
    "xml_7mb": Expected("sends 650,000 elements, 7 MB", "3", "1: FAIL"),
}


BEGIN = "<!-- made by `python tests/hostile/expectations.py`: begin -->"
END = "<!-- made by `python tests/hostile/expectations.py`: end -->"
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "hostile-endpoints.md"


def page() -> str:
    """Return the page of the documentation with the table made of these expectations."""
    lines = [
        "| the server | name | from the first request | ListParts alone |",
        "|---|---|---|---|",
    ]
    lines += [
        f"| {row.about} | `{name}` | {row.first} | {row.later} |" for name, row in EXPECTED.items()
    ]
    return between(PAGE.read_text("utf-8"), BEGIN, END, "\n".join(lines) + "\n")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
