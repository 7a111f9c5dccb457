"""What is read out of answers, well-formed and not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conformance.vocabulary.service_model import service_model
from conformance.wire.parse import ROOTS, Parsed, parse, xml_root

NS = b' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
UTF16_BOMB = (
    '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
).encode("utf-16")
NO_HEADERS: tuple[tuple[str, str], ...] = ()


def read(
    operation: str,
    body: bytes,
    status: int = 200,
    headers: tuple[tuple[str, str], ...] = NO_HEADERS,
) -> Parsed:
    """Read an answer to a method that has a body."""
    return parse(operation, "GET", status, headers, body)


def test_list_parts() -> None:
    """Members come in the model's types, from body and headers, whatever the header's case."""
    body = (
        b'<?xml version="1.0" encoding="UTF-8"?>\n<ListPartsResult' + NS + b"><Bucket>b</Bucket>"
        b"<Part><PartNumber>1</PartNumber><LastModified>2026-11-21T20:08:09.000Z</LastModified>"
        b'<ETag>"e"</ETag><Size>5</Size></Part><Part><PartNumber>2</PartNumber></Part>'
        b"<IsTruncated>false</IsTruncated></ListPartsResult>"
    )
    parsed = read("ListParts", body, headers=(("X-Amz-Abort-Rule-Id", "rule"),))
    assert parsed.problem == ""
    assert parsed.members == {
        "AbortRuleId": "rule",
        "Bucket": "b",
        "IsTruncated": False,
        "Parts": [
            {
                "PartNumber": 1,
                "LastModified": datetime(2026, 11, 21, 20, 8, 9, tzinfo=UTC),
                "ETag": '"e"',
                "Size": 5,
            },
            {"PartNumber": 2},
        ],
    }


def test_get_object_gives_bytes_and_metadata() -> None:
    """The body is bytes, metadata keep their names' case, dates are dates."""
    headers = (
        ("Last-Modified", "Sat, 21 Nov 2026 20:08:09 GMT"),
        ("x-amz-meta-lower", "1"),
        ("X-Amz-Meta-Upper", "2"),
        ("x-amz-meta-lower", "3"),
        ("Content-Length", "2"),
        ("Expires", "whenever"),
    )
    parsed = read("GetObject", b"\xff\x00", headers=headers)
    assert parsed.members == {
        "Body": b"\xff\x00",
        "LastModified": datetime(2026, 11, 21, 20, 8, 9, tzinfo=UTC),
        "Metadata": {"lower": "1, 3", "Upper": "2"},
        "ContentLength": 2,
    }
    assert parsed.problem == ""


def test_odd_dates_are_read_as_botocore_does() -> None:
    """Seconds since the epoch are a date as well."""
    parsed = read("HeadObject", b"", headers=(("Last-Modified", "1795291689"),))
    assert parsed.members["LastModified"] == datetime(2026, 11, 21, 20, 8, 9, tzinfo=UTC)


def test_bad_header_is_a_problem_of_its_own() -> None:
    """One header that cannot be read does not take the others along."""
    headers = (("Content-Length", "many"), ("ETag", '"e"'))
    parsed = read("GetObject", b"x", headers=headers)
    assert parsed.members["ETag"] == '"e"'
    assert "content-length" in parsed.problem


def test_policy_is_text() -> None:
    """A text payload is the body itself."""
    assert read("GetBucketPolicy", b'{"a": 1}').members == {"Policy": '{"a": 1}'}


@pytest.mark.parametrize(
    ("body", "members"),
    [
        (b"<LocationConstraint" + NS + b">eu-west-1</LocationConstraint>", "eu-west-1"),
        (b"<LocationConstraint" + NS + b"/>", None),
    ],
)
def test_bucket_location(body: bytes, members: str | None) -> None:
    """The root's text is the region; an empty one is no member."""
    parsed = read("GetBucketLocation", body)
    assert parsed.members.get("LocationConstraint") == members
    assert parsed.problem == ""


def test_copy_part_payload_is_a_member() -> None:
    """A structure as payload stands under its member."""
    body = b'<CopyPartResult><ETag>"e"</ETag></CopyPartResult>'
    assert read("UploadPartCopy", body).members == {"CopyPartResult": {"ETag": '"e"'}}


def test_operations_without_an_answer() -> None:
    """Nothing is read where the model has nothing, or an event stream."""
    assert read("DeleteBucket", b"junk") == Parsed()
    assert read("SelectObjectContent", b"\0\0").members == {}


ERROR = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>NoSuchUpload</Code><Message>It is '
    b"gone.</Message><UploadId>u</UploadId><Details>a<b>b</b></Details><RequestId>r</RequestId>"
    b"<UploadId>second</UploadId></Error>"
)


