"""Answers as bytes: heads, error documents and what must never get into either."""

from __future__ import annotations

import re

from defusedxml.ElementTree import fromstring

from conformance.reference.domain.messages import Response, S3Error
from conformance.reference.http.answers import (
    HttpDate,
    Ids,
    Message,
    new_ids,
    refusal,
    render_error,
    success,
)

IDS = Ids("ABCDEFGH01234567", "host/id+")
DATE = "Sat, 14 Mar 2026 15:09:26 GMT"
NO_SUCH_UPLOAD = S3Error(404, "NoSuchUpload", "Gone & <lost>", [("UploadId", "x\x0b>")])


def lines(message: Message) -> list[str]:
    """Return the head's lines; it ends with an empty one."""
    text = message.head.decode("ascii")
    assert text.endswith("\r\n\r\n")
    return text.split("\r\n")[:-2]


def test_ids_are_new_and_in_form() -> None:
    """Request ids are 16 characters of 0-9A-Z (XML-008), and no two are the same."""
    ids = [new_ids() for _ in range(100)]
    assert all(re.fullmatch("[0-9A-Z]{16}", one.request_id) for one in ids)
    assert len({one.request_id for one in ids} | {one.host_id for one in ids}) == 200


def test_success() -> None:
    """The model's headers stand between the face's own."""
    response = Response(headers=(("ETag", '"x"'), ("x-amz-meta-a", "b")), body=b"body")
    message = success(response, IDS, method="GET", date=DATE, close=False)
    assert lines(message) == [
        "HTTP/1.1 200 OK",
        "x-amz-id-2: host/id+",
        "x-amz-request-id: ABCDEFGH01234567",
        f"Date: {DATE}",
        'ETag: "x"',
        "x-amz-meta-a: b",
        "Content-Length: 4",
        "Server: AmazonS3",
    ]
    assert message.body == b"body"


def test_answers_to_head_have_a_length_and_no_body() -> None:
    """A HEAD is told the length that a GET would get."""
    message = success(Response(content_length=5), IDS, method="HEAD", date=DATE, close=False)
    assert "Content-Length: 5" in lines(message)
    assert message.body == b""


def test_no_content() -> None:
    """204 has neither length nor type (XML-007)."""
    message = success(Response(status=204), IDS, method="DELETE", date=DATE, close=True)
    assert lines(message)[0] == "HTTP/1.1 204 No Content"
    assert not any(line.startswith("Content-") for line in lines(message))
    assert "Connection: close" in lines(message)


def test_a_header_value_begins_no_header() -> None:
    """Line ends in a value, from a query parameter say, become blanks."""
    response = Response(headers=(("Content-Disposition", "a\r\nSet-Cookie: b\x00"),))
    message = success(response, IDS, method="GET", date=DATE, close=False)
    assert "Content-Disposition: a  Set-Cookie: b " in lines(message)


def test_error_document() -> None:
    """Code, message, fields in order, ids; escaped; no namespace (XML-008)."""
    assert render_error(NO_SUCH_UPLOAD, IDS) == (
        b'<?xml version="1.0" encoding="UTF-8"?>\n'
        b"<Error><Code>NoSuchUpload</Code><Message>Gone &amp; &lt;lost&gt;</Message>"
        b"<UploadId>x&#11;&gt;</UploadId><RequestId>ABCDEFGH01234567</RequestId>"
        b"<HostId>host/id+</HostId></Error>"
    )


def test_error_document_without_declaration() -> None:
    """An operation may leave the declaration out (XML-009)."""
    error = S3Error(400, "InvalidPart", "\N{GRINNING FACE}")
    error.declaration = False
    document = render_error(error, IDS)
    assert document.startswith(b"<Error><Code>InvalidPart</Code>")
    assert fromstring(document).findtext("Message") == "\N{GRINNING FACE}"


def test_refusal_comes_in_one_chunk() -> None:
    """Errors are sent chunked, with the type of XML and the error's own headers (XML-008)."""
    error = S3Error(405, "MethodNotAllowed", headers=[("Allow", "GET")])
    message = refusal(error, IDS, method="PUT", date=DATE, close=False)
    assert lines(message)[0] == "HTTP/1.1 405 Method Not Allowed"
    assert {
        "Allow: GET",
        "Content-Type: application/xml",
        "Transfer-Encoding: chunked",
    } < set(lines(message))
    document = render_error(error, IDS)
    assert message.body == b"%x\r\n%b\r\n0\r\n\r\n" % (len(document), document)


def test_refusal_for_old_clients() -> None:
    """HTTP/1.0 knows no chunks: the document has a length then."""
    message = refusal(NO_SUCH_UPLOAD, IDS, method="GET", date=DATE, close=True, chunks=False)
    assert message.body == render_error(NO_SUCH_UPLOAD, IDS)
    assert f"Content-Length: {len(message.body)}" in lines(message)


def test_refusals_without_a_document() -> None:
    """HEAD gets the head alone (XML-016), 304 not even a type."""
    message = refusal(NO_SUCH_UPLOAD, IDS, method="HEAD", date=DATE, close=False)
    assert (message.body, "Content-Type: application/xml" in lines(message)) == (b"", True)
    unchanged = S3Error(304, "NotModified", headers=[("ETag", '"x"')])
    message = refusal(unchanged, IDS, method="GET", date=DATE, close=False)
    assert lines(message)[0] == "HTTP/1.1 304 Not Modified"
    assert message.body == b""
    assert not any(line.startswith(("Content-", "Transfer-")) for line in lines(message))


def test_date_is_the_present_one() -> None:
    """The Date header has HTTP's form and is kept for a second."""
    date = HttpDate()
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", date())
