"""Single traits of a request's form, each by itself."""

from __future__ import annotations

from conformance.vocabulary.dialects import PLAIN_DOCUMENT, SPELLINGS, Shape
from conformance.wire.documents import completion
from conformance.wire.model import Call, Edits, Endpoint, Framing, Request
from conformance.wire.prepare import prepare

from .conftest import MAIN

ENDPOINT = Endpoint(urls={"http": "http://s3.test:9000"})
PART = {"Bucket": "b", "Key": "k", "UploadId": "u", "PartNumber": 3, "Body": b"ab"}


def sent(shape: Shape, edits: Edits | None = None) -> Request:
    """Prepare an UploadPart with one trait."""
    given = edits or Edits()
    call = Call(
        operation="UploadPart",
        members=PART,
        edits=Edits(shape=shape, framing=given.framing, sign=given.sign),
    )
    return prepare(call, ENDPOINT, MAIN).request


def test_names_in_lower_case() -> None:
    """All names, that of the signature too, are in the wanted case."""
    names = [name for name, _ in sent(Shape(names="lower")).headers]
    assert "authorization" in names
    assert names == [name.lower() for name in names]
    assert all(name.isupper() for name, _ in sent(Shape(names="upper")).headers)


def test_order_of_headers() -> None:
    """Named headers go first or last, around all others."""
    names = [n for n, _ in sent(Shape(headers=("authorization", "*", "host"))).headers]
    assert (names[0], names[-1]) == ("Authorization", "Host")


def test_order_of_parameters() -> None:
    """Parameters go in the wanted order, those of a presigned URL too."""
    shape = Shape(query=("partNumber", "*"))
    assert sent(shape).target == "/b/k?partNumber=3&uploadId=u"
    presigned = sent(Shape(query=("X-Amz-Signature", "*")), Edits(sign="presigned"))
    assert presigned.target.startswith("/b/k?X-Amz-Signature=")


def test_further_signed_headers_and_a_tight_spelling() -> None:
    """The signature covers what it is told to, and its parts stand without blanks."""
    shape = Shape(signs=("accept-encoding", "content-length"), authorization=SPELLINGS["tight"])
    authorization = dict(sent(shape).headers)["Authorization"]
    assert ",SignedHeaders=accept-encoding;content-length;host;" in authorization
    assert ", " not in authorization


def test_host_without_port() -> None:
    """The Host header leaves the port away, and is signed so."""
    assert dict(sent(Shape(host="without-port")).headers)["Host"] == "s3.test"


def test_sizes_and_trailer_ends() -> None:
    """A framed body has the wanted case of sizes and end of its trailer, and the right length."""
    framing = Framing(
        mode="unsigned-trailer",
        chunk_bytes=1,
        further_chunks=(1,),
        sizes="upper",
        trailer_end="\n\r\n",
    )
    request = sent(Shape(), Edits(framing=framing))
    assert request.body.endswith(b"=\n\r\n\r\n")
    assert dict(request.headers)["Content-Length"] == str(len(request.body))


def test_only_a_completion_has_a_document() -> None:
    """Every other operation, and a completion without a list of parts, keeps its own body."""
    parts = {"MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": None}, "odd"]}}
    assert completion(PLAIN_DOCUMENT, "PutObject", parts) is None
    assert completion(PLAIN_DOCUMENT, "CompleteMultipartUpload", {}) is None
    made = completion(PLAIN_DOCUMENT, "CompleteMultipartUpload", parts)
    assert made is not None
    assert b"<Part><PartNumber>1</PartNumber></Part></Complete" in made
