"""Both directions of a connection become exchanges, each with its operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.clients.conversation import Conversation
from conformance.clients.operations import operation_of

if TYPE_CHECKING:
    from conformance.wire.model import Exchange

CREATE = b"POST /b/k?uploads HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n"
PART = (
    b"PUT /b/k?partNumber=1&uploadId=u HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n"
    b"Content-Length: 2\r\n\r\n"
)
READ = b"HEAD /b/k HTTP/1.1\r\nHost: h\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Heard:
    """A conversation with what it tells."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.unreadable: list[str] = []
        self.talk = Conversation("http://h:1", "b", self.exchanges.append, self.unreadable.append)


def test_requests_and_answers_come_together() -> None:
    """Interim answers belong to the final one; a HEAD's answer has no body."""
    heard = Heard()
    heard.talk.from_client(CREATE)
    heard.talk.from_endpoint(OK)
    heard.talk.from_client(PART)
    heard.talk.from_endpoint(b"HTTP/1.1 100 Continue\r\n\r\n")
    heard.talk.from_client(b"xy")
    heard.talk.from_endpoint(OK)
    heard.talk.from_client(READ)
    heard.talk.from_endpoint(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")
    assert [one.operation for one in heard.exchanges] == [
        "CreateMultipartUpload", "UploadPart", "HeadObject",
    ]  # fmt: skip
    created, part, read = (one.answer for one in heard.exchanges)
    assert created is not None
    assert part is not None
    assert read is not None
    assert (created.body, part.interim, read.body) == (b"hi", (100,), b"")
    assert heard.exchanges[1].request.body == b"xy"
    assert heard.exchanges[1].request.url == "http://h:1/b/k?partNumber=1&uploadId=u"


def test_an_answer_before_the_end_of_its_request_waits_for_it() -> None:
    """An endpoint may refuse while the body still comes."""
    heard = Heard()
    heard.talk.from_client(PART)
    heard.talk.from_endpoint(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    assert heard.exchanges == []
    heard.talk.from_client(b"xy")
    assert [one.answer.status for one in heard.exchanges if one.answer] == [403]


def test_a_request_without_an_answer_says_why() -> None:
    """Also one that was cut short itself."""
    heard = Heard()
    heard.talk.from_client(CREATE)
    heard.talk.from_client(PART + b"x")
    heard.talk.close("the endpoint hung up")
    assert [(one.operation, one.fault, one.fault_text) for one in heard.exchanges] == [
        ("CreateMultipartUpload", "closed", "the endpoint hung up"),
        ("UploadPart", "closed", "the endpoint hung up"),
    ]


def test_a_refused_upload_that_was_cut_short_keeps_its_answer() -> None:
    """The client stops sending once it is refused."""
    heard = Heard()
    heard.talk.from_client(PART)
    heard.talk.from_endpoint(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    heard.talk.close("the client hung up")
    assert [one.answer.status for one in heard.exchanges if one.answer] == [403]


def test_what_cannot_be_read_is_told_once() -> None:
    """Then the connection is read no further."""
    heard = Heard()
    heard.talk.from_client(b"\x16\x03\x01 no http\r\n\r\n")
    heard.talk.from_client(CREATE)
    heard.talk.from_endpoint(OK)
    heard.talk.close("over")
    assert len(heard.unreadable) == 1
    assert heard.exchanges == []


@pytest.mark.parametrize(
    ("method", "target", "operation"),
    [
        ("GET", "/", "ListBuckets"),
        ("PUT", "/b", "CreateBucket"),
        ("GET", "/b?uploads&prefix=x", "ListMultipartUploads"),
        ("GET", "/b?session", "CreateSession"),
        ("GET", "/b/b?session", "CreateSession"),
        ("GET", "/b?list-type=2", "ListObjectsV2"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("POST", "/b/k?uploads=", "CreateMultipartUpload"),
        ("PUT", "/b/k?x-id=UploadPart&partNumber=1&uploadId=u", "UploadPart"),
        ("POST", "/b/k?uploadId=u", "CompleteMultipartUpload"),
        ("GET", "/b/k?uploadId=u", "ListParts"),
        ("DELETE", "/b/k?uploadId=u", "AbortMultipartUpload"),
        ("DELETE", "/b/k", "DeleteObject"),
        ("GET", "/b/k?attributes", "GetObjectAttributes"),
        ("PATCH", "/b/k", ""),
        ("POST", "/", ""),
    ],
)
def test_operations_are_told_by_method_and_query(method: str, target: str, operation: str) -> None:
    """As S3 itself tells them."""
    assert operation_of(method, target, {"host": "h"}, "b") == operation


def test_copies_and_hosts_are_known() -> None:
    """A copy is another operation, and a bucket may stand in the host."""
    copy = {"host": "h", "x-amz-copy-source": "/b/k"}
    assert operation_of("PUT", "/b/k?partNumber=1&uploadId=u", copy, "b") == "UploadPartCopy"
    assert operation_of("PUT", "/b/k", copy, "b") == "CopyObject"
    hosted = {"host": "b.s3.test"}
    assert operation_of("PUT", "/k", hosted, "b") == "PutObject"
    assert operation_of("GET", "/?uploads", hosted, "b") == "ListMultipartUploads"