def test_error_document() -> None:
    """All children of an error are there; of repeated ones the first."""
    parsed = read("UploadPart", ERROR, 404)
    assert (parsed.error_code, parsed.error_message) == ("NoSuchUpload", "It is gone.")
    assert parsed.error_fields == {"UploadId": "u", "Details": "ab", "RequestId": "r"}
    assert (parsed.embedded_error, parsed.members, parsed.problem) == (False, {}, "")


@pytest.mark.parametrize("operation", ["CompleteMultipartUpload", "UploadPartCopy", "CopyObject"])
def test_embedded_error(operation: str) -> None:
    """An error in a 200 is an error, and is told apart."""
    parsed = read(operation, ERROR)
    assert parsed.error_code == "NoSuchUpload"
    assert parsed.embedded_error
    assert parsed.members == {}


def test_object_that_looks_like_an_error() -> None:
    """An object's own bytes are never an error."""
    parsed = read("GetObject", ERROR)
    assert (parsed.error_code, parsed.members["Body"]) == ("", ERROR)


@pytest.mark.parametrize(
    ("status", "method", "body", "problem"),
    [
        (404, "HEAD", b"", ""),
        (304, "GET", b"", ""),
        (500, "GET", b"", "without an error document"),
        (502, "GET", b"<html><body>Bad gateway</body></html>", "<html>"),
        (403, "GET", b"Forbidden", "not XML"),
        (
            400,
            "GET",
            b'<!DOCTYPE x [<!ENTITY e "v">]><Error><Code>&e;</Code></Error>',
            "document type",
        ),
    ],
)
def test_errors_that_are_none(status: int, method: str, body: bytes, problem: str) -> None:
    """What is no error document has no code and says why, unless there can be none."""
    parsed = parse("UploadPart", method, status, NO_HEADERS, body)
    assert parsed.error_code == ""
    assert problem in parsed.problem
    assert bool(parsed.problem) == bool(problem)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "the body is empty"),
        (b"junk", "not XML"),
        (b"  <?xml version='1.0'?><ListPartsResult/>", "not XML"),
        (b"<ListPartsResult>", "not XML"),
        (b'<?xml version="1.0" encoding="x-none"?><ListPartsResult/>', "not XML"),
        (b"<html/>", "<html>, not <ListPartsResult>"),
        (b"<ListPartsResult><MaxParts>ten</MaxParts></ListPartsResult>", "does not fit"),
        (b"<ListPartsResult><MaxParts>1</MaxParts><MaxParts>2</MaxParts></ListPartsResult>", "fit"),
        (b"<ListPartsResult><IsTruncated/><MaxParts/></ListPartsResult>", "does not fit"),
        (
            b"<ListPartsResult><Part><LastModified>today</LastModified></Part></ListPartsResult>",
            "does not fit",
        ),
        (b"<a>" * 200 + b"</a>" * 200, "deeper"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><ListPartsResult/>', "document type"),
        (UTF16_BOMB, "document type"),
    ],
)
def test_bad_documents(body: bytes, problem: str) -> None:
    """A document that is not the operation's says why, and never raises."""
    assert problem in read("ListParts", body).problem


def test_a_misnamed_document_is_read() -> None:
    """A document under another root is read, and the other root is told apart from a problem."""
    parsed = read("ListParts", b"<ListPartsResponse><MaxParts>3</MaxParts></ListPartsResponse>")
    assert parsed.members["MaxParts"] == 3
    assert parsed.problem == ""
    assert parsed.misnamed == "<ListPartsResponse>, not <ListPartsResult>"


def test_xml_root() -> None:
    """The tree for XPath has no namespaces; what is unsafe or no XML gives none."""
    root = xml_root(b"<x:A xmlns:x='urn:x'><x:B c='d'>text</x:B></x:A>")
    assert root is not None
    assert (root.tag, root.findtext("B"), root[0].get("c")) == ("A", "text", "d")
    assert xml_root(b"<!DOCTYPE a><a/>") is None
    assert xml_root(b"") is None
    assert xml_root(b"<a/><b/>") is None


def test_problems_are_short() -> None:
    """An endpoint cannot make a problem's text long."""
    assert len(read("ListParts", b"<" + b"a" * 5000 + b"/>").problem) == 201


def test_roots_are_of_known_operations() -> None:
    """The table of root elements names operations of the API."""
    assert set(ROOTS) <= set(service_model().operation_names)


@pytest.mark.parametrize(
    "body", [b"<html><body>Sign in</body></html>", b"\n <!DOCTYPE html><html></html>"]
)
@pytest.mark.parametrize("operation", ["UploadPart", "AbortMultipartUpload", "PutObject"])
def test_a_page_is_no_answer_of_an_operation_without_a_document(
    operation: str, body: bytes
) -> None:
    """A proxy's 200 says nothing of the request; an empty body is right."""
    assert read(operation, body).problem == "the body is an HTML page"
    assert read(operation, b"").problem == ""


def test_an_object_may_be_a_page() -> None:
    """What was stored is read as it is."""
    assert read("GetObject", b"<html></html>").problem == ""
